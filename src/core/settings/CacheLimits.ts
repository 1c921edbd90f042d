/**
 * The limits of the shared cache.
 */

/**
 * What collection keeps the cache directory within: a size in bytes, and an age in seconds since an entry's last use.
 * @category models
 */
export interface CacheLimits {
  readonly maxSize: number
  readonly maxAge: number
}
