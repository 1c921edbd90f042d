/**
 * Calls of `node:fs` by which the shim speaks and listens, replaced for the time of one test.
 */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

/** As Node has them. */
export const original = { readSync: fs.readSync, writeSync: fs.writeSync }

/** Puts other functions in their place; `replace(original)` puts them back. */
export const replace = (functions: Partial<typeof original>): void => {
  Object.assign(fs, functions)
  syncBuiltinESMExports()
}
