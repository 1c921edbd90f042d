import type { CacheDirectory } from "../../core/CacheDirectory.ts"
export const inspect = (directory: string, keys: ReadonlyArray<string>): CacheDirectory => ({
  _tag: "Unusable",
  why: `${directory} stub ${keys.length}`
})
