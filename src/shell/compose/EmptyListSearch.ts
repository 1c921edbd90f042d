/** Looks for empty lists in a project's files, and in the files that these include or extend. */
import * as fs from "node:fs"
import * as path from "node:path"
import { isMap, isScalar, parseAllDocuments } from "yaml"
import * as EmptyLists from "../../core/compose/EmptyLists.ts"
import { attempt } from "../files/Attempt.ts"
import * as ReferencedFiles from "./ReferencedFiles.ts"

/** The most file names that are followed. */
const mostFiles = 256

/** Whether there may be one; also true if only Compose can tell which files there are. */
export const mayBeIn = (files: ReadonlyArray<string>, directory: string): boolean => {
  for (const text of texts(files, directory)) {
    if (text === undefined || EmptyLists.mayBeIn(text)) return true
  }
  return false
}

/** Whether there may be one, and the names of the parts in the files that have one. */
export const search = (files: ReadonlyArray<string>, directory: string): EmptyLists.Sources => {
  let mayHave = false
  const declared = new Map(EmptyLists.declaredSections.map((section) => [section, new Set<string>()] as const))
  for (const text of texts(files, directory)) {
    if (text !== undefined && !EmptyLists.mayBeIn(text)) continue
    mayHave = true
    for (const document of parseAllDocuments(text ?? "", { uniqueKeys: false, logLevel: "silent" })) {
      for (const [section, names] of declared) {
        const parts: unknown = isMap(document.contents) ? document.contents.get(section, true) : undefined
        for (const { key } of isMap(parts) ? parts.items : []) {
          if (isScalar(key) && typeof key.value === "string") names.add(key.value)
        }
      }
    }
  }
  return {
    mayHave,
    declared: Object.fromEntries([...declared].map(([section, names]) => [section, [...names].sort()]))
  }
}

/** The texts of the files, each once; `undefined` for those that only Compose can tell. */
function* texts(files: ReadonlyArray<string>, directory: string): Generator<string | undefined> {
  const seen = new Set<string>()
  const open = [...files]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    if (seen.size >= mostFiles) {
      yield undefined
      return
    }
    seen.add(file)
    const text = contentOf(file)
    yield text
    const referenced = ReferencedFiles.inText(text)
    if (referenced === undefined) yield undefined
    for (const base of new Set([directory, path.dirname(file)])) {
      open.push(...(referenced ?? []).map((one) => path.resolve(base, one)))
    }
  }
}

/** Empty if a file cannot be read: Compose then refuses it anyway. */
const contentOf = (file: string): string => attempt(() => textOf(file)) ?? ""

/** Not of a pipe, which can be read only once. */
const textOf = (file: string): string => fs.statSync(file).isFile() ? fs.readFileSync(file, "utf8") : ""
