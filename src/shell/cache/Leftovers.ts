/** Finds what dead builds left behind: leases, exports, retired indexes, directories of no entry, unfinished things. */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as ChangeTime from "../files/ChangeTime.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"
import type * as CacheSurvey from "./CacheSurvey.ts"
import * as ForeignDirectory from "./ForeignDirectory.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"
import * as Trash from "./Trash.ts"

/** Removes them. Throws the system's error. */
export const remove = (root: SharedDirectory.SharedDirectory, survey: CacheSurvey.CacheSurvey): void => {
  const isOld = (changedAt: number): boolean => survey.now - changedAt > CacheLease.staleAfter
  for (const lease of survey.leases) {
    if (CacheLease.isStale(lease, survey.now)) CacheLease.remove(root, lease.id)
    // a clock was wrong: the lease counts as shown just now, from which on it ages
    else if (lease.aliveAt > survey.now) CacheLease.renew(root, lease.id)
  }
  const running = CacheLease.list(root)
  for (const { graph, key } of survey.entries) {
    removeOf(root, key, running, isOld)
    if (graph._tag === "Absent") removeEmpty(root, key, isOld)
  }
  const places = [root.path, CacheLayout.blobs(root.path), CacheLayout.store(root.path), CacheLayout.leases(root.path)]
  for (const place of places) {
    const names = place === root.path ? [] : CachePlace.namesOf(root, place)
    CachePlace.ofDirectory(() => SharedDirectory.withinIfThere(root, names, (one) => removeUnfinished(one, isOld)))
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
  const removeIn = (place: string, names: ReadonlyArray<string>): void => {
    for (const name of names) CachePlace.at(root, `${place}/${name}`, SharedRemoval.removeAll)
  }
  removeIn(CacheLayout.incoming(root.path, key), PrivateIndexes.exporting(root, key, running, isOld).free)
  removeIn(CacheLayout.retired(root.path, key), PrivateIndexes.retired(root, key, running).free)
}

/** A key for which nothing was published; a build that begins with it just now makes it anew. */
const removeEmpty = (root: SharedDirectory.SharedDirectory, key: string, isOld: IsOld): void => {
  const found = SharedDirectory.status(root, key)
  if (found === undefined || !isOld(ChangeTime.fromStats(found))) return
  if (CachePlace.list(root, CacheLayout.incoming(root.path, key)).length > 0) return
  if (CacheLease.list(root).some((lease) => lease.keys.includes(key))) return
  if (SharedDirectory.withinIfThere(root, [key], ForeignDirectory.isOwnEntry) !== true) return
  Trash.moveAside(root, root, key)
}

const removeUnfinished = (directory: SharedDirectory.SharedDirectory, isOld: IsOld): void => {
  for (const name of SharedDirectory.list(directory).filter(CacheLayout.isUnfinished)) {
    const found = SharedDirectory.status(directory, name)
    if (found !== undefined && isOld(ChangeTime.fromStats(found))) SharedRemoval.removeAll(directory, name)
  }
}
