/**
 * Stands in for `src/shell/gateway/Gateway`: this runtime has no HTTP server.
 */

/** The Node form has one. */
export const isAvailable: boolean = false

/** Never called. */
export const start = (): Promise<never> => Promise.reject(new Error("this form has no gateway"))
