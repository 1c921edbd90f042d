/**
 * Translates a request with what the client's file system says of its paths: for the gateway, and for `explain --api`.
 */
import * as ApiRequest from "../../core/plan/api/ApiRequest.ts"
import * as PathTranslation from "../../core/plan/paths/PathTranslation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as RealPaths from "../docker/RealPaths.ts"

/**
 * What becomes of a request; `undefined` if its kind holds no paths. `place` is the gateway's own socket, which the
 * client may bind as the session's.
 */
export const translate = (
  settings: Settings,
  place: string,
  { body, method, target }: ApiRequest.ApiRequest
): ApiRequest.TranslatedRequest | undefined => {
  const kind = ApiRequest.kindOf(method, target)
  return kind === undefined ? undefined : ApiRequest.translate(
    kind,
    body,
    PathTranslation.context({ ...settings, sessionSocket: place }, ""),
    RealPaths.resolver()
  )
}
