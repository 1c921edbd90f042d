/**
 * Stands in for `src/shell/process/NodeVariables`: this runtime obeys no variable.
 */

/** Nothing was taken away. */
export const restore = (): void => undefined
