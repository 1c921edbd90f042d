/** The mounts that an earlier command found in the session's daemon, as long as nothing changed that they depend on. */
import * as fs from "node:fs"
import type { Answer } from "../../core/facts/OwnMounts.ts"
import type { Env } from "../../core/Invocation.ts"
import * as MountTable from "../../core/paths/MountTable.ts"
import type { PathMapping } from "../../core/paths/PathMapping.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"
import * as Remembered from "../files/Remembered.ts"
import * as RawText from "../process/RawText.ts"
import * as DaemonProcess from "./DaemonProcess.ts"

/**
 * What this process sees. `identities` are what an answer depends on, with mappings and without: the socket as a file, with the
 * mounts of this process, or with its mount namespace.
 */
export interface Seen {
  readonly _tag: "Seen"
  readonly table: MountTable.MountTable
  readonly identities: readonly [mapped: unknown, same: unknown]
}

/** Looks at the mounts and at the socket; a text says why it cannot. */
export const look = (socket: string): Seen | string => {
  const text = attempt(() => RawText.decode(fs.readFileSync("/proc/self/mountinfo")))
  const table = text === undefined ? undefined : MountTable.parse(text)
  const stat = attempt(() => fs.statSync(socket, { bigint: true }))
  const namespace = DaemonProcess.mountNamespace("self")
  if (table === undefined || namespace === undefined) return "the mounts of this process cannot be read"
  if (stat === undefined) return `there is no socket at ${socket}`
  const daemon = [socket, ...Remembered.identity(stat)]
  return { _tag: "Seen", table, identities: [["mounts", daemon, text], ["same files", daemon, namespace]] }
}

/** The answer that is remembered. */
export const read = (seen: Seen, env: Env): Answer | undefined => {
  const notBefore = Date.now() - longest
  return placesOf(seen, env).map((place) => Remembered.read(place, notBefore, decode)).find((one) => one !== undefined)
}

/**
 * Remembers an answer, if it is certain. An uncertain one may be certain for the next command, and a gateway may be gone by
 * then.
 */
export const write = (seen: Seen, env: Env, answer: Answer): void => {
  if (answer._tag !== "Same" && answer._tag !== "Mapped") return
  const [mapped, same] = placesOf(seen, env)
  const place = answer._tag === "Same" ? same : mapped
  if (place !== undefined) Remembered.write(place, answer)
}

/** Forgets the answer for a daemon, so that it is asked again. */
export const forget = (socket: string, env: Env): void => {
  const seen = look(socket)
  if (typeof seen !== "string") placesOf(seen, env).forEach(Remembered.forget)
}

/** In milliseconds: a week. The shim knows what an answer depends on; this limit is for what nobody thought of. */
const longest = 7 * 24 * 3600 * 1000

const placesOf = ({ identities }: Seen, env: Env): ReadonlyArray<string> => {
  const directory = Remembered.directory(env, "probes")
  return directory === undefined ? [] : identities.map((one) => Remembered.place(directory, one))
}

/** Remembered answers are the user's own file; an older form counts as none. */
const decode = (value: unknown): Answer | undefined => {
  const tag = JsonObject.text(value, "_tag")
  if (tag === "Same") return { _tag: tag }
  const container = JsonObject.text(value, "container")
  const mappings = JsonObject.list(value, "mappings").map(mapping)
  const known = mappings.filter((one) => one !== undefined)
  const doubtful = JsonObject.texts(value, "doubtful")
  return tag === "Mapped" && container !== undefined && known.length === mappings.length
    ? { _tag: tag, container, mappings: known, ...(doubtful.length === 0 ? {} : { doubtful }) }
    : undefined
}

const mapping = (value: unknown): PathMapping | undefined => {
  const [from, to, origin] = ["from", "to", "origin"].map((name) => JsonObject.text(value, name))
  const holes = JsonObject.list(value, "holes")
  const texts = JsonObject.texts(value, "holes")
  return from === undefined || to === undefined || origin === undefined || texts.length < holes.length
    ? undefined
    : { from, to, origin, holes: texts }
}
