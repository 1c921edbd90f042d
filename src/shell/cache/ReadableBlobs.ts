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
 * The names of blobs that some may not read who may use a cache directory of these permission bits; with `below`, of the
 * files of an entry, such as its index.
 */
export const hidden = (
  root: SharedDirectory.SharedDirectory,
  mode: number,
  below: ReadonlyArray<string> = CacheLayout.storeNames
): ReadonlyArray<string> =>
  SharedDirectory.withinIfThere(root, below, (store) =>
    SharedDirectory.list(store).filter((name) => {
      const status = SharedDirectory.status(store, name)
      return status?.isFile() === true && (status.mode & mode & 0o444) !== (mode & 0o444)
    })) ?? []

/** Lets them be read. Throws the system's error. */
export const show = (
  root: SharedDirectory.SharedDirectory,
  names: ReadonlyArray<string>,
  mode: number,
  below: ReadonlyArray<string> = CacheLayout.storeNames
): void => {
  SharedDirectory.within(root, below, (store) => {
    for (const name of names) allow(store, name, mode & 0o444, false)
  })
}

const allow = (store: SharedDirectory.SharedDirectory, name: string, wanted: number, isOwn = true): void =>
  SharedDirectory.closing(SharedFile.open(store, name), ({ descriptor, path, status: { mode, uid } }) => {
    if (isOwn && uid !== process.geteuid?.()) return
    SharedDirectoryError.placed(path, () => fs.fchmodSync(descriptor, mode & 0o777 | wanted))
  })
