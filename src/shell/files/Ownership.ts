/**
 * Whether a file or directory belongs to this user alone.
 */
import type { Stats } from "node:fs"

/** Whether it is this user's, and nobody else may write to it. */
export const isOwn = (stat: Stats): boolean => stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
