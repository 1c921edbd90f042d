/**
 * What is known of the shared cache directory.
 */

/**
 * The state of one key's entry.
 *
 * **Details**
 *
 * - `Missing`: no such entry yet.
 * - `Sound`: its index names a manifest, and every blob that it names is there with its size. `inputs` tells what it was
 *   built from (`BuildInputs`), where that is known.
 * - `Damaged`: it is there but must not be imported; `why` says what is wrong.
 *
 * @category models
 * @since 0.1.0
 */
export type CacheEntry =
  | { readonly _tag: "Missing" }
  | { readonly _tag: "Sound"; readonly inputs?: string }
  | { readonly _tag: "Damaged"; readonly why: string }

/**
 * The answer about a cache directory.
 *
 * **Details**
 *
 * `Unusable` says why nothing can be read (absent, not a directory, no permission). `Usable` holds:
 * - `id`: a name for this run that no other run has, for its lease and export directories;
 * - `unwritable`: why nothing can be exported there (read-only, no room), or `undefined` where it can;
 * - `isReadOnly`: it is mounted read-only, which somebody decided: nothing is said of it;
 * - `entries`: the state of each key asked for, and of their relatives;
 * - `leftOut`: keys asked for that were not looked at, or not whole, as that took too long: a directory can hold anything;
 * - `relatives`: for a key asked for that has no sound entry, the last used sound entry of another target of the same
 *   image (`CacheKey.areRelatives`), where there is one.
 *
 * @category models
 * @since 0.1.0
 */
export type CacheDirectory =
  | { readonly _tag: "Unusable"; readonly why: string }
  | {
    readonly _tag: "Usable"
    readonly id: string
    readonly unwritable: string | undefined
    readonly isReadOnly?: boolean
    readonly entries: Readonly<Record<string, CacheEntry>>
    readonly relatives: Readonly<Record<string, string>>
    readonly leftOut?: ReadonlyArray<string>
  }
