/**
 * Which Compose it is.
 */

/** The first two numbers of a Compose's version; 0 where it could not be read. */
export interface ComposeVersion {
  readonly major: number
  readonly minor: number
}
