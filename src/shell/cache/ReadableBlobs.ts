/**
 * Sees to it that whoever may use the cache may read what a build stored there, whatever its umask was: BuildKit makes
 * blobs with the mode `0444` less the umask (containerd 2.1, `plugins/content/local/writer.go`).
 */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import type { Descriptor } from "../../core/cache/OciLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedDirectoryError from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as CachePlace from "./CachePlace.ts"

/**
 * Gives blobs of this user's the rights to be read that the cache directory gives. Throws where one may not be read even
 * by this user: an entry that holds it would be of no use.
 */
export const ensure = (root: SharedDirectory.SharedDirectory, blobs: ReadonlyArray<Descriptor>): void => {
  const wanted = root.mode & 0o444
  SharedDirectory.within(root, CacheLayout.storeNames, (store) => {
    for (const { digest } of blobs) {
      const name = digest.slice(digest.indexOf(":") + 1)
      const status = SharedDirectory.status(store, name)
      if (status === undefined || (status.mode & wanted) === wanted) continue
      if (status.uid === process.geteuid?.()) allow(store, name, wanted)
      else SharedFile.checkReadable(store, name)
    }
  })
}

/**
 * How many blobs some may not read who may use a cache directory of these permission bits; with `below`, how many files of an
 * entry, such as its index. With `isShown` it lets them be read. Anybody can put half a million there, so no name is remembered.
 * Throws the system's error.
 */
export const countHidden = (
  root: SharedDirectory.SharedDirectory,
  mode: number,
  isShown: boolean,
  below: ReadonlyArray<string> = CacheLayout.storeNames
): number => {
  const wanted = mode & 0o444
  let count = 0
  CachePlace.eachIn(root, below, (name, store) => {
    const status = SharedDirectory.status(store, name)
    if (status?.isFile() !== true || (status.mode & wanted) === wanted) return true
    count += 1
    // collection may have taken it meanwhile
    if (isShown) SharedDirectoryError.orAbsent(() => allow(store, name, wanted, false))
    return true
  })
  return count
}

const allow = (store: SharedDirectory.SharedDirectory, name: string, wanted: number, isOwn = true): void =>
  SharedDirectory.closing(SharedFile.open(store, name), ({ descriptor, path, status: { mode, uid } }) => {
    if (isOwn && uid !== process.geteuid?.()) return
    SharedDirectoryError.placed(path, () => fs.fchmodSync(descriptor, mode & 0o777 | wanted))
  })
