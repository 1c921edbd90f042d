/**
 * `docker-shim version`: which build this is.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Version from "../Version.ts"
import type * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"

/** What `docker-shim version` and `docker-shim --version` print. */
export const text = `docker-shim version ${Version.described}`

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "version",
  words: "",
  summary: "Show the version, the commit it was built from, and the form",
  options: []
}

/** The subcommand `version`. */
export const make = () =>
  Command.make(page.name, {}, () => Effect.flatMap(Output, (output) => output.say(text))).pipe(
    Command.withDescription(page.summary)
  )
