/**
 * A file system of which some calls take long, by a clock that only they advance.
 */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { vi } from "vitest"

const names = [
  "accessSync",
  "fchmodSync",
  "ftruncateSync",
  "fstatSync",
  "lstatSync",
  "mkdirSync",
  "openSync",
  "opendirSync",
  "readlinkSync",
  "readSync",
  "realpathSync",
  "renameSync",
  "rmdirSync",
  "statSync",
  "statfsSync",
  "symlinkSync",
  "unlinkSync",
  "writeFileSync"
] as const

type Call = (...args: ReadonlyArray<unknown>) => unknown

const table = fs as unknown as Record<string, Call>
const original = Object.fromEntries(names.map((name) => [name, table[name]] as const)) as Record<string, Call>

/** The kinds of calls that can be slow. */
export type Kind = "read" | "directory" | "call"

const isSlow = (name: string, kind: Kind): boolean =>
  kind === "call" || (kind === "read" ? name === "readSync" : name === "opendirSync")

/**
 * Makes each call of a kind take so many milliseconds. Gives how long they took together.
 */
export const begin = (kind: Kind, milliseconds: number): () => number => {
  let clock = 0
  vi.spyOn(performance, "now").mockImplementation(() => clock)
  const wait = (): void => {
    clock += milliseconds
  }
  for (const name of names) {
    const call = original[name]
    if (call === undefined || !isSlow(name, kind)) continue
    table[name] = (...args) => {
      wait()
      const result = call(...args)
      return name === "opendirSync" ? slowListing(result as fs.Dir, wait) : result
    }
  }
  syncBuiltinESMExports()
  return () => clock
}

/** The kernel gives several names at once. */
const slowListing = (listing: fs.Dir, wait: () => void): fs.Dir => {
  let count = 0
  const next = listing.readSync.bind(listing)
  listing.readSync = () => {
    count += 1
    if (count % 64 === 0) wait()
    return next()
  }
  return listing
}

/** All calls are as fast as they are. */
export const end = (): void => {
  Object.assign(fs, original)
  syncBuiltinESMExports()
  vi.restoreAllMocks()
}
