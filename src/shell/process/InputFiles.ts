/** Passes contents to a program on its descriptors. */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Input } from "../../core/ExecPlan.ts"
import { attempt } from "../files/Attempt.ts"
import * as PrivateDirectory from "../files/PrivateDirectory.ts"

/** `O_TMPFILE` of Linux, which Node does not name: a file that never has a name. */
const temporaryFile = 0o20200000

/** The source of a program's descriptor: an open descriptor of the shim's, or content that comes through a pipe. */
export type Source = number | { readonly content: Input["content"] }

/**
 * Opens a nameless file for each content. The result has the source of each descriptor: an open descriptor, or the content itself,
 * which then comes through a pipe, if no place has room for it. The caller closes them after the program has started.
 */
export const open = (
  input: ReadonlyArray<Input>,
  env: Readonly<Record<string, string | undefined>>
): ReadonlyMap<number, Source> =>
  new Map(input.map(({ content, descriptor }) => [descriptor, openOne(content, env) ?? { content }]))

/** Closes what {@link open} opened. */
export const close = (opened: ReadonlyMap<number, Source>): void => {
  for (const descriptor of opened.values()) if (typeof descriptor === "number") fs.closeSync(descriptor)
}

/** The open ones of these descriptors, each under its own number. */
export const inherited = (descriptors: ReadonlyArray<number>): ReadonlyMap<number, number> =>
  new Map(descriptors.filter((one) => kindOf(one) !== undefined).map((one) => [one, one]))

/**
 * Whether a descriptor can be read only once: a pipe, a socket, a terminal; and a file as standard input, because its position
 * is shared.
 */
export const isReadOnce = (descriptor: number): boolean => {
  const kind = kindOf(descriptor)
  return kind !== undefined && (descriptor === 0 || !kind.isFile())
}

/** None if the descriptor is not open. */
const kindOf = (descriptor: number): fs.Stats | undefined => attempt(() => fs.fstatSync(descriptor))

/** In the first place that has room. */
const openOne = (content: Input["content"], env: Readonly<Record<string, string | undefined>>): number | undefined => {
  for (const place of PrivateDirectory.places(env)) {
    for (const create of [createNameless, createNamed]) {
      try {
        return hold(create(place), content)
      } catch {
        // no such files on this file system, or no room: the next place may have both
      }
    }
  }
  return undefined
}

/** Writes the content, and opens the file again, so that reading begins at the start. */
const hold = (written: number, content: Input["content"]): number => {
  try {
    fs.writeFileSync(written, content)
    return fs.openSync(`/proc/self/fd/${written}`, fs.constants.O_RDONLY)
  } finally {
    fs.closeSync(written)
  }
}

const createNameless = (place: string): number => fs.openSync(place, temporaryFile | fs.constants.O_RDWR, 0o600)

const createNamed = (place: string): number => {
  const directory = fs.mkdtempSync(path.join(place, "docker-shim-input-"))
  try {
    return fs.openSync(path.join(directory, "input"), "wx+", 0o600)
  } finally {
    fs.rmSync(directory, { recursive: true })
  }
}
