/** Reads those parts of docker's `config.json` that planning asks about. */
import * as fs from "node:fs"
import type { Answer } from "../../core/facts/DockerConfig.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"

/**
 * Reads `config.json` of a directory. A missing, unreadable or damaged file gives nothing; docker itself complains about it.
 */
export const read = (directory: string): Answer => {
  const config = parse(directory)
  return {
    currentContext: JsonObject.text(config, "currentContext"),
    builderAlias: JsonObject.text(JsonObject.field(config, "aliases"), "builder")
  }
}

/** The further directories in which docker looks for CLI plugins first (`cliPluginsExtraDirs`). */
export const pluginDirectories = (directory: string): ReadonlyArray<string> =>
  JsonObject.texts(parse(directory), "cliPluginsExtraDirs")

const parse = (directory: string): unknown =>
  JsonObject.parse(attempt(() => fs.readFileSync(`${directory}/config.json`, "utf8")) ?? "")
