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

/** What is said on standard error from now on, until `replace(original)`; other files are written as ever. */
export const overhear = (): ReadonlyArray<string> => {
  const said: Array<string> = []
  const writeSync = (descriptor: number, ...more: ReadonlyArray<unknown>): number => {
    const write = original.writeSync as (descriptor: number, ...more: ReadonlyArray<unknown>) => number
    return descriptor === 2 ? said.push(String(more[0])) : write(descriptor, ...more)
  }
  replace({ writeSync })
  return said
}
