/**
 * Reads what planning asks of docker's `config.json`.
 */
import * as fs from "node:fs"
import type { Answer } from "../../core/facts/DockerConfig.ts"

/**
 * Reads `config.json` of a directory. A missing, unreadable or damaged file says nothing: docker itself complains of it.
 */
export const read = (directory: string): Answer => {
  const config = parse(`${directory}/config.json`)
  const aliases = object(config["aliases"])
  return { currentContext: text(config["currentContext"]), builderAlias: text(aliases["builder"]) }
}

/** The further directories in which docker looks for CLI plugins first (`cliPluginsExtraDirs`). */
export const pluginDirectories = (directory: string): ReadonlyArray<string> => {
  const directories = parse(`${directory}/config.json`)["cliPluginsExtraDirs"]
  return Array.isArray(directories) ? directories.filter((one) => typeof one === "string") : []
}

const parse = (file: string): Readonly<Record<string, unknown>> => {
  try {
    return object(JSON.parse(fs.readFileSync(file, "utf8")))
  } catch {
    return {}
  }
}

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {}

const text = (value: unknown): string | undefined => typeof value === "string" && value !== "" ? value : undefined
