/**
 * Hands texts to a program as if they were what its descriptors hold.
 */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import type { Input } from "../../core/ExecPlan.ts"

/** `O_TMPFILE` of Linux, which Node does not name: a file that never has a name. */
const temporaryFile = 0o20200000

/**
 * Opens a nameless file for each text; the result says which open descriptor stands for which. To be closed when the
 * program was started.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (input: ReadonlyArray<Input>): ReadonlyMap<number, number> =>
  new Map(input.map(({ content, descriptor }) => [descriptor, openOne(content)]))

/** Closes what {@link open} opened. */
export const close = (opened: ReadonlyMap<number, number>): void => {
  for (const descriptor of opened.values()) fs.closeSync(descriptor)
}

/**
 * Those of the descriptors that are open, each under its own number.
 *
 * @category accessors
 * @since 0.1.0
 */
export const inherited = (descriptors: ReadonlyArray<number>): ReadonlyMap<number, number> =>
  new Map(descriptors.filter((one) => kindOf(one) !== undefined).map((one) => [one, one]))

/**
 * Whether what is read of a descriptor is gone for the next reader: a pipe, a socket, a terminal; and a file that is read
 * as standard input, of which the position is shared.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isReadOnce = (descriptor: number): boolean => {
  const kind = kindOf(descriptor)
  return kind !== undefined && (descriptor === 0 || !kind.isFile())
}

const kindOf = (descriptor: number): fs.Stats | undefined => {
  try {
    return fs.fstatSync(descriptor)
  } catch {
    return undefined
  }
}

/** Written and opened again, for the position to be at the start. */
const openOne = (content: string): number => {
  const written = create()
  try {
    fs.writeFileSync(written, content)
    return fs.openSync(`/proc/self/fd/${written}`, fs.constants.O_RDONLY)
  } finally {
    fs.closeSync(written)
  }
}

const create = (): number => {
  try {
    return fs.openSync(tmpdir(), temporaryFile | fs.constants.O_RDWR, 0o600)
  } catch {
    const directory = fs.mkdtempSync(path.join(tmpdir(), "docker-shim-input-"))
    const file = path.join(directory, "input")
    const descriptor = fs.openSync(file, "wx+", 0o600)
    fs.rmSync(directory, { recursive: true })
    return descriptor
  }
}
