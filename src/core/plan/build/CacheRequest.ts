/**
 * What one build asks of the shared cache, and what it gets.
 */
import type { Wanted } from "../../cache/CacheDirectory.ts"
import type * as MountDependence from "../../syntax/dockerfile/MountDependence.ts"

/**
 * What a build wants of its entry: to import it, which it does not with `--no-cache`. `inputs`: what it is made from
 * ({@link BuildInputs}), if that is known. `mounts`: which steps must run because a later one can need what they leave in a
 * cache mount.
 */
export interface CacheRequest {
  readonly wanted: Wanted
  readonly imports: boolean
  readonly inputs: string | undefined
  readonly mounts: MountDependence.MountDependence
}

/**
 * What a build is given: the attributes of its cache import, such as `type=local,src=` and a view (`CacheView`), and of its
 * export; `undefined` where there is nothing to import, or nothing may be exported. `key` is the entry exported to.
 * `isExpected`: see {@link CacheAction.Expectation}.
 */
export interface CacheAttributes {
  readonly key: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly isExpected: boolean
}
