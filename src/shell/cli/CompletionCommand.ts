/**
 * `docker-shim completion bash`: a script that completes docker-shim's own commands. docker's completion needs none: its
 * `__complete` passes through the shim unchanged.
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import type * as CommandPage from "./CommandPage.ts"
import * as CompletionScript from "./CompletionScript.ts"
import { Output } from "./Output.ts"

/** The shells that there is a script for. */
const scripts = [
  ["bash", CompletionScript.bash],
  ["zsh", CompletionScript.zsh],
  ["fish", CompletionScript.fish]
] as const

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "completion",
  words: "bash|zsh|fish",
  summary: "Print a script that completes docker-shim's commands",
  details: ["docker's own completion works through the shim as it is."],
  options: [],
  choices: scripts.map(([shell]) => shell),
  examples: [
    "source <(docker-shim completion bash)",
    "mkdir -p ~/.zfunc && docker-shim completion zsh > ~/.zfunc/_docker-shim",
    "mkdir -p ~/.config/fish/completions && docker-shim completion fish > ~/.config/fish/completions/docker-shim.fish"
  ]
}

/** The subcommand; the scripts are made from the whole command's page, this one included. */
export const make = (root: CommandPage.CommandPage) =>
  Command.make(
    page.name,
    { script: Args.choice(scripts.map(([shell, print]) => [shell, print]), { name: "shell" }) },
    ({ script }) => Effect.flatMap(Output, (output) => output.write(script(root)))
  ).pipe(Command.withDescription(page.summary))
