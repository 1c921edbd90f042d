/**
 * Remembers the project's name in a Compose file, as long as the file is the same: parsing the YAML of a large file takes
 * longer than everything else that the shim does.
 */
import * as fs from "node:fs"
import type { TopLevelName } from "../../core/compose/ComposeFiles.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as Remembered from "../files/Remembered.ts"

/** Shorter files, in bytes, are read as fast as a memory of them. */
const worthIt = 1000

/**
 * A file that changed less than this before, in milliseconds, may change again without another time: those of a file system
 * have steps.
 */
const settled = 3000

/**
 * The name in a file: as remembered, or as `read` finds it.
 *
 * **Details**
 *
 * One answer is kept for each file, with the file's device, inode, size and time of change.
 */
export const recall = (
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  read: () => TopLevelName
): TopLevelName => {
  const directory = Remembered.directory(env, "names")
  const stat = fs.statSync(file, { bigint: true })
  if (directory === undefined || stat.size < worthIt) return read()
  const identity = Remembered.identity(stat).join(" ")
  const place = Remembered.place(directory, file)
  const remembered = Remembered.read(place, 0, decode)
  if (remembered?.identity === identity) return remembered.name
  const name = read()
  const age = Date.now() - Number(stat.ctimeNs / 1_000_000n)
  if (age > settled) Remembered.write(place, { identity, name })
  return name
}

const decode = (value: unknown): { readonly identity: unknown; readonly name: TopLevelName } | undefined => {
  const name = decodeName(JsonObject.field(value, "name"))
  return name === undefined ? undefined : { identity: JsonObject.field(value, "identity"), name }
}

const decodeName = (value: unknown): TopLevelName | undefined => {
  const [tag, name] = [JsonObject.text(value, "_tag"), JsonObject.text(value, "name")]
  if (tag === "None" || tag === "Computed") return { _tag: tag }
  return tag === "Plain" && name !== undefined ? { _tag: tag, name } : undefined
}
