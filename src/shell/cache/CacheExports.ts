/**
 * A build's export into the shared cache: into a directory of its own, published by one rename.
 */
import * as fs from "node:fs"
import type { CacheExport, Expectation } from "../../core/cache/CacheAction.ts"
import * as CacheConfig from "../../core/cache/CacheConfig.ts"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"
import * as SharedRemoval from "../files/SharedRemoval.ts"
import * as SystemError from "../files/SystemError.ts"
import * as CacheGraph from "./CacheGraph.ts"
import * as CacheInputs from "./CacheInputs.ts"
import * as CacheLease from "./CacheLease.ts"
import * as CacheMarks from "./CacheMarks.ts"
import * as CachePlace from "./CachePlace.ts"
import * as PrivateIndexes from "./PrivateIndexes.ts"

/**
 * Makes the directory that a build exports into, and the key's directory around it. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const prepare = ({ directory, exportDirectory, key }: CacheExport): void => {
  const entry = CacheLayout.entry(directory, key)
  Files.makeDirectory(directory, CacheLayout.blobs(directory))
  Files.makeDirectory(directory, `${CacheLayout.blobs(directory)}/sha256`)
  makeLayout(directory, entry, CacheLayout.blobsLink)
  Files.makeDirectory(directory, CacheLayout.incoming(directory, key))
  makeLayout(directory, exportDirectory, CacheLayout.exportBlobsLink)
}

/**
 * Publishes what the build exported, if that is whole and the entry does not hold it already: puts its index in the key's
 * place. What it replaces is kept for as long as builds run that may be reading it. Nothing here is the build's failure:
 * what cannot be published is not.
 *
 * **Details**
 *
 * An entry that holds all that was exported stays as it is also because BuildKit 0.13 leaves out a layer now and then when
 * it exports the same again. What was exported in the expectation that the entry holds it, and turns out to be more, lacks
 * layers: it is not published, and with what the entry was built from forgotten the next build exports all.
 *
 * @category running
 * @since 0.1.0
 */
export const publish = (
  target: CacheExport,
  { inputs, isExpected }: Expectation = { inputs: undefined, isExpected: false }
): void => {
  const { directory, exportDirectory, key } = target
  const index = CacheLayout.index(directory, key)
  try {
    const exportedIndex = `${exportDirectory}/index.json`
    const exported = CacheGraph.read(directory, exportedIndex)
    if (exported._tag !== "Whole") return
    const published = CacheGraph.read(directory, index)
    if (published._tag === "Whole" && isHeld(directory, published, exported, isExpected)) {
      // what it was built from stays true of it, also where this build cannot tell
      if (inputs !== undefined) CacheInputs.write(directory, key, published.manifest, inputs)
      return
    }
    if (isExpected) return CacheInputs.forget(directory, key)
    const manifest = CacheMarks.apply(directory, exportedIndex, exported, key)
    const running = CacheLease.running(directory, CacheLease.now(directory))
    for (const name of PrivateIndexes.retired(directory, key, running).free) {
      CachePlace.at(directory, `${CacheLayout.retired(directory, key)}/${name}`, SharedRemoval.unlink)
    }
    if (published._tag === "Whole") retire(directory, key, exportDirectory, index)
    fs.renameSync(exportedIndex, index)
    if (inputs === undefined) CacheInputs.forget(directory, key)
    else CacheInputs.write(directory, key, manifest, inputs)
  } catch {
    // the directory went away, or is full: the next build exports again
  }
}

type Whole = Extract<CacheGraph.CacheGraph, { readonly _tag: "Whole" }>

/**
 * Whether an entry holds all that a build exported. One that holds more is replaced, unless the build was expected to find
 * all in it: what is more is then of steps that the build no longer has.
 */
const isHeld = (directory: string, published: Whole, exported: Whole, isExpected: boolean): boolean => {
  const [entry, found] = [published, exported].map((graph) => {
    const config = CacheGraph.configOf(graph)
    return config === undefined ? undefined : CacheGraph.text(directory, config.digest)
  })
  return entry !== undefined && found !== undefined && CacheConfig.holds(entry, found)
    && (isExpected || CacheConfig.hasSteps(found, entry))
}

/**
 * Removes the directory that a build exported into, with what is left in it.
 *
 * @category running
 * @since 0.1.0
 */
export const discard = ({ exportDirectory }: CacheExport): void => {
  try {
    fs.rmSync(exportDirectory, { recursive: true, force: true })
  } catch {
    // collection removes it when the lease has gone stale
  }
}

const makeLayout = (directory: string, path: string, blobs: string): void => {
  Files.makeDirectory(directory, path)
  try {
    fs.symlinkSync(blobs, `${path}/blobs`)
  } catch (error) {
    if (SystemError.code(error) !== "EEXIST" || fs.readlinkSync(`${path}/blobs`) !== blobs) throw error
  }
  if (!fs.existsSync(`${path}/oci-layout`)) Files.write(`${path}/oci-layout`, CacheLayout.ociLayout)
}

/** The time of a retired index's last change of status is the time at which it was replaced. */
const retire = (directory: string, key: string, exportDirectory: string, index: string): void => {
  const id = exportDirectory.slice(exportDirectory.lastIndexOf("/") + 1)
  Files.makeDirectory(directory, CacheLayout.retired(directory, key))
  fs.linkSync(index, `${CacheLayout.retired(directory, key)}/${id}.json`)
}
