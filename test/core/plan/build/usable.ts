import type * as CacheDirectory from "../../../../src/core/cache/CacheDirectory.ts"

type Usable = Extract<CacheDirectory.CacheDirectory, { readonly _tag: "Usable" }>

/** A cache directory `/c` that has nothing, but for what is said. */
export const usable = (more: Partial<Usable> = {}) =>
  ({
    _tag: "Usable",
    directory: "/c",
    id: "1",
    unwritable: undefined,
    entries: {},
    unread: [],
    relatives: {},
    ...more
  }) as const
