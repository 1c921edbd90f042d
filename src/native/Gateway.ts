/**
 * Stands in for `src/shell/gateway/Gateway`: there is no HTTP server here.
 */

/** The form for Node has one. */
export const isAvailable: boolean = false

/** Nobody comes here. */
export const prepare = (): void => undefined

/** Nor here. */
export const start = (): Promise<never> => Promise.reject(new Error("this form has no gateway"))
