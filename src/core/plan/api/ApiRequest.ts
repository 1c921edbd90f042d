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
import * as ApiQuery from "./ApiQuery.ts"

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

/** What becomes of a request's target; `refused` as for a body, as a clause about its query. */
export interface TranslatedTarget extends Omit<TranslatedRequest, "body"> {
  readonly target: string
}

/** The requests that hold paths, by method; a group of each tells its kind. */
const routes: Readonly<Record<string, RegExp>> = {
  POST:
    /^(?:\/v[0-9.]+)?\/(?:(container|volume|service)s\/create|(service)s\/[^/]+\/update|(container)s\/[^]*\/start|containers\/[^]*\/(checkpoint)s|(plugin)s\/[^]*\/set)$/,
  GET: /^(?:\/v[0-9.]+)?\/containers\/[^]*\/(checkpoint)s$/,
  DELETE: /^(?:\/v[0-9.]+)?\/containers\/[^]*\/(checkpoint)s\/[^]*$/
}

const kinds = ["container", "volume", "service", "plugin", "checkpoint"] as const

/**
 * Which of the API's requests hold paths of the daemon's, by method and path: `/containers/create`, `/volumes/create`,
 * `/services/create`, `/services/ID/update` and `/plugins/NAME/set`, with any version or none in front (moby 28.5.2,
 * `daemon/server/router`); `/containers/ID/start`, which names a checkpoint's directory, and takes a `HostConfig` before API 1.24
 * (moby 20.10.24); and those of checkpoints. `undefined` for every other request.
 */
export const kindOf = (method: string, target: string): ApiPaths.Kind | undefined => {
  const groups: ReadonlyArray<string | undefined> = routes[method]?.exec(pathOf(target)) ?? []
  return kinds.find((kind) => groups.slice(1).includes(kind))
}

/** More than a container can have mounts: `fs.mount-max` of Linux is 100,000 for all of a namespace. */
const maxPlaces = 20_000

/** What becomes of a source. */
export type Translate = (source: string) => SourceTranslation.Translation

/** What becomes of each source of a request: what they are all compared with is looked at once. */
export const translator = (
  context: SourceTranslation.Context,
  realPath: (path: string) => SourceTranslation.RealPath
): Translate => {
  const begin = SourceTranslation.begin(context)
  let places: SourceTranslation.Places | undefined
  return (source) => {
    const begun = begin(source)
    if (begun._tag !== "Linked") return begun
    places ??= SourceTranslation.survey(context, realPath)
    return SourceTranslation.follow(source, begun.written, realPath(begun.written), places)
  }
}

/** Translates the paths in the body of a request, such as `"Binds":["/home/retro/work/app:/app"]`. */
export const translate = (kind: ApiPaths.Kind, body: string, translateSource: Translate): TranslatedRequest => {
  const document = JsonText.parse(body)
  if (document._tag === "NoJson") return untouched(body)
  if (document._tag === "Unread") return { ...untouched(body), refused: document.why }
  const places = ApiPaths.find(kind, document.value)
  if (places.length > maxPlaces) return { ...untouched(body), refused: `it holds more than ${maxPlaces} paths` }
  const outcomes = places.flatMap(({ at, prefix, syntax, what }) => {
    const word = PathTranslation.read({ what, value: at.value, syntax: PathOptions.behind(prefix, syntax) })
    return word.sources.length === 0 ? [] : [{ ...rewrite(word, translateSource), at }]
  })
  return { body: JsonText.replace(body, changed(outcomes)), ...gained(outcomes) }
}

/**
 * Translates the directories in a request's target, as those of its body: `dir=` of checkpoints, `checkpoint-dir=` of a start (moby
 * 28.5.2, `daemon/server/router/{checkpoint,container}`).
 */
export const translateTarget = (
  kind: ApiPaths.Kind,
  target: string,
  translateSource: Translate
): TranslatedTarget => {
  const isStart = kind === "container" && pathOf(target).endsWith("/start")
  const name = kind === "checkpoint" ? "dir" : isStart ? "checkpoint-dir" : undefined
  const found = name === undefined ? [] : ApiQuery.find(target, name)
  if (found === undefined) return { ...unchanged(target), refused: "its directory is not UTF-8" }
  const outcomes = found.map((at) => {
    const word = PathTranslation.read({ what: `${name}=`, value: at.value, syntax: PathOptions.absolute })
    return { ...rewrite(word, translateSource), at }
  })
  return { target: ApiQuery.replace(target, changed(outcomes)), ...gained(outcomes) }
}

/** A text of a request with its paths translated, and what there is to say of it. */
interface Rewritten extends PathTranslation.Said {
  readonly value: string
}

const rewrite = (word: PathTranslation.ReadWord, translateSource: Translate): Rewritten => {
  const said: PathTranslation.Said = { notices: [], changes: [], leftAlone: [] }
  return { value: PathTranslation.rewrite(word, word.sources.map(translateSource), 0, said), ...said }
}

const changed = <A extends Rewritten>(outcomes: ReadonlyArray<A>): ReadonlyArray<A> =>
  outcomes.filter(({ changes }) => changes.length > 0)

/** What there is to say of several texts, in their order. */
const gained = (
  outcomes: ReadonlyArray<Rewritten>
): Pick<TranslatedRequest, "changes" | "leftAlone" | "notices"> => ({
  changes: outcomes.flatMap(({ changes }) => changes),
  notices: outcomes.flatMap(({ notices }) => notices),
  leftAlone: outcomes.flatMap(({ leftAlone }) => leftAlone)
})

const unchanged = (target: string): TranslatedTarget => ({ target, changes: [], notices: [], leftAlone: [] })

const untouched = (body: string): TranslatedRequest => ({ body, changes: [], notices: [], leftAlone: [] })

/**
 * The path of a request as the daemon's router reads it: without scheme and host of a target in absolute form (in Go, `net/url`,
 * one without a host as well), decoded, and with `//` or dots still in it, which the router does not take for the same path.
 */
const pathOf = (target: string): string =>
  target.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/?]*)?/i, "").replace(/\?.*/s, "")
    .replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
