/**
 * When something in a directory that others may write to was last changed.
 */
import type * as fs from "node:fs"

/**
 * When something was last changed, in milliseconds. A time that somebody set in the future counts as the time at which it
 * was set there, which nobody can choose.
 */
export const fromStats = ({ ctimeMs, mtimeMs }: fs.Stats): number => Math.min(ctimeMs, mtimeMs)
