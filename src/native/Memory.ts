/**
 * Stands in for `src/shell/gateway/Memory`: there is no gateway here.
 */

/** Nothing to keep small. */
export const keepSmall = (): void => undefined
