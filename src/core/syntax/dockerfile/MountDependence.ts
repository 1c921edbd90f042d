/**
 * Tells whether a build can depend on what an earlier step left in a cache mount.
 *
 * A cache mount is not part of a step's digest, and is not exported. If the step that fills it is imported, the mount is empty,
 * and a step that reads it fails or makes something else (moby/buildkit#1474, #1512).
 */
import type { Place, Step } from "./BuildSteps.ts"
import * as BuildSteps from "./BuildSteps.ts"
import * as Dockerfile from "./Dockerfile.ts"
import * as Heredoc from "./Heredoc.ts"
import type { RunMount } from "./RunMount.ts"
import * as SelfSufficient from "./SelfSufficient.ts"

/**
 * Which steps must not be imported.
 *
 * - `None`: any may be; `fills` are the commands of those that can leave something in a mount; `needed` are the images whose
 *   triggers (`ONBUILD`) could fill one, which the Dockerfile does not show.
 * - `Places`: those at these places, from the step that fills a mount up to the last one that reads it, without that one: its
 *   layer contains what it read. `fills` are the commands of other steps that can leave something; `needed` are steps that must
 *   have run in the session before a later one runs.
 * - `Unknown`: the Dockerfile does not tell, so nothing may be imported; `needed` as far as it is known.
 */
export type MountDependence =
  | { readonly _tag: "None"; readonly fills: ReadonlyArray<string>; readonly needed: ReadonlyArray<Needed> }
  | {
    readonly _tag: "Places"
    readonly places: ReadonlyArray<Place>
    readonly fills: ReadonlyArray<string>
    readonly needed: ReadonlyArray<Needed>
  }
  | { readonly _tag: "Unknown"; readonly needed: ReadonlyArray<Needed> }

/**
 * A step that fills a mount: its command, and the name of its stage, where that has one. For the triggers of a stage's image the
 * command is `FROM` and that image.
 */
export interface Needed {
  readonly command: string
  readonly stage: string | undefined
}

/** No step of the build needs what a mount holds. */
export const none: MountDependence = { _tag: "None", fills: [], needed: [] }

/** What cannot be read may depend on anything. */
export const unknown: MountDependence = { _tag: "Unknown", needed: [] }

/**
 * Judges the text of a Dockerfile; `undefined` stands for one that cannot be read. With `hasContexts` (`--build-context`)
 * a name in the Dockerfile can stand for something else than its stage.
 */
export const analyze = (text: string | undefined, hasContexts: boolean): MountDependence => {
  if (text === undefined) return unknown
  if (!isOwnSyntax(text)) return unknown
  // without cache mounts there is nothing to depend on, whatever else the file says
  if (!/cache/i.test(text.replace(/[\\`][ \t]*\r?\n/g, ""))) return none
  const file = Dockerfile.parse(text)
  const steps = file === undefined ? undefined : BuildSteps.read(file)
  if (file === undefined || steps === undefined) return unknown
  const pairs = pairsOf(steps, isOffline(file))
  if (pairs === undefined) return unknown
  const dangers = unsafe(steps, pairs)
  const fills = steps.filter((step) => isFilling(step) && !dangers.includes(step)).map(commandOf)
  const triggers = triggersOf(steps, isOffline(file))
  if (dangers.length === 0) return { _tag: "None", fills, needed: triggers }
  const writers = new Set(pairs.map(({ writer }) => writer))
  const filling = steps.flatMap((step, at) => writers.has(at) ? [{ command: commandOf(step), stage: step.stage }] : [])
  const needed = [...triggers, ...filling]
  const places = dangers.flatMap(({ place }) => place ?? [])
  return hasContexts || places.length < dangers.length
    ? { _tag: "Unknown", needed }
    : { _tag: "Places", places, fills, needed }
}

/** A step's command as BuildKit describes it, but for the spaces: what a shell or the kernel is given. */
const commandOf = ({ instruction: { heredocs, text } }: Step): string => {
  const command = Heredoc.listOf(text)?.join(" ") ?? text
  return (Heredoc.isAlone(text) ? heredocs : [command, ...heredocs]).join(" ").replace(/\s+/g, " ").trim()
}

const isFilling = ({ mounts }: Step): boolean => mounts.some((mount) => mount._tag === "Cache" && mount.isWritten)

/** The image of a needed "command" that stands for its triggers. */
export const imageOf = (command: string): string | undefined =>
  command.startsWith(beginning) ? command.slice(beginning.length) : undefined

const beginning = "FROM "

/** The images that a step which may need what others left in a mount is built on: their triggers run before it. */
const triggersOf = (steps: ReadonlyArray<Step>, isOffline: boolean): ReadonlyArray<Needed> => {
  const readers = steps.filter((step) =>
    step.mounts.some(({ _tag }) => _tag === "Cache")
    && (isOffline || !SelfSufficient.isSelfSufficient(step.instruction.text, step.instruction.heredocs))
  )
  const before = new Set(readers.flatMap(({ needs }) => [...needs]))
  const bases = [...readers, ...steps.filter((_, at) => before.has(at))].flatMap(({ base }) => base ?? [])
  return [...new Set(bases)].map(({ image, stage }) => ({ command: beginning + image, stage }))
}

/** Whether the Dockerfile is read by BuildKit's own front end, or by a release of it. */
const isOwnSyntax = (text: string): boolean => {
  const [, syntax] = /^\uFEFF?(?:#!.*\n)?(?:\s*#.*\n)*?\s*#\s*syntax\s*=\s*(\S+)/i.exec(text) ?? []
  return syntax === undefined || /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/.test(syntax)
}

/** A step that fills a mount, and one that may need what it left, by their places in the list. */
interface Pair {
  readonly writer: number
  readonly reader: number
}

/** Of a hundred steps that all share a mount there are fewer; each step is compared with all of them. */
const mostPairs = 5_000

/** `undefined` if there are too many. */
const pairsOf = (steps: ReadonlyArray<Step>, isOffline: boolean): ReadonlyArray<Pair> | undefined => {
  const pairs: Array<Pair> = []
  for (const [at, reader] of steps.entries()) {
    if (reader.mounts.length === 0) continue
    for (const one of reader.needs) {
      const writer = steps[one]
      if (writer !== undefined && dependsOn(reader, writer, isOffline)) pairs.push({ writer: one, reader: at })
      if (pairs.length > mostPairs) return undefined
    }
  }
  return pairs
}

/** Steps that follow one that fills a mount, or are it, and do not follow every step that reads what that left. */
const unsafe = (steps: ReadonlyArray<Step>, pairs: ReadonlyArray<Pair>): ReadonlyArray<Step> =>
  steps.filter(({ needs }, at) =>
    pairs.some(({ reader, writer }) => (writer === at || needs.has(writer)) && reader !== at && !needs.has(reader))
  )

/** Whether a step could need what another, before it, left in a mount of both. */
const dependsOn = (reader: Step, writer: Step, isOffline: boolean): boolean => {
  const written = writer.mounts.filter((mount) => mount._tag === "Cache").filter(({ isWritten }) => isWritten)
  const read = reader.mounts.filter((mount) => mount._tag === "Cache")
  const isShared = written.some((one) =>
    read.some((other) => one.id === undefined || other.id === undefined || one.id === other.id)
  )
  return isShared && (isOffline || !standsAlone(reader, writer))
}

/** Whether a variable such as `UV_OFFLINE` or `GOPROXY=off` may keep package managers from downloading. */
const isOffline = ({ instructions }: Dockerfile.Dockerfile): boolean =>
  instructions.some(({ name, text }) =>
    (name === "ENV" || name === "ARG") && /offline|no_index|proxy\W*off|prefer_cache/i.test(text)
  )

/** Whether the reader fetches for itself what the writer fetched: with the same credentials and network. */
const standsAlone = (reader: Step, writer: Step): boolean => {
  const credentials = new Set(credentialsOf(reader.mounts))
  return SelfSufficient.isSelfSufficient(reader.instruction.text, reader.instruction.heredocs)
    && credentialsOf(writer.mounts).every((one) => credentials.has(one))
    && !reader.instruction.flags.includes("--network=none")
}

const credentialsOf = (mounts: ReadonlyArray<RunMount>): ReadonlyArray<string> =>
  mounts.flatMap((mount) => mount._tag === "Credential" ? [mount.id] : [])
