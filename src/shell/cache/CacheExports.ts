/**
 * A build's export into the shared cache: into a view of its own (`CacheView`), published by one rename.
 */
import type { CacheExport, Expectation } from "../../core/cache/CacheAction.ts"
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as OciLayout from "../../core/cache/OciLayout.ts"
import * as MadeDirectory from "../files/MadeDirectory.ts"
import * as PrivateView from "../files/PrivateView.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedDirectoryError from "../files/SharedDirectoryError.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheInputs from "./CacheInputs.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheMarks from "./CacheMarks.ts"
import * as CachePlace from "./CachePlace.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"
import * as ReadableBlobs from "./ReadableBlobs.ts"

/**
 * What else is known of an export: what the build was expected to find, the time that is left, and the cache directory and the
 * place of what is not finished, where those are open.
 */
export interface Circumstances {
  readonly expectation?: Partial<Expectation>
  readonly budget?: TimeBudget.TimeBudget
  readonly cache?: CachePlace.Cache
  readonly unfinished?: SharedDirectory.SharedDirectory | undefined
}

/**
 * Publishes a build's export, within the budget, if it is complete and the entry does not contain it already: moves its index
 * into the key's place. The old index is kept as long as builds run that may be reading it. A problem here is never the build's
 * failure: then nothing is published, and the reason is returned.
 *
 * **Details**
 *
 * An entry that contains the whole export stays, also because BuildKit 0.13 sometimes leaves out a layer when it exports the
 * same again. If the export was expected to be in the entry and turns out to be more, it lacks layers, so it is not published.
 * The entry's inputs are then forgotten, and the next build exports everything.
 */
export const publish = (
  target: CacheExport,
  { budget = TimeBudget.endless, cache = target.directory, expectation = {}, unfinished }: Circumstances = {}
): string | undefined => {
  try {
    return TimeBudget.cutting(
      budget,
      () => CachePlace.use(cache, (root) => publishExported({ ...target, root, unfinished }, expectation, budget))
    )
  } catch (error) {
    return SystemError.describe(error, `${target.directory}/${target.key}`)
  }
}

/** An export in the open cache directory; `unfinished` is open where the build's command still runs. */
interface Exported extends CacheExport {
  readonly root: SharedDirectory.SharedDirectory
  readonly unfinished: SharedDirectory.SharedDirectory | undefined
}

const publishExported = (
  target: Exported,
  { inputs, isExpected = false, origin }: Partial<Expectation>,
  budget: TimeBudget.TimeBudget
): string | undefined => {
  const { key, root, view } = target
  const text = PrivateView.read(view, "index.json", OciLayout.maxDocumentSize)
  if (text === undefined) return isUnfinished(target) ? "BuildKit could not write all of it" : undefined
  announce(target, text)
  const exported = CacheGraph.ofIndex(root, text)
  if (exported._tag !== "Whole") return exported._tag === "Absent" ? "BuildKit wrote no index" : exported.why
  ReadableBlobs.ensure(root, exported.blobs)
  const published = CacheGraph.read(root, CacheLayout.index(root.path, key))
  if (published._tag === "Whole" && isHeld(root, published, exported, isExpected)) {
    // what it was built from stays true of it, also where this build cannot tell
    const known = CacheInputs.read(root, key, published.manifest)
    remember(root, key, published.manifest, defined({ ...known, ...defined({ inputs, origin }) }))
    return undefined
  }
  if (isExpected) {
    // without inputs the next build exports all
    if (published._tag === "Whole") CacheInputs.write(root, key, published.manifest, defined({ origin }))
    return undefined
  }
  const marked = mark(target, text, exported)
  if (typeof marked === "string") return marked
  tidying(budget, (share) => tidy(root, key, share))
  SharedDirectory.within(root, [key], (entry) => {
    if (published._tag === "Whole") retire(entry, target)
    SharedFile.write(entry, "index.json", marked.index)
  })
  remember(root, key, marked.manifest, defined({ inputs, origin }))
  return undefined
}

/** What is not remembered in time of an entry that is in its place costs the next build an export of all. */
const remember: typeof CacheInputs.write = (...known) => {
  try {
    CacheInputs.write(...known)
  } catch (error) {
    if (!SharedDirectoryError.isLate(error)) throw error
  }
}

/** In milliseconds: what is not worth more, as collection does it too. */
const mostTidying = 50

const tidying = (budget: TimeBudget.TimeBudget, tidy: (share: TimeBudget.TimeBudget) => void): void => {
  const share = TimeBudget.millis(mostTidying)
  share.during(() => tidy({ ...share, isSpent: () => budget.isSpent() || share.isSpent() }))
}

/** Removes replaced indexes that no build needs any more, as far as the budget goes; collection removes the others. */
const tidy = (root: SharedDirectory.SharedDirectory, key: string, budget: TimeBudget.TimeBudget): void => {
  const running = CacheLease.runningWithin(root, budget)
  if (running === undefined) return
  for (const name of PrivateIndexes.retired(root, key, running, budget).free) {
    if (budget.isSpent()) return
    CachePlace.at(root, `${CacheLayout.retired(root.path, key)}/${name}`, SharedRemoval.unlink)
  }
}

/**
 * Writes the documents with the entry's marks, and tells collection of them: one that found the same documents when nothing named
 * them may take them out at any time until then. It takes nothing twice, so a second attempt finds what the first one lacked.
 * Gives the index that names them, or why it may not be published.
 */
const mark = (target: Exported, text: string, exported: Whole): CacheMarks.MarkedIndex | string => {
  const { root } = target
  const write = (): readonly [CacheMarks.MarkedIndex, CacheGraph.CacheGraph] => {
    const marked = CacheMarks.apply(root, text, exported, target.key)
    announce(target, marked.index)
    return [marked, CacheGraph.ofIndex(root, marked.index)]
  }
  const [first, found] = write()
  if (found._tag === "Whole") return first
  const [second, graph] = write()
  return graph._tag === "Whole" ? second : graph._tag === "Absent" ? "its index is gone" : graph.why
}

/** Tells collection which blobs are about to be an entry's: some may have been there for long, and be nobody else's. */
const announce = ({ exportDirectory, root, unfinished }: Exported, index: string): void => {
  const write = (ingest: SharedDirectory.SharedDirectory) => SharedFile.write(ingest, "index.json", index)
  if (unfinished === undefined) SharedDirectory.within(root, CachePlace.namesOf(root, exportDirectory), write)
  else write(unfinished)
}

/** Whether BuildKit began to store layers and did not get to an index; a build without a layer of its own begins nothing. */
const isUnfinished = ({ exportDirectory, root, unfinished }: Exported): boolean => {
  const isBegun = (ingest: SharedDirectory.SharedDirectory) => SharedDirectory.some(ingest, 1).length > 0
  return unfinished === undefined
    ? SharedDirectory.withinIfThere(root, CachePlace.namesOf(root, exportDirectory), isBegun) === true
    : isBegun(unfinished)
}

/** What is known of an entry, without what is not. */
const defined = (
  { inputs, origin }: { readonly inputs?: string | undefined; readonly origin?: string | undefined }
): CacheInputs.Remembered => ({
  ...(inputs === undefined ? {} : { inputs }),
  ...(origin === undefined ? {} : { origin })
})

type Whole = Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>

/**
 * Whether an entry holds all that a build exported. One that holds more is replaced, unless the build was expected to find
 * all in it: what is more is then of steps that the build no longer has.
 */
const isHeld = (
  root: SharedDirectory.SharedDirectory,
  published: Whole,
  exported: Whole,
  isExpected: boolean
): boolean => {
  const [entry, found] = [published, exported].map((graph) => {
    const config = CacheGraph.configOf(graph)
    return config === undefined ? undefined : CacheGraph.text(root, config.digest)
  })
  return entry !== undefined && found !== undefined && CacheConfig.holds(entry, found)
    && (isExpected || CacheConfig.hasSteps(found, entry))
}

/** Removes what a build left unfinished, as far as the budget goes. */
export const discard = (
  { directory, exportDirectory, key }: CacheExport,
  budget: TimeBudget.TimeBudget = TimeBudget.endless,
  cache: CachePlace.Cache = directory
): void => {
  try {
    TimeBudget.cutting(budget, () =>
      CachePlace.use(cache, (root) => {
        SharedDirectory.withinIfThere(root, [key, ".incoming"], (incoming) => {
          const id = exportDirectory.slice(exportDirectory.lastIndexOf("/") + 1)
          // BuildKit leaves nothing there where it stored nothing
          if (!SharedRemoval.removeEmpty(incoming, id)) SharedRemoval.removeAll(incoming, id, budget.isSpent)
        })
      }))
  } catch {
    // collection removes it when the lease has gone stale
  }
}

/**
 * Keeps the index that is replaced. A copy: the system lets nobody link another user's file (`fs.protected_hardlinks`). It
 * is as old as the replacement.
 */
const retire = (entry: SharedDirectory.SharedDirectory, { exportDirectory }: CacheExport): void => {
  const index = SharedFile.readText(entry, "index.json", OciLayout.maxDocumentSize)
  if (index === undefined) return
  const id = exportDirectory.slice(exportDirectory.lastIndexOf("/") + 1)
  MadeDirectory.within(entry, [".retired"], (retired) => SharedFile.write(retired, `${id}.json`, index))
}
