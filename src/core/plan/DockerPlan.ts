/**
 * Plans a call of `docker`.
 */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import type * as Facts from "../Facts.ts"
import type { Invocation } from "../Invocation.ts"
import * as Settings from "../Settings.ts"
import * as Bake from "./build/Bake.ts"
import * as BuildCache from "./build/BuildCache.ts"
import * as CommandReview from "./CommandReview.ts"
import * as StackFiles from "./compose/StackFiles.ts"
import * as DaemonPaths from "./paths/DaemonPaths.ts"
import * as Revision from "./Revision.ts"
import * as Routing from "./Routing.ts"
import * as SessionDaemon from "./SessionDaemon.ts"
import * as UnknownFlags from "./UnknownFlags.ts"

/**
 * The words to run docker with, and what else the plan needs.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  invocation: Invocation,
  settings: Settings.Settings,
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
    const leftAlone = [
      ...CommandReview.leaveAll(line, "it only shows its help"),
      ...CommandReview.notUnderstood(line, doubt)
    ]
    const bake = Revision.after(routing, Bake.revise(line, settings.cache))
    return Revision.after(bake, Revision.of(invocation.argv, { leftAlone }))
  }
  const revised = line.command.name === "build"
    ? reviseBuild(line, line.command, routing.env, invocation, settings, facts)
    : revisePaths(line, line.command.name, invocation, settings, facts)
  const words = CommandLine.print({ ...line, tokens: revised.value })
  const leftAlone = [...revised.leftAlone, ...CommandReview.notUnderstood(line, doubt)]
  return Revision.after(routing, { ...revised, value: words, leftAlone })
}

/** The tokens with the daemon's paths in them translated, for this session's daemon only. */
const revisePaths = (
  line: CommandLine.CommandLine,
  command: CommandLine.CommandName,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const translate = (known: Settings.Settings) =>
    command === "stack deploy"
      ? StackFiles.revise(line, known, facts)
      : DaemonPaths.revise(command, line.tokens, known, invocation.cwd, facts)
  const isConcerned = command === "stack deploy" || DaemonPaths.isConcerned(command, line.tokens)
  if (!isConcerned || !Settings.mapsPaths(settings)) return translate(settings)
  const daemon = SessionDaemon.ask(Routing.endpointOf(line.globals), settings, invocation, facts)
  if (daemon._tag === "Open") return Revision.of(line.tokens, { questions: [daemon.question] })
  const settled = SessionDaemon.settle(settings, daemon.answer)
  if (daemon.answer._tag === "Session") return translate(settled)
  const would = command === "stack deploy" ? Revision.of(line.tokens) : translate(settings)
  if (would.questions.length > 0) return would
  const isLost = command === "stack deploy" || would.changes.length > 0
  const left = translate(settled)
  return { ...left, notices: isLost ? [{ text: `no path is translated: ${daemon.answer.why}` }] : [] }
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
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  if (command.misforwarded) {
    const why = "docker itself replaces another word of this line than its command, and builds nothing"
    return Revision.of(line.tokens, { leftAlone: [{ what: "build", value: "", why }] })
  }
  const build: BuildCache.Build = {
    through: command.path[0] === "buildx" ? "buildx" : "docker",
    globals: Argv.print(line.globals.filter((token) => token._tag === "Option")),
    endpoint: Routing.endpointOf(line.globals),
    builder: Argv.value(line.group, "builder"),
    tokens: line.tokens
  }
  return BuildCache.revise(build, settings, invocation, env, facts)
}
