/**
 * Plans a call of `docker`.
 */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import type * as Facts from "../Facts.ts"
import type { Invocation } from "../Invocation.ts"
import type { Settings } from "../Settings.ts"
import * as Bake from "./build/Bake.ts"
import * as BuildCache from "./build/BuildCache.ts"
import * as StackFiles from "./compose/StackFiles.ts"
import * as DaemonPaths from "./paths/DaemonPaths.ts"
import * as Revision from "./Revision.ts"
import * as Routing from "./Routing.ts"
import * as UnknownFlags from "./UnknownFlags.ts"

/**
 * The words to run docker with, and what else the plan needs.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const understood = read(invocation.argv, facts)
  if (understood._tag === "Open") return Revision.of(invocation.argv, { questions: [understood.question] })
  const { doubt, line } = understood.answer
  const routing = Revision.after(
    Routing.revise(Routing.endpointOf(line.globals), settings, invocation),
    UnknownFlags.notice(doubt)
  )
  if (line.command._tag !== "Docker" || CommandLine.isHelp(line)) {
    return Revision.after(Revision.after(routing, Bake.revise(line, settings.cache)), Revision.of(invocation.argv))
  }
  const revised = line.command.name === "build"
    ? reviseBuild(line, line.command, routing.env, invocation, settings, facts)
    : line.command.name === "stack deploy"
    ? StackFiles.revise(line, settings, facts)
    : DaemonPaths.revise(line.command.name, line.tokens, settings, invocation.cwd, facts)
  const words = CommandLine.print({ ...line, tokens: revised.value })
  return Revision.after(routing, { ...revised, value: words })
}

/**
 * Reads the words after `docker`. A flag that the grammar does not have may be one of a newer docker, which is asked then.
 * What docker does not know either, it will refuse.
 *
 * @category parsing
 */
export const read = (
  argv: ReadonlyArray<string>,
  facts: Facts.Facts
): Facts.Asked<UnknownFlags.Understood> =>
  UnknownFlags.resolve(
    facts,
    (learned) => CommandLine.parse(argv, learned),
    ({ command }) => command._tag === "Docker" || command._tag === "Uncertain" && CommandLine.mayBeTreated(argv),
    (command, flag) => ({ _tag: "CommandFlags", program: "docker", command, flag })
  )

const reviseBuild = (
  line: CommandLine.CommandLine,
  command: Extract<CommandLine.Command, { readonly _tag: "Docker" }>,
  env: Readonly<Record<string, string | null>>,
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  if (command.misforwarded) return Revision.of(line.tokens)
  const build: BuildCache.Build = {
    through: command.path[0] === "buildx" ? "buildx" : "docker",
    globals: Argv.print(line.globals.filter((token) => token._tag === "Option")),
    endpoint: Routing.endpointOf(line.globals),
    builder: Argv.value(line.group, "builder"),
    tokens: line.tokens
  }
  return BuildCache.revise(build, settings.cache, invocation, env, facts)
}
