/**
 * Translates the paths of a request by the client's file system, for the gateway and for `explain --api`.
 */
import * as ApiRequest from "../../core/plan/api/ApiRequest.ts"
import * as PathTranslation from "../../core/plan/paths/PathTranslation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as RealPaths from "../docker/RealPaths.ts"

/** A translated request. `refused` says why it must not be sent, as a clause about a part of it. */
export interface Translated extends Omit<ApiRequest.TranslatedRequest, "refused"> {
  readonly target: string
  readonly refused: { readonly part: "body" | "query"; readonly why: string } | undefined
}

/**
 * Translates a request; `undefined` if requests of its kind hold no paths. `place` is the gateway's own socket: a client may
 * bind it as the session's.
 */
export const translate = (
  settings: Settings,
  place: string,
  { body, method, target }: ApiRequest.ApiRequest
): Translated | undefined => {
  const kind = ApiRequest.kindOf(method, target)
  if (kind === undefined) return undefined
  const context = { ...PathTranslation.context(settings, ""), socket: place }
  const translateSource = ApiRequest.translator(context, RealPaths.resolver())
  const query = ApiRequest.translateTarget(kind, target, translateSource)
  const content = ApiRequest.translate(kind, body, translateSource)
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
