/**
 * Keeps the shim from using somebody's own directory as a cache, for example if `DOCKER_SHIM_CACHE_DIR` names a home directory
 * by mistake: collection would take the directories in it for old entries.
 */
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import { codes, SharedDirectoryError } from "../files/SharedDirectoryError.ts"

/** Throws a `SharedDirectoryError`, `ENOTCACHE`, if the directory contains something, but nothing of a cache. */
export const check = (root: SharedDirectory.SharedDirectory): void => {
  if (CacheLayout.namesOfCache.some((name) => SharedDirectory.status(root, name) !== undefined)) return
  const isOwn = (name: SharedDirectory.Name): boolean =>
    typeof name === "string" && (CacheLayout.isUnfinished(name) || bare.has(name))
  if (!SharedDirectory.each(root, isOwn)) throw new SharedDirectoryError(codes.foreign, root.path)
}

/** Names that a new file system has itself. */
const bare: ReadonlySet<string> = new Set(["lost+found"])

/** Whether everything in a directory below the cache can be the shim's. */
export const isOwnEntry = (entry: SharedDirectory.SharedDirectory): boolean =>
  SharedDirectory.each(entry, (name) => typeof name === "string" && CacheLayout.isOfEntry(name))
