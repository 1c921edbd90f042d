/**
 * What goes wrong in a directory that others may write to; see `SharedDirectory`.
 */
import * as SystemError from "./SystemError.ts"

/**
 * A call that failed: `code` is the system's, such as `EACCES`, or one of {@link codes}; `place` is what it failed on.
 */
export class SharedDirectoryError extends Error {
  readonly code: string
  readonly place: string

  constructor(code: string, place: string, options?: ErrorOptions) {
    super(`${place}: ${code}`, options)
    this.name = "SharedDirectoryError"
    this.code = code
    this.place = place
  }
}

/** Codes for failures that the system has no code for. `SystemError` has the words. */
export const codes = {
  /** A regular file was wanted, and a link, a pipe, a device or a directory is there. */
  kind: "EFTYPE",
  /** A file is larger than the caller reads, or a directory holds more names than the caller takes. */
  large: "EOVERFLOW",
  /** A link in the path that the user gave, which another user could have put there. */
  link: "EUNTRUSTED",
  /** The cache directory is a directory with other contents, such as a home directory. */
  foreign: "ENOTCACHE",
  /** `/proc` is not mounted: the shim cannot name a file by its descriptor, and no other way is safe. */
  proc: "ENOPROC",
  /** The time was over before the shim looked at it; see `TimeBudget`. */
  late: "ELATE"
} as const

/** Runs something whose errors name the place as people know it, not by descriptor. */
export const placed = <A>(place: string, run: () => A): A => {
  try {
    return run()
  } catch (error) {
    throw errorAt(place, error)
  }
}

/** A system call's error as a `SharedDirectoryError`; any other error, a bug in the shim, as it is. */
export const errorAt = (place: string, error: unknown): unknown =>
  error instanceof SharedDirectoryError || SystemError.code(error) === ""
    ? error
    : new SharedDirectoryError(SystemError.code(error), place, { cause: error })

/** An error about a place, or one below it, that people know by another name. */
export const moved = (error: unknown, from: string, to: string): unknown =>
  error instanceof SharedDirectoryError && (error.place === from || error.place.startsWith(`${from}/`))
    ? new SharedDirectoryError(error.code, to + error.place.slice(from.length), { cause: error })
    : error

/** Whether an error says that the shim did not make what is there: it is of another kind, or too large. */
export const isForeign = (error: unknown): boolean =>
  ([codes.kind, codes.large] as ReadonlyArray<string>).includes(SystemError.code(error))

/** Whether an error says only that the time was over. */
export const isLate = (error: unknown): boolean => SystemError.code(error) === codes.late

/** `undefined` if nothing is there. Every other error stays one. */
export const orAbsent = <A>(run: () => A): A | undefined => {
  try {
    return run()
  } catch (error) {
    if (SystemError.code(error) === "ENOENT") return undefined
    throw error
  }
}
