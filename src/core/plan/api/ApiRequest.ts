/**
 * Requests to the Docker Engine API that contain paths which the daemon opens, such as `POST /v1.47/containers/create`, and
 * their translation.
 */
import type { Change, LeftAlone, Notice } from "../../ExecPlan.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as JsonText from "../../syntax/JsonText.ts"
import * as PathOptions from "../paths/PathOptions.ts"
import * as PathTranslation from "../paths/PathTranslation.ts"
import * as ApiPaths from "./ApiPaths.ts"

/** A request: `target` is the path with its query, as in the request line; `body` is JSON. */
export interface ApiRequest {
  readonly method: string
  readonly target: string
  readonly body: string
}

/**
 * A translated request: the body with the daemon's paths, and the reasons in words. A body that is not JSON stays; the daemon
 * reports it. `refused` is a clause about a body that the daemon would take, but the shim cannot translate. Such a request must
 * not be sent, because nobody would see that its mounts are empty.
 */
export interface TranslatedRequest {
  readonly refused?: string
  readonly body: string
  readonly changes: ReadonlyArray<Change>
  readonly notices: ReadonlyArray<Notice>
  readonly leftAlone: ReadonlyArray<LeftAlone>
}

/**
 * Which of the API's requests hold paths of the daemon's, by method and path: `/containers/create`, `/volumes/create`,
 * `/services/create`, `/services/ID/update` and `/plugins/NAME/set`, with any version or none in front (moby 28.5.2,
 * `daemon/server/router`); and `/containers/ID/start`, which takes a `HostConfig` before API 1.24 (moby 20.10.24). `undefined`
 * for every other request.
 */
export const kindOf = (method: string, target: string): ApiPaths.Kind | undefined => {
  if (method !== "POST") return undefined
  const kinds: ReadonlyArray<string | undefined> =
    /^(?:\/v[0-9.]+)?\/(?:(container|volume|service)s\/create|(service)s\/[^/]+\/update|(container)s\/[^]*\/start|(plugin)s\/[^]*\/set)$/
      .exec(pathOf(target)) ?? []
  return (["container", "volume", "service", "plugin"] as const).find((kind) => kinds.slice(1).includes(kind))
}

/** More than a container can have mounts: `fs.mount-max` of Linux is 100,000 for all of a namespace. */
const maxPlaces = 20_000

/**
 * Translates the paths in the body of a request, such as `"Binds":["/home/retro/work/app:/app"]`; `realPath` tells where
 * they lead.
 */
export const translate = (
  kind: ApiPaths.Kind,
  body: string,
  context: SourceTranslation.Context,
  realPath: (path: string) => SourceTranslation.RealPath
): TranslatedRequest => {
  const document = JsonText.parse(body)
  if (document._tag === "NoJson") return untouched(body)
  if (document._tag === "Unread") return { ...untouched(body), refused: document.why }
  const places = ApiPaths.find(kind, document.value)
  if (places.length > maxPlaces) return { ...untouched(body), refused: `it holds more than ${maxPlaces} paths` }
  const outcomes = places.flatMap((place) => {
    const syntax = PathOptions.behind(place.prefix, place.syntax)
    const word = PathTranslation.read({ what: place.what, value: place.at.value, syntax })
    const translations = word.sources.map((source) => SourceTranslation.translate(source, context, realPath))
    const rewritten = PathTranslation.rewrite(word, translations)
    return word.sources.length === 0 ? [] : [{ ...rewritten, at: place.at }]
  })
  return {
    body: JsonText.replace(body, outcomes.filter(({ changes }) => changes.length > 0)),
    changes: outcomes.flatMap(({ changes }) => changes),
    notices: outcomes.flatMap(({ notices }) => notices),
    leftAlone: outcomes.flatMap(({ leftAlone }) => leftAlone)
  }
}

const untouched = (body: string): TranslatedRequest => ({ body, changes: [], notices: [], leftAlone: [] })

/**
 * The path of a request as the daemon's router reads it: without scheme and host of a target in absolute form (in Go, `net/url`,
 * one without a host as well), decoded, and with `//` or dots still in it, which the router does not take for the same path.
 */
const pathOf = (target: string): string =>
  target.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/?]*)?/i, "").replace(/\?.*/s, "")
    .replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
