/**
 * `docker-shim cache`: what can be done with the shared cache.
 */
import * as Command from "@effect/cli/Command"
import type { Call } from "../Call.ts"
import type * as CommandPage from "../CommandPage.ts"
import * as InitCommand from "./InitCommand.ts"
import * as ListCommand from "./ListCommand.ts"
import * as PruneCommand from "./PruneCommand.ts"
import * as UsageCommand from "./UsageCommand.ts"
import * as VerifyCommand from "./VerifyCommand.ts"

/** What the command says of itself. */
export const page: CommandPage.CommandPage = {
  name: "cache",
  words: "COMMAND",
  summary: "Look after the build cache that sessions share",
  details: ["The directory is /buildkit-cache, or what DOCKER_SHIM_CACHE_DIR names."],
  options: [],
  commands: [InitCommand.page, ListCommand.page, UsageCommand.page, VerifyCommand.page, PruneCommand.page]
}

/**
 * The group of subcommands.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (call: Call) =>
  Command.make(page.name).pipe(
    Command.withDescription(page.summary),
    Command.withSubcommands([
      InitCommand.make(),
      ListCommand.make(call),
      UsageCommand.make(call),
      VerifyCommand.make(call),
      PruneCommand.make(call)
    ])
  )
