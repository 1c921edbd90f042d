/**
 * The limits of the shared cache.
 * @module
 */

/**
 * What collection keeps the cache directory within: a size in bytes, and an age in seconds since an entry's last use.
 *
 * **Example** (From texts)
 *
 * ```ts
 * import { type CacheLimits, Quantity } from "docker-shim"
 *
 * const limits: CacheLimits.CacheLimits = {
 *   maxSize: Quantity.parseSize("20GB") ?? Infinity,
 *   maxAge: Quantity.parseAge("14d") ?? Infinity
 * }
 *
 * limits // { maxSize: 20_000_000_000, maxAge: 1_209_600 }
 * ```
 * @category models
 */
export interface CacheLimits {
  readonly maxSize: number
  readonly maxAge: number
}
