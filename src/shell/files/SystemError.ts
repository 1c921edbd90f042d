/**
 * Failures of the file system, in words.
 */

const words: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "is not a directory",
  EACCES: "may not be used by this user",
  EPERM: "may not be used by this user",
  EROFS: "is read-only",
  ENOSPC: "has no space left",
  EDQUOT: "is over this user's quota",
  EMFILE: "cannot be opened: too many open files"
}

/**
 * The code of a system call's failure, such as `ENOENT`; empty for another error.
 *
 * @category accessors
 * @since 0.1.0
 */
export const code = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

/**
 * What failed, such as `/buildkit-cache is read-only`.
 *
 * @category printing
 * @since 0.1.0
 */
export const describe = (error: unknown, path: string): string =>
  `${path} ${words[code(error)] ?? `cannot be used (${error instanceof Error ? error.message : String(error)})`}`
