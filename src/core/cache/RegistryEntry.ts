/** What the shim knows about a build's entries in a registry. */

/** The nearest entry that is there, none, or why that could not be told. */
export type RegistryEntry =
  | { readonly _tag: "Found"; readonly reference: string }
  | { readonly _tag: "None" }
  | { readonly _tag: "Unknown"; readonly why: string }
