/**
 * Translates a request with what the client's file system says of its paths: for the gateway, and for `explain --api`.
 */
import * as ApiRequest from "../../core/plan/api/ApiRequest.ts"
import * as PathTranslation from "../../core/plan/paths/PathTranslation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as RealPaths from "../docker/RealPaths.ts"

/** What becomes of a request; `refused` is why it must not be sent, as a clause about a part of it. */
export interface Translated extends Omit<ApiRequest.TranslatedRequest, "refused"> {
  readonly target: string
  readonly refused: { readonly part: "body" | "query"; readonly why: string } | undefined
}

/**
 * What becomes of a request; `undefined` if its kind holds no paths. `place` is the gateway's own socket, which the
 * client may bind as the session's.
 */
export const translate = (
  settings: Settings,
  place: string,
  { body, method, target }: ApiRequest.ApiRequest
): Translated | undefined => {
  const kind = ApiRequest.kindOf(method, target)
  if (kind === undefined) return undefined
  const context = PathTranslation.context({ ...settings, sessionSocket: place }, "")
  const realPath = RealPaths.resolver()
  const query = ApiRequest.translateTarget(kind, target, context, realPath)
  const content = ApiRequest.translate(kind, body, context, realPath)
  const refused = query.refused === undefined
    ? content.refused === undefined ? undefined : { part: "body", why: content.refused } as const
    : { part: "query", why: query.refused } as const
  return {
    target: query.target,
    body: content.body,
    refused,
    changes: [...query.changes, ...content.changes],
    notices: [...query.notices, ...content.notices],
    leftAlone: [...query.leftAlone, ...content.leftAlone]
  }
}
