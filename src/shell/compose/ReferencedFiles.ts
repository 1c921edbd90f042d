/**
 * The files that a Compose file includes or extends.
 */
import { isNode, isScalar, parseAllDocuments, visit } from "yaml"
import * as ProjectText from "../../core/compose/ProjectText.ts"

/**
 * The paths as they are written; `undefined` if only Compose can tell, as with a variable in one, or a file that it fetches.
 */
export const inText = (text: string): ReadonlyArray<string> | undefined => {
  if (!ProjectText.namesFiles(text)) return []
  const found: Array<string> = []
  for (const document of parseAllDocuments(text, { uniqueKeys: false })) {
    if (document.errors.length > 0) return undefined
    visit(document, {
      Pair: (_, { key, value }) => {
        if (!isScalar(key) || (key.value !== "include" && key.value !== "extends") || !isNode(value)) return
        visit(value, {
          Alias: () => void found.push(unknown),
          // every text is taken for a path: the name of a service is looked for as well, and not found
          Scalar: (__, scalar) => {
            if (typeof scalar.value === "string") found.push(scalar.value)
          }
        })
      }
    })
  }
  return found.some((path) => /[$:~]|^git@|^github\.com\//.test(path)) ? undefined : found
}

/** Stands for a path that is not written out. */
const unknown = "$"
