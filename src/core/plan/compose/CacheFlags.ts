/**
 * The cache of services on the command line, for a Compose that can set fields of the model there.
 */
import * as Argv from "../../argv/Argv.ts"
import type { ComposeCall } from "../../compose/ComposeCall.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as CallParser from "./CallParser.ts"
import type { ServiceCache } from "./ModelCache.ts"

/** No released Compose has it: source tags 2.24.0 to 5.5.0. */
const flag = "set"

/** Whether `compose build` of this Compose has `--set`, as its own help says. */
export const areKnown = ({ form, line }: ComposeCall, situation: Situation): Planning.Planning<boolean> =>
  line.command._tag !== "ComposeCommand" || line.command.name !== "build"
    ? Planning.of(false)
    : Planning.map(CallParser.flagsOf(form, ["build"], situation), (flags) => flags.some(({ name }) => name === flag))

/**
 * The flags that give services their cache, such as `--set=web.build.cache_from=type=local,src=/buildkit-cache/web`.
 */
export const flags = (services: ReadonlyArray<ServiceCache>): ReadonlyArray<Argv.Token> =>
  services.flatMap(({ cache, service }) => [
    ...(cache.from === undefined ? [] : [Argv.option(flag, `${service}.build.cache_from=${cache.from}`)]),
    ...cache.to.map((one) => Argv.option(flag, `${service}.build.cache_to=${one}`))
  ])
