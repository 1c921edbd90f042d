/**
 * What one build asks of the shared cache, and what it gets.
 */
import type { Wanted } from "../../cache/CacheDirectory.ts"
import type { RegistryEntry } from "../../cache/RegistryEntry.ts"
import type * as MountDependence from "../../syntax/dockerfile/MountDependence.ts"

/**
 * A build's request: whether it imports its entry (not with `--no-cache`). `inputs`: what it is made from ({@link
 * BuildInputs}), if that is known. `mounts`: which steps must run because a later one can need what they leave in a cache
 * mount. `registered`: the entry that it imports from a registry, if the store is one.
 */
export interface CacheRequest {
  readonly wanted: Wanted
  readonly imports: boolean
  readonly inputs: string | undefined
  readonly mounts: MountDependence.MountDependence
  readonly registered?: RegistryEntry | undefined
}

/**
 * What a build gets: the attributes of its cache import, such as `type=local,src=` and a view (`CacheView`), if it has one, and
 * of its exports: at most one in a directory, several in a registry. `key` is the entry that it exports to. `isExpected`: see
 * {@link CacheAction.Expectation}.
 */
export interface CacheAttributes {
  readonly key: string
  readonly from: string | undefined
  readonly to: ReadonlyArray<string>
  readonly isExpected: boolean
}
