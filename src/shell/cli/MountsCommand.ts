/**
 * `docker-shim mounts --root DIR`: the mounts that give a session the shared cache.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as path from "node:path"
import * as CacheMount from "../../core/cache/CacheMount.ts"
import type { UsageError } from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import * as OptionValue from "./OptionValue.ts"
import { Output } from "./Output.ts"

const root: CommandPage.OptionPage = {
  name: "root",
  value: "DIR",
  text: "The directory that holds buildkit-cache on the machine (required)"
}
const readOnly: CommandPage.OptionPage = { name: "read-only", text: "For sessions that may only read the cache" }
const scope: CommandPage.OptionPage = {
  name: "scope",
  value: "NAME",
  text: "The directory that cache init --scope NAME made, for sessions that trust one another"
}
const readDirs: CommandPage.OptionPage = {
  name: "read-dirs",
  value: "NAMES",
  text: "More scopes that the session may only read, separated by colons"
}
const json: CommandPage.OptionPage = { name: "json", text: "Print the mounts for programs" }

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "mounts",
  words: "--root DIR [OPTIONS]",
  summary: "Show the mounts that give a session the shared cache",
  details: ["With --read-dirs, also set the variable of the last line in the container."],
  options: [root, scope, readDirs, readOnly, json],
  examples: ["docker-shim mounts --root /data", "docker-shim mounts --root /data --scope team-a --read-dirs trusted"]
}

/** The subcommand `mounts`. */
export const make = () =>
  Command.make(page.name, {
    root: CommandPage.required(root),
    scope: CommandPage.given(scope),
    readDirs: CommandPage.given(readDirs),
    readOnly: CommandPage.isOn(readOnly),
    json: CommandPage.isOn(json)
  }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const directory = path.resolve(options.root)
      const own = yield* OptionValue.readScope(options.scope)
      const read = yield* readScopes(options.readDirs, own)
      const mounts = [
        CacheMount.of(directory, { scope: own, readOnly: options.readOnly }),
        ...read.map((name) => CacheMount.ofReadScope(directory, name))
      ]
      if (options.json) return yield* output.json(mounts)
      const targets = mounts.slice(1).map(({ target }) => target)
      yield* output.write([
        ...mounts.map((mount) => `docker    --mount ${CacheMount.mountOption(mount)}\n`),
        ...mounts.map((mount) => `compose   - ${CacheMount.composeVolume(mount)}\n`),
        ...(targets.length === 0 ? [] : [`variable  DOCKER_SHIM_CACHE_READ_DIRS=${targets.join(":")}\n`])
      ].join(""))
    })).pipe(Command.withDescription(page.summary))

/** The scopes that are only read, each once. */
const readScopes = (
  given: Option.Option<string>,
  own: string | undefined
): Effect.Effect<ReadonlyArray<string>, UsageError> => {
  const names = Option.match(given, { onNone: () => [], onSome: (text) => [...new Set(text.split(":"))] })
  const refused = names.find((name) => name === own || !CacheMount.isScope(name))
  if (refused === undefined) return Effect.succeed(names)
  const why = refused === own ? "it is the session's own scope" : OptionValue.scopeRule
  return Effect.fail({ _tag: "UsageError", text: `--read-dirs ${JSON.stringify(refused)} is not accepted: ${why}` })
}
