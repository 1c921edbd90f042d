/**
 * How the parts of a model have their paths translated.
 */
import type * as Planning from "../Planning.ts"

/** Translates one path of the model, in the model's own spelling. Gives the same text for a path outside all mappings. */
export type Translate = (what: string, path: string) => Planning.Planning<string>
