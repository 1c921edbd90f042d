/** Turns a survey of the cache into the input of collection: the entries that may go, and the blobs that must stay. */
import type * as CacheCollection from "../../core/cache/CacheCollection.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import { codes, SharedDirectoryError } from "../files/SharedDirectoryError.ts"
import * as CacheGraph from "./CacheGraph.ts"
import { minimumFree } from "./CacheInspection.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CachePlace from "./CachePlace.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"
import * as StoredBlobs from "./StoredBlobs.ts"

/** Collection frees this much, so that builds can export again. */
const wantedFree = 2 * minimumFree

/** Reads what the survey does not have. Throws the system's error if something cannot be read that may name blobs. */
export const read = (
  root: SharedDirectory.SharedDirectory,
  survey: CacheSurvey.CacheSurvey
): CacheCollection.Contents => {
  for (const { graph } of survey.entries) orThrow(graph)
  const running = survey.leases.filter((lease) => !CacheLease.isStale(lease, survey.now))
  const leased = new Set(running.flatMap((lease) => lease.keys))
  const oldest = Math.min(survey.now, ...running.map((lease) => lease.startedAt))
  const held = new Set<string>()
  const sizes = new Map<string, number>()
  for (const [digest, { occupied, since }] of survey.blobs) {
    sizes.set(digest, occupied)
    if (running.length > 0 && since >= oldest) held.add(digest)
  }
  // what is not in this part of the store does not go now
  const hold = (digest: string): unknown => survey.blobs.has(digest) && held.add(digest)
  const sizeOf = (digest: string): number | undefined =>
    (survey.blobs.get(digest) ?? StoredBlobs.one(root, digest))?.size
  const known = CacheGraph.remembering(sizeOf)
  CachePlace.eachKey(root, (key) => {
    for (const file of privately(root, key, running, survey.now)) {
      for (const { digest } of CacheSurvey.blobsOf(orThrow(CacheGraph.read(root, file, known)))) hold(digest)
    }
  })
  return {
    held,
    now: survey.now,
    lacking: Math.max(0, wantedFree - SharedDirectory.free(root)),
    sizes,
    entries: survey.entries.filter(({ graph }) => graph._tag === "Whole").map(({ graph, key, lastUsed }) => ({
      key,
      lastUsed,
      leased: leased.has(key),
      blobs: CacheSurvey.blobsOf(graph)
    }))
  }
}

/** The retired indexes of an entry that a running build may read, and those of builds that export into it. */
const privately = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  now: number
): ReadonlyArray<string> => {
  const isOld = (changedAt: number): boolean => now - changedAt > CacheLease.staleAfter
  const held = (place: string, { held, isWhole }: PrivateIndexes.Sorted): ReadonlyArray<string> => {
    // those that are left out may name any blob
    if (!isWhole) throw new SharedDirectoryError(codes.large, place)
    return held.map((name) => `${place}/${name}`)
  }
  return [
    ...held(CacheLayout.retired(root.path, key), PrivateIndexes.retired(root, key, running)),
    ...held(CacheLayout.incoming(root.path, key), PrivateIndexes.exporting(root, key, running, isOld))
      .map((directory) => `${directory}/index.json`)
  ]
}

/** What cannot be read may name any blob. */
const orThrow = (graph: CacheGraph.CacheGraph): CacheGraph.CacheGraph => {
  if (graph._tag === "Unreadable") throw graph.error
  return graph
}
