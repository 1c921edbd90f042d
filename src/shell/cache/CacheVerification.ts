/**
 * Reads everything in the shared cache and says what is not what its name says.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheHealing from "./CacheHealing.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheSurvey from "./CacheSurvey.ts"

/**
 * One fault: `key` is the entry that must not be imported, empty where a blob is damaged that no entry names.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheFault {
  readonly key: string
  readonly why: string
}

/**
 * What was read, in numbers, and the faults.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheVerification {
  readonly entries: number
  readonly blobs: number
  readonly bytes: number
  readonly faults: ReadonlyArray<CacheFault>
}

/**
 * Verifies every index, manifest and blob; with `repair` sets aside the entries at fault and removes damaged blobs.
 * `progress` is told how many of how many bytes were read. Throws the system's error.
 *
 * @category running
 * @since 0.1.0
 */
export const verify = async (
  directory: string,
  options: { readonly repair: boolean; readonly progress?: (done: number, all: number) => void }
): Promise<CacheVerification> => {
  const survey = CacheSurvey.read(directory, options.repair ? CacheLease.now(directory) : Date.now())
  const bytes = [...survey.blobs.values()].reduce((sum, { size }) => sum + size, 0)
  const damaged = new Set<string>()
  let done = 0
  for (const [digest, { size }] of survey.blobs) {
    for (const wrong of await CacheHealing.damagedBlobs(directory, [{ digest, size, mediaType: "" }])) {
      // what collection took away meanwhile is not damaged
      if (CacheGraph.exists(directory, wrong)) damaged.add(wrong)
    }
    done += size
    options.progress?.(done, bytes)
  }
  const atFault = survey.entries.flatMap(({ graph, key }): ReadonlyArray<CacheFault> => {
    if (graph._tag === "Broken") {
      // one that a build published meanwhile names blobs that the survey does not have
      const now = CacheGraph.read(directory, CacheLayout.index(directory, key))
      return now._tag === "Broken" ? [{ key, why: now.why }] : []
    }
    const wrong = CacheSurvey.blobsOf(graph).filter(({ digest }) => damaged.has(digest))
    return wrong.map(({ digest }) => ({ key, why: `${digest} is damaged` }))
  })
  const named = new Set(survey.entries.flatMap(({ graph }) => CacheSurvey.blobsOf(graph).map(({ digest }) => digest)))
  const faults = [
    ...atFault,
    ...survey.strangers.map((name) => ({ key: name, why: "it is no directory" })),
    ...[...damaged].filter((digest) => !named.has(digest)).map((digest) => ({ key: "", why: `${digest} is damaged` }))
  ]
  if (options.repair) repair(directory, faults, damaged)
  return { entries: survey.entries.length, blobs: survey.blobs.size, bytes, faults }
}

const repair = (directory: string, faults: ReadonlyArray<CacheFault>, damaged: ReadonlySet<string>): void => {
  for (const key of new Set(faults.map((fault) => fault.key))) if (key !== "") CacheHealing.setAside(directory, key)
  for (const digest of damaged) Files.moveToTrash(directory, CacheGraph.blobFile(directory, digest))
}
