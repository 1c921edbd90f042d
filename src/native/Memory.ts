/**
 * Stands in for `src/shell/process/Memory`: QuickJS frees at once what nothing uses any more.
 */

/** Nothing is kept. */
export const keepNewSmall = (): void => undefined

/** Nothing is kept. */
export const keepOldSmall = (): void => undefined

/** Nothing is kept. */
export const keepReadSmall = (): void => undefined
