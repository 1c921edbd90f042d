/**
 * Functions of `node:fs` that are others for the time of one test, also for modules that have imported them by name.
 */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

/** As Node has them, for a replacement to call. */
export const original = {
  linkSync: fs.linkSync,
  mkdirSync: fs.mkdirSync,
  opendirSync: fs.opendirSync,
  openSync: fs.openSync,
  renameSync: fs.renameSync,
  rmdirSync: fs.rmdirSync,
  statfsSync: fs.statfsSync,
  unlinkSync: fs.unlinkSync
}

/** Puts other functions in their place; `replace(original)` puts them back. */
export const replace = (functions: Partial<typeof original>): void => {
  Object.assign(fs, functions)
  syncBuiltinESMExports()
}
