/**
 * Requests to the Docker Engine API that hold paths which the daemon opens, such as `POST /v1.47/containers/create`, and
 * what becomes of them.
 */
import type { Change, LeftAlone, Notice } from "../../ExecPlan.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as BoundedJson from "../../syntax/BoundedJson.ts"
import * as JsonText from "../../syntax/JsonText.ts"
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
 * Translates the paths in the body of a request, such as `"Binds":["/home/retro/work/app:/app"]`.
 *
 * **Details**
 *
 * A pure function of the request and of where paths lead. It is for a context that knows each path (`realPath`): one that
 * would have to be asked for stays as it is.
 *
 * @category planning
 */
export const translate = (kind: ApiPaths.Kind, body: string, context: SourceTranslation.Context): TranslatedRequest => {
  const document = BoundedJson.isWithin(body, limits) ? JsonText.parse(body) : undefined
  if (document === undefined) return { body, changes: [], notices: [], leftAlone: [] }
  const outcomes = ApiPaths.find(kind, document).map((place) => translatePlace(place, context))
  return {
    body: JsonText.replace(body, outcomes.flatMap((one) => one.replacement ?? [])),
    changes: outcomes.flatMap((one) => one.change ?? []),
    notices: outcomes.flatMap((one) => one.notices),
    leftAlone: outcomes.flatMap((one) => one.leftAlone ?? [])
  }
}

interface Outcome {
  readonly replacement?: { readonly at: JsonText.JsonString; readonly value: string }
  readonly change?: Change
  readonly leftAlone?: LeftAlone
  readonly notices: ReadonlyArray<Notice>
}

const translatePlace = ({ at, prefix, syntax, what }: ApiPaths.Place, context: SourceTranslation.Context): Outcome => {
  const word = `${prefix}${at.value}`
  const sources = syntax.sources(word)
  const translations = sources.map((source) => SourceTranslation.translate(source, context))
  const warnings = new Set(translations.flatMap((one) => one._tag === "Asks" ? [] : one.warning ?? []))
  const notices = [...warnings].map((warning) => ({ text: `${what} ${at.value}: ${warning}` }))
  const reasons = new Set(translations.flatMap((one) => one._tag === "Asks" ? [] : one.why))
  const why = [...reasons].join("; ")
  if (!translations.some(({ _tag }) => _tag === "Translated")) {
    return sources.length === 0 ? { notices } : { notices, leftAlone: { what, value: at.value, why } }
  }
  const paths = translations.map((one, index) => one._tag === "Translated" ? one.source : sources[index] ?? "")
  const written = syntax.withSources(word, paths)
  if (written === undefined) {
    const reason = `the daemon's path ${paths.join(", ")} cannot be written there`
    return {
      notices: [...notices, { text: `${what} ${at.value}: ${reason}` }],
      leftAlone: { what, value: at.value, why: reason }
    }
  }
  const value = written.slice(prefix.length)
  return { replacement: { at, value }, change: { what, from: at.value, to: value, why }, notices }
}

/** The path of a request as the daemon's router reads it: percent-encoded, and with `//` or dots still in it. */
const decoded = (target: string): string => {
  const [path = "", ...query] = target.split("?")
  const plain = path.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  return [plain.replace(/^https?:\/\/[^/]*/, ""), ...query].join("?")
}
