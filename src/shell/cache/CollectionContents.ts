/** Turns a survey of the cache into the input of collection: the entries that may go, and the blobs that must stay. */
import type * as CacheCollection from "../../core/cache/CacheCollection.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as CacheGraph from "./CacheGraph.ts"
import { minimumFree } from "./CacheInspection.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheSurvey from "./CacheSurvey.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"

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
  for (const [digest, { since }] of survey.blobs) if (running.length > 0 && since >= oldest) held.add(digest)
  for (const { key } of survey.entries) for (const digest of privately(root, key, running, survey)) held.add(digest)
  return {
    held,
    now: survey.now,
    lacking: Math.max(0, wantedFree - SharedDirectory.free(root)),
    sizes: new Map([...survey.blobs].map(([digest, { occupied }]) => [digest, occupied])),
    entries: survey.entries.filter(({ graph }) => graph._tag === "Whole").map(({ graph, key, lastUsed }) => ({
      key,
      lastUsed,
      leased: leased.has(key),
      blobs: CacheSurvey.blobsOf(graph)
    }))
  }
}

/** The blobs that an entry's retired indexes name, and the builds that export into it. */
const privately = (
  root: SharedDirectory.SharedDirectory,
  key: string,
  running: ReadonlyArray<CacheLease.CacheLease>,
  { blobs, now }: CacheSurvey.CacheSurvey
): ReadonlyArray<string> => {
  const isOld = (changedAt: number): boolean => now - changedAt > CacheLease.staleAfter
  const builds = PrivateIndexes.exporting(root, key, running, isOld).held
  return [
    ...PrivateIndexes.retired(root, key, running).held.map((name) => `${CacheLayout.retired(root.path, key)}/${name}`),
    ...builds.map((id) => `${CacheLayout.exportDirectory(root.path, key, id)}/index.json`)
  ].flatMap((file) => {
    const graph = CacheGraph.read(root, file, (digest) => blobs.get(digest)?.size)
    return CacheSurvey.blobsOf(orThrow(graph)).map(({ digest }) => digest)
  })
}

/** What cannot be read may name any blob. */
const orThrow = (graph: CacheGraph.CacheGraph): CacheGraph.CacheGraph => {
  if (graph._tag === "Unreadable") throw graph.error
  return graph
}
