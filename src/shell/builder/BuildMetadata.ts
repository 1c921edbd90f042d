/**
 * The file in which buildx describes a build: `--metadata-file`.
 */
import * as fs from "node:fs"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"

/** What BuildKit gives where a cache was exported: buildkit 0.13 to 0.25, `cache/remotecache/export.go`. */
const manifest = "cache.manifest"

/**
 * Whether a file names the manifest of a cache that was exported. A file that cannot be read says nothing against it. Each is
 * read once: a build has several actions that want to know.
 */
export const reader = (): (file: string) => boolean => {
  const known = new Map<string, boolean>()
  return (file) => {
    const answer = known.get(file) ?? namesCache(file)
    known.set(file, answer)
    return answer
  }
}

const namesCache = (file: string): boolean => {
  const described = JsonObject.parse(attempt(() => fs.readFileSync(file, "utf8")) ?? "")
  return !JsonObject.isObject(described) || manifest in described
}
