/**
 * Requests to the Docker Engine API that hold paths which the daemon opens, such as `POST /v1.47/containers/create`, and
 * what becomes of them.
 */
import type { Change, LeftAlone, Notice } from "../../ExecPlan.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as BoundedJson from "../../syntax/BoundedJson.ts"
import * as JsonText from "../../syntax/JsonText.ts"
import * as PathOptions from "../paths/PathOptions.ts"
import * as PathTranslation from "../paths/PathTranslation.ts"
import * as ApiPaths from "./ApiPaths.ts"

/**
 * A request: `target` is the path with its query, as in the request line; `body` is JSON.
 *
 * @category models
 */
export interface ApiRequest {
  readonly method: string
  readonly target: string
  readonly body: string
}

/**
 * What becomes of a request: the body with the daemon's paths, and the reasons in words. A body that is no JSON stays: the
 * daemon says so itself.
 *
 * @category models
 */
export interface TranslatedRequest {
  readonly body: string
  readonly changes: ReadonlyArray<Change>
  readonly notices: ReadonlyArray<Notice>
  readonly leftAlone: ReadonlyArray<LeftAlone>
}

/**
 * Which of the API's requests hold paths of the daemon's, by method and path: `/containers/create`, `/volumes/create`,
 * `/services/create` and `/services/ID/update`, with any version or none in front (moby 28.5.2, `daemon/server/router`).
 * `undefined` for every other request.
 *
 * @category predicates
 */
export const kindOf = (method: string, target: string): ApiPaths.Kind | undefined => {
  if (method !== "POST") return undefined
  const [, kind] =
    /^(?:\/v[0-9.]+)?\/(containers\/create|volumes\/create|services\/create|services\/[^/?]+\/update)(?:\?|$)/
      .exec(decoded(target)) ?? []
  switch (kind) {
    case undefined:
      return undefined
    case "containers/create":
      return "container"
    case "volumes/create":
      return "volume"
    default:
      return "service"
  }
}

/** Deeper than any request of a client; the daemon's decoder takes 10,000 levels. */
const limits: BoundedJson.JsonLimits = { maxLength: 64 << 20, maxDepth: 1_000 }

/**
 * Translates the paths in the body of a request, such as `"Binds":["/home/retro/work/app:/app"]`; `realPath` tells where
 * they lead.
 *
 * @category planning
 */
export const translate = (
  kind: ApiPaths.Kind,
  body: string,
  context: SourceTranslation.Context,
  realPath: (path: string) => SourceTranslation.RealPath
): TranslatedRequest => {
  const document = BoundedJson.isWithin(body, limits) ? JsonText.parse(body) : undefined
  if (document === undefined) return { body, changes: [], notices: [], leftAlone: [] }
  const outcomes = ApiPaths.find(kind, document).flatMap((place) => {
    const word = PathOptions.behind(place.prefix, place.syntax)
    const sources = word.sources(place.at.value)
    const translations = sources.map((source) => SourceTranslation.translate(source, context, realPath))
    const { gains, value } = PathTranslation.rewrite(
      { what: place.what, value: place.at.value, syntax: word },
      sources,
      translations
    )
    return sources.length === 0 ? [] : [{ ...gains, at: place.at, value }]
  })
  return {
    body: JsonText.replace(body, outcomes.filter(({ changes }) => changes.length > 0)),
    changes: outcomes.flatMap(({ changes }) => changes),
    notices: outcomes.flatMap(({ notices }) => notices),
    leftAlone: outcomes.flatMap(({ leftAlone }) => leftAlone)
  }
}

/** The path of a request as the daemon's router reads it: percent-encoded, and with `//` or dots still in it. */
const decoded = (target: string): string => {
  const [path = "", ...query] = target.split("?")
  const plain = path.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  return [plain.replace(/^https?:\/\/[^/]*/, ""), ...query].join("?")
}
