/**
 * The `name:` at the top of Compose files.
 */
import * as fs from "node:fs"
import { Composer, CST, isCollection, Parser } from "yaml"
import type { TopLevelName } from "../../core/compose/ComposeFiles.ts"
import * as NameMemory from "./NameMemory.ts"

/** The name in a file. */
type Said = TopLevelName

const none: Said = { _tag: "None" }

const computed: Said = { _tag: "Computed" }

/**
 * The name in a project's files, as far as it can be read without interpolating and merging. `env` tells where the user's cache
 * directory is.
 */
export const ofFiles = (
  files: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): TopLevelName => last(files.map((file) => ofFile(file, env)))

/**
 * The name in a text, which may hold several documents. If it is no YAML, Compose decides, because its message depends on
 * whether a name was given. The same goes for an empty text: Compose refuses it if no other file has content (`empty compose
 * file`, compose-spec/compose-go 2.9.0, `loader/loader.go`), and a file with the name would be one.
 */
export const ofText = (text: string): TopLevelName => {
  const tokens = [...new Parser().parse(text)]
  const documents = [...new Composer({ uniqueKeys: false }).compose(tokens)]
  const isEmpty = documents.every(({ contents }) => !isCollection(contents) || contents.items.length === 0)
  return isEmpty || documents.some(({ errors }) => errors.length > 0) ? computed : last(tokens.map(ofToken))
}

/** The last name counts; if one of them cannot be told, none can. */
const last = (said: ReadonlyArray<Said>): Said =>
  said.find(({ _tag }) => _tag === "Computed") ?? said.filter(({ _tag }) => _tag === "Plain").at(-1) ?? none

const ofFile = (file: string, env: Readonly<Record<string, string | undefined>>): Said => {
  try {
    if (!fs.statSync(file).isFile()) return computed
    return NameMemory.recall(file, env, () => ofText(fs.readFileSync(file, "utf8")))
  } catch {
    // Compose says what is wrong with a file that cannot be read
    return computed
  }
}

const ofToken = (token: CST.Token): Said => {
  if (token.type === "error") return computed
  if (token.type !== "document") return none
  const root = token.value
  if (root === undefined) return none
  return root.type === "block-map" || root.type === "flow-collection" ? last(root.items.map(ofItem)) : computed
}

const ofItem = ({ key, value }: CST.CollectionItem): Said => {
  if (key === undefined || key === null) return none
  const name = CST.resolveAsScalar(key)?.value
  if (name === undefined || name === "<<") return computed
  if (name !== "name") return none
  const said = CST.resolveAsScalar(value ?? null)?.value
  if (said === undefined || said.includes("$")) return computed
  return said === "" ? none : { _tag: "Plain", name: said }
}
