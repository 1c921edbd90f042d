/**
 * `docker-shim mounts --root DIR`: the mount that gives a dev container the shared cache.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as CacheMount from "../../core/cache/CacheMount.ts"
import * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"

const root: CommandPage.OptionPage = {
  name: "root",
  value: "DIR",
  text: "The directory that holds buildkit-cache on the machine (required)"
}
const readOnly: CommandPage.OptionPage = { name: "read-only", text: "For sessions that may only read the cache" }
const json: CommandPage.OptionPage = { name: "json", text: "Print the mount for programs" }

/** What the command says of itself. */
export const page: CommandPage.CommandPage = {
  name: "mounts",
  words: "--root DIR [--read-only] [--json]",
  summary: "Show the mount that gives a dev container the shared cache",
  options: [root, readOnly, json],
  examples: ["docker-shim mounts --root /data"]
}

/**
 * The subcommand.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = () =>
  Command.make(page.name, {
    root: Options.text(root.name).pipe(Options.withDescription(root.text)),
    readOnly: CommandPage.isOn(readOnly),
    json: CommandPage.isOn(json)
  }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const mount = CacheMount.of(path.resolve(options.root), { readOnly: options.readOnly })
      if (options.json) return yield* output.json([mount])
      yield* output.write(
        `docker    --mount ${CacheMount.mountOption(mount)}\ncompose   - ${CacheMount.composeVolume(mount)}\n`
      )
    })).pipe(Command.withDescription(page.summary))
