/**
 * The file in which buildx describes a build: `--metadata-file`.
 */
import * as fs from "node:fs"

/** What BuildKit gives where a cache was exported: buildkit 0.13 to 0.25, `cache/remotecache/export.go`. */
const manifest = "cache.manifest"

/**
 * Whether the file names the manifest of a cache that was exported. A file that cannot be read says nothing against it.
 */
export const namesCache = (file: string): boolean => {
  try {
    const described: unknown = JSON.parse(fs.readFileSync(file, "utf8"))
    return typeof described !== "object" || described === null || manifest in described
  } catch {
    return true
  }
}
