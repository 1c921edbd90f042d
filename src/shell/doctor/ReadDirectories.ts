/**
 * The cache directories that are only read: `DOCKER_SHIM_CACHE_READ_DIRS`.
 */
import * as Quantity from "../../core/syntax/Quantity.ts"
import * as CachePlace from "../cache/CachePlace.ts"
import { attempt } from "../files/Attempt.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SystemError from "../files/SystemError.ts"
import * as Finding from "./Finding.ts"

/**
 * One finding for each directory. One that this user may write is worth a warning: sessions without trust must not be able to
 * change it, and only its mount can enforce that.
 */
export const examine = (directories: ReadonlyArray<string>): ReadonlyArray<Finding.Finding> => directories.map(one)

const part = "cache read dirs"

const one = (directory: string): Finding.Finding => {
  try {
    return SharedDirectory.use(directory, (opened) => {
      let entries = 0
      CachePlace.eachKey(opened, () => {
        entries += 1
      })
      const evidence = `${describe(opened)}, ${Quantity.printCount(entries, "entry", "entries")}`
      return attempt(() => (SharedDirectory.checkWritable(opened), true)) === true
        ? Finding.warn(
          part,
          `${evidence}, but this user may write it`,
          "mount it read-only; see 'docker-shim mounts --help'"
        )
        : Finding.ok(part, evidence)
    })
  } catch (error) {
    return Finding.warn(
      part,
      SystemError.describe(error, directory),
      "mount it there, or take it out of DOCKER_SHIM_CACHE_READ_DIRS; see 'docker-shim mounts --help'"
    )
  }
}

/** A directory with its owner and mode, such as `/buildkit-cache, owner 0:0, mode 0755`. Throws the system's error. */
export const describe = (directory: SharedDirectory.SharedDirectory): string => {
  const { gid, mode, uid } = SharedDirectory.ownStatus(directory)
  return `${directory.path}, owner ${uid}:${gid}, mode ${(mode & 0o7777).toString(8).padStart(4, "0")}`
}
