/**
 * Plans a call of `docker`.
 */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import * as Facts from "../Facts.ts"
import type { Invocation } from "../Invocation.ts"
import type { Settings } from "../Settings.ts"
import * as BuildCache from "./build/BuildCache.ts"
import * as StackFiles from "./compose/StackFiles.ts"
import * as DaemonPaths from "./paths/DaemonPaths.ts"
import * as Revision from "./Revision.ts"
import * as Routing from "./Routing.ts"

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
  const line = CommandLine.parse(invocation.argv)
  const routing = Routing.revise(Routing.endpointOf(line.globals), settings, invocation)
  if (line.command._tag !== "Docker" || CommandLine.isHelp(line)) {
    return Revision.after(routing, Revision.of(invocation.argv))
  }
  const understood = understand(line, facts)
  if (understood._tag === "Open") {
    return Revision.after(routing, Revision.of(invocation.argv, { questions: [understood.question] }))
  }
  const known = understood.answer
  const revised = line.command.name === "build"
    ? reviseBuild(known, line.command, routing.env, invocation, settings, facts)
    : line.command.name === "stack deploy"
    ? StackFiles.revise(known, settings, facts)
    : DaemonPaths.revise(line.command.name, known.tokens, settings, invocation.cwd, facts)
  const words = CommandLine.print({ ...known, tokens: revised.value })
  return Revision.after(routing, { ...revised, value: words })
}

/**
 * The line with its flags understood: a flag that the grammar does not have may be one of a newer docker, whose `--help`
 * is asked then. What that does not have either, docker will refuse.
 */
const understand = (line: CommandLine.CommandLine, facts: Facts.Facts): Facts.Asked<CommandLine.CommandLine> => {
  if (line.command._tag !== "Docker" || CommandLine.unknownFlag(line) === undefined) return Facts.answered(line)
  const help = Facts.ask(facts, { _tag: "CommandFlags", program: "docker", command: line.command.path })
  return help._tag === "Open" ? help : Facts.answered(CommandLine.learn(line, help.answer))
}

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
