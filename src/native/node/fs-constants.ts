/**
 * The numbers of `node:fs`, and the words for them, such as `wx+`.
 */

/** Linux's numbers: asm-generic/fcntl.h and uapi/linux/stat.h. */
export const constants = {
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_SYNC: 0o4010000,
  O_DIRECTORY: DOCKER_SHIM_ARCHITECTURE === "arm64" ? 0o40000 : 0o200000,
  O_NOFOLLOW: DOCKER_SHIM_ARCHITECTURE === "arm64" ? 0o100000 : 0o400000,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
  COPYFILE_EXCL: 1,
  COPYFILE_FICLONE: 2
}

/** What a file is opened with, as a number. */
export const openFlags = (flags: string | number): number => {
  if (typeof flags === "number") return flags
  const exclusive = flags.includes("x") ? constants.O_EXCL : 0
  const known = modes[flags.replace("x", "").replace("s", "")]
  if (known === undefined) throw new TypeError(`The argument 'flags' is invalid. Received ${flags}`)
  return known | exclusive
}

const modes: Readonly<Record<string, number>> = {
  "r": constants.O_RDONLY,
  "r+": constants.O_RDWR,
  "w": constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  "w+": constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  "a": constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
  "a+": constants.O_RDWR | constants.O_CREAT | constants.O_APPEND
}
