/**
 * Compose's own variables in environment files (`.env`).
 */
import * as fs from "node:fs"
import type { EnvSetting } from "../../core/compose/ComposeFiles.ts"

/** The variables that decide which files and which name a project has. */
const names: ReadonlySet<string> = new Set(["COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR", "COMPOSE_PROJECT_NAME"])

/**
 * Compose's settings in an environment file, in order; none if there is no such file. A pipe, as with `--env-file <(…)`, can be
 * read only once, and that is for Compose: it may set any files.
 *
 * **Details**
 *
 * A variable is `NAME=value`, `NAME: value` or `export NAME=value`. A quoted value ends at its closing quote, if need be
 * several lines later; text in it that looks like a variable is none (compose-spec/compose-go 2.9.0, `dotenv/parser.go`).
 * Values that are more than plain text or a quoted one are left to Compose.
 */
export const composeSettings = (file: string): ReadonlyArray<EnvSetting> => {
  const text = read(file)
  if (text === undefined) return [{ file, name: "COMPOSE_FILE", value: undefined }]
  return [...text.matchAll(variables)].flatMap(([, name = "", value = ""]) =>
    names.has(name) ? [{ file, name, value: plain(value.trim()) }] : []
  )
}

/** Each variable, from the start of a line to the end of the line on which its value ends. */
const variables =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*((?:"(?:\\[^]|[^"\\])*(?:"|$(?![^]))|'(?:\\[^]|[^'\\])*(?:'|$(?![^])))?[^\r\n]*)/gm

const plain = (value: string): string | undefined => {
  const quoted = /^(["'])([^"'$\\]*)\1\s*(?:#.*)?$/.exec(value)?.[2]
  return quoted ?? (/^[^"'$\\#`]*$/.test(value) ? value : undefined)
}

/** `undefined` for a pipe; empty for a device such as `/dev/null`. */
const read = (file: string): string | undefined => {
  try {
    const stat = fs.statSync(file)
    if (stat.isFIFO() || stat.isSocket()) return undefined
    return stat.isFile() ? fs.readFileSync(file, "utf8") : ""
  } catch {
    // Compose says what is wrong with a file that cannot be read.
    return ""
  }
}
