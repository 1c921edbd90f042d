/**
 * The places of `CacheLayout`, beneath the open cache directory.
 */
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedDirectoryError from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"

/** The cache directory: its path, or the open directory if several things are done in it. */
export type Cache = string | SharedDirectory.SharedDirectory

/** Opens the cache directory while something runs, unless it is open. */
export const use = <A>(cache: Cache, run: (root: SharedDirectory.SharedDirectory) => A): A =>
  typeof cache === "string" ? SharedDirectory.use(cache, run) : run(cache)

/** The path of the cache directory, for `CacheLayout`. */
export const pathOf = (cache: Cache): string => typeof cache === "string" ? cache : cache.path

/**
 * Opens the directory that a path of the layout is in, while something runs with that and the last name of the path;
 * `undefined` if that directory is not there.
 */
export const at = <A>(
  cache: Cache,
  path: string,
  run: (parent: SharedDirectory.SharedDirectory, name: string) => A
): A | undefined =>
  use(cache, (root) => {
    const names = namesOf(root, path)
    return SharedDirectory.withinIfThere(root, names.slice(0, -1), (parent) => run(parent, names.at(-1) ?? ""))
  })

/** The names of a path below the cache directory. */
export const namesOf = (root: SharedDirectory.SharedDirectory, path: string): ReadonlyArray<string> => {
  if (!path.startsWith(`${root.path}/`)) throw new Error(`${path} is not in ${root.path}`)
  return path.slice(root.path.length + 1).split("/")
}

/** Calls `take` with every name that can be a key's, one by one: anybody can put half a million there. */
export const eachKey = (root: SharedDirectory.SharedDirectory, take: (key: string) => void): void => {
  SharedDirectory.eachText(root, (name) => {
    if (!name.startsWith(".")) take(name)
    return true
  })
}

/**
 * Opens a directory of the cache, name by name; `undefined` if there is none in its place: where somebody else put a link or a
 * file there, nothing in that is the cache's. The caller closes it.
 */
export const openIfThere = (
  root: SharedDirectory.SharedDirectory,
  names: readonly [string, ...ReadonlyArray<string>]
): SharedDirectory.SharedDirectory | undefined =>
  ofDirectory(() =>
    SharedDirectory.withinIfThere(
      root,
      names.slice(0, -1),
      (parent) => SharedDirectoryError.orAbsent(() => SharedDirectory.enter(parent, names.at(-1) ?? ""))
    )
  )

/**
 * Calls `take` with every name in a directory of the cache, as `SharedDirectory.eachText`; `undefined` if there is no directory
 * in its place. Errors of `take` are not taken for that.
 */
export const eachIn = (
  root: SharedDirectory.SharedDirectory,
  names: ReadonlyArray<string>,
  take: (name: string, directory: SharedDirectory.SharedDirectory) => boolean
): boolean | undefined => {
  const each = (directory: SharedDirectory.SharedDirectory): boolean =>
    SharedDirectory.eachText(directory, (name) => take(name, directory))
  const [first, ...rest] = names
  if (first === undefined) return each(root)
  const opened = openIfThere(root, [first, ...rest])
  return opened === undefined ? undefined : SharedDirectory.closing(opened, each)
}

/** `undefined` if there is no directory in the place of one. */
export const ofDirectory = <A>(run: () => A | undefined): A | undefined => {
  try {
    return run()
  } catch (error) {
    if (SystemError.code(error) === "ENOTDIR") return undefined
    throw error
  }
}

/** Moves something to a place that is free; `false` if it is not there any more. */
export const move = (
  from: SharedDirectory.SharedDirectory,
  name: string,
  to: SharedDirectory.SharedDirectory,
  newName: string
): boolean =>
  SharedDirectoryError.orAbsent(() => {
    SharedFile.rename(from, name, to, newName)
    return true
  }) ?? false
