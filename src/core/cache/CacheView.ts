/**
 * Views of cache entries. BuildKit never works in the cache directory itself, because other sessions may lock or change files
 * there. It gets a private directory for each entry that it imports or exports, with the blobs of the shared store. A plan
 * names views by placeholders, like temporary files; the shell makes them and fills in their paths.
 */

/**
 * The placeholder of a view from which builds import an entry, such as `@docker-shim/cache-import/app/@`; where only a
 * part of it may be imported, `build` is the place in the command of the build that it is for. A key has no `/`, so that no
 * placeholder is a part of another's. `read` is the place of the directory among those that are only read, if it is one.
 */
export const imported = (key: string, build?: number, read = -1): string =>
  `@docker-shim/cache-import${build === undefined ? "" : `-${build + 1}`}${
    read < 0 ? "" : `-read-${read + 1}`
  }/${key}/@`

/** The placeholder of a view into which a build exports an entry, such as `@docker-shim/cache-export/app/@`. */
export const exported = (key: string): string => `@docker-shim/cache-export/${key}/@`
