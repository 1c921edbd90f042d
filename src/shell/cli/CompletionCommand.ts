/**
 * `docker-shim completion bash`: a script that completes docker-shim's own commands. docker's completion needs none: its
 * `__complete` goes through the shim as it is.
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import type * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"

/** What the command says of itself. */
export const page: CommandPage.CommandPage = {
  name: "completion",
  words: "bash|zsh|fish",
  summary: "Print a script that completes docker-shim's commands",
  details: ["docker's own completion works through the shim and needs nothing of this."],
  options: [],
  examples: [
    "source <(docker-shim completion bash)",
    "docker-shim completion zsh > ~/.zfunc/_docker-shim",
    "docker-shim completion fish > ~/.config/fish/completions/docker-shim.fish"
  ]
}

/**
 * The script for each shell, as lines.
 *
 * @category models
 * @since 0.1.0
 */
export type Scripts = { readonly [Shell in "bash" | "zsh" | "fish"]: Effect.Effect<ReadonlyArray<string>> }

/** Where only the form of the command counts. */
export const noScripts: Scripts = { bash: Effect.succeed([]), zsh: Effect.succeed([]), fish: Effect.succeed([]) }

/**
 * The subcommand; `scripts` are made from the whole command, this one included.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (scripts: Scripts) =>
  Command.make(
    page.name,
    { shell: Args.choice([["bash", scripts.bash], ["zsh", scripts.zsh], ["fish", scripts.fish]], { name: "shell" }) },
    ({ shell }) =>
      Effect.gen(function*() {
        const output = yield* Output
        yield* output.write(`${(yield* shell).join("\n")}\n`)
      })
  ).pipe(Command.withDescription(page.summary))
