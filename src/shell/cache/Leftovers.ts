/** Finds what dead builds left behind: leases, exports, retired indexes, directories of no entry, unfinished things. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"
import * as Trash from "./Trash.ts"

/**
 * Removes them; `now` is in milliseconds, `turn` is awaited now and then, as there can be half a million of each. Throws the
 * system's error.
 */
export const remove = async (
  root: SharedDirectory.SharedDirectory,
  now: number,
  turn: () => Promise<void>
): Promise<void> => {
  const isOld = (changedAt: number): boolean => now - changedAt > CacheLease.staleAfter
  CacheLease.removeStale(root, now)
  await turn()
  const running = CacheLease.list(root)
  const empty: Array<string> = []
  CachePlace.eachKey(root, (key) => {
    removeOf(root, key, running, isOld)
    if (isEmpty(root, key, isOld)) empty.push(key)
    if (empty.length >= atOnce) moveEmpty(root, empty.splice(0))
  })
  moveEmpty(root, empty)
  await turn()
  const places = [root.path, CacheLayout.blobs(root.path), CacheLayout.store(root.path), CacheLayout.leases(root.path)]
  for (const place of places) {
    const names = place === root.path ? [] : CachePlace.namesOf(root, place)
    CachePlace.eachIn(root, names, (name, directory) => {
      if (CacheLayout.isUnfinished(name)) removeOld(directory, name, isOld)
      return true
    })
    await turn()
  }
}

type IsOld = (changedAt: number) => boolean

/** What killed builds left of an entry. */
const removeOf = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  isOld: IsOld
): void => {
  const removeIn = (place: string, sort: () => PrivateIndexes.Sorted): void => {
    for (let isMore = true; isMore;) {
      const { free, isWhole } = sort()
      for (const name of free) CachePlace.at(root, `${place}/${name}`, SharedRemoval.removeAll)
      isMore = !isWhole && free.length > 0
    }
  }
  removeIn(CacheLayout.incoming(root.path, key), () => PrivateIndexes.exporting(root, key, running, isOld))
  removeIn(CacheLayout.retired(root.path, key), () => PrivateIndexes.retired(root, key, running))
}

/** Whether nothing was published for a key, and no build begins with it. */
const isEmpty = (root: SharedDirectory.SharedDirectory, key: string, isOld: IsOld): boolean => {
  const found = SharedDirectory.status(root, key)
  if (found?.isDirectory() !== true || !isOld(ChangeTime.fromStats(found))) return false
  const isOwn = SharedDirectory.withinIfThere(
    root,
    [key],
    (entry) => SharedDirectory.status(entry, "index.json") === undefined && ForeignDirectory.isOwnEntry(entry)
  )
  return isOwn === true && !hasAny(root, CacheLayout.incoming(root.path, key))
}

const hasAny = (root: SharedDirectory.SharedDirectory, path: string): boolean =>
  CachePlace.ofDirectory(() =>
    SharedDirectory.withinIfThere(
      root,
      CachePlace.namesOf(root, path),
      (directory) => SharedDirectory.some(directory, 1).length > 0
    )
  ) === true

/** For so many keys the leases are read once: a build that begins with one of them meanwhile makes it anew. */
const atOnce = 1_000

const moveEmpty = (root: SharedDirectory.SharedDirectory, keys: ReadonlyArray<string>): void => {
  if (keys.length === 0) return
  const leased = new Set(CacheLease.list(root).flatMap((lease) => lease.keys))
  for (const key of keys) if (!leased.has(key)) Trash.moveAside(root, root, key)
}

const removeOld = (directory: SharedDirectory.SharedDirectory, name: string, isOld: IsOld): void => {
  const found = SharedDirectory.status(directory, name)
  if (found !== undefined && isOld(ChangeTime.fromStats(found))) SharedRemoval.removeAll(directory, name)
}
