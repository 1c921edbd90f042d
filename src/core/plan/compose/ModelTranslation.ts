/**
 * How the parts of a model have their paths translated.
 */
import type * as Revision from "../Revision.ts"

/**
 * Translates one path of the model, in the model's own spelling. Gives the same text for a path outside all mappings.
 *
 * @category models
 */
export type Translate = (what: string, path: string) => Revision.Revision<string>
