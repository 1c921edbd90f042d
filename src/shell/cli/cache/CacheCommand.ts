/** `docker-shim cache`: the commands for the shared cache. */
import * as Command from "@effect/cli/Command"
import * as Arr from "effect/Array"
import type { Call } from "../Call.ts"
import type * as CommandPage from "../CommandPage.ts"
import * as InitCommand from "./InitCommand.ts"
import * as ListCommand from "./ListCommand.ts"
import * as PruneCommand from "./PruneCommand.ts"
import * as UsageCommand from "./UsageCommand.ts"
import * as VerifyCommand from "./VerifyCommand.ts"

const commands = [InitCommand, ListCommand, UsageCommand, VerifyCommand, PruneCommand] as const

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "cache",
  words: "COMMAND",
  summary: "Manage the build cache that sessions share",
  details: ["The directory is /buildkit-cache, or what DOCKER_SHIM_CACHE_DIR names."],
  options: [],
  commands: commands.map(({ page }) => page)
}

/** The group of subcommands. */
export const make = (call: Call) =>
  Command.make(page.name).pipe(
    Command.withDescription(page.summary),
    Command.withSubcommands(Arr.map(commands, ({ make }) => make(call)))
  )
