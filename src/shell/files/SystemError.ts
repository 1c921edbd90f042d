/**
 * Failures of the file system, in words.
 */

const words = {
  ENOENT: "does not exist",
  ENOTDIR: "is not a directory",
  EACCES: "may not be used by this user",
  EPERM: "may not be used by this user",
  EROFS: "is read-only",
  ENOSPC: "has no space left",
  EDQUOT: "is over this user's quota",
  EMFILE: "cannot be opened: too many open files",
  EIO: "cannot be read or written: the disk reports an error (EIO)",
  ELOOP: "is a symbolic link",
  EFTYPE: "is not a regular file",
  EOVERFLOW: "is larger than docker-shim reads",
  EUNTRUSTED: "is a symbolic link that other users could change; name the directory that it leads to",
  ENOTCACHE: "is not empty, and is no build cache of docker-shim's; name an empty directory",
  ENOPROC: "cannot be used safely: /proc is not mounted",
  ELATE: "takes too long"
} satisfies Record<string, string>

/** The code of a system call's failure, such as `ENOENT`; empty for another error. */
export const code = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/** What a call failed on, where the error tells it more exactly than the caller can. */
export const placeOf = (error: unknown): string | undefined =>
  error instanceof Error && "place" in error && typeof error.place === "string" ? error.place : undefined

/** What failed, such as `/buildkit-cache is read-only`. An error that names its own `place` is about that one. */
export const describe = (error: unknown, path: string): string =>
  `${placeOf(error) ?? path} ${
    (words as Readonly<Record<string, string>>)[code(error)] ??
      `cannot be used (${error instanceof Error ? error.message : String(error)})`
  }`

/** Whether a description tells of one of these failures, such as `tells("/buildkit-cache does not exist", "ENOENT")`. */
export const tells = (description: string, ...codes: ReadonlyArray<keyof typeof words>): boolean =>
  codes.some((one) => description.includes(words[one]))
