/**
 * Plans a call of `docker`.
 */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import * as TreatedCommands from "../argv/TreatedCommands.ts"
import * as SourceTranslation from "../paths/SourceTranslation.ts"
import type * as Settings from "../settings/Settings.ts"
import * as Bake from "./build/Bake.ts"
import * as BuildCache from "./build/BuildCache.ts"
import * as CommandReview from "./CommandReview.ts"
import * as StackFiles from "./compose/StackFiles.ts"
import * as DaemonPaths from "./paths/DaemonPaths.ts"
import * as FoundMappings from "./paths/FoundMappings.ts"
import * as Planning from "./Planning.ts"
import * as Routing from "./Routing.ts"
import * as SessionDaemon from "./SessionDaemon.ts"
import type { Situation } from "./Situation.ts"
import * as UnknownCommand from "./UnknownCommand.ts"
import * as UnknownFlags from "./UnknownFlags.ts"

/** The words to run docker with, and what else the plan needs. */
export const plan = (situation: Situation): Planning.Planning<ReadonlyArray<string>> =>
  Planning.run(function*() {
    const { invocation: { argv }, settings } = situation
    const { doubt, line } = yield* read(argv, situation)
    const env = yield* Routing.route(Routing.endpointOf(line.globals), situation)
    yield* UnknownFlags.notice(doubt)
    if (line.command._tag !== "Docker" || CommandLine.isHelp(line)) {
      yield* Bake.notice(line, settings.cache)
      yield* UnknownCommand.notice(line, situation)
      yield* Planning.gain({ leftAlone: CommandReview.leaveAll(line, "it only shows its help") })
      return yield* Planning.of(argv, { leftAlone: CommandReview.notUnderstood(line, doubt) })
    }
    const tokens = line.command.name === "build"
      ? yield* build(line, line.command, env, situation)
      : yield* paths(line, line.command.name, situation)
    const words = CommandLine.print({ ...line, tokens })
    return yield* Planning.of(words, { leftAlone: CommandReview.notUnderstood(line, doubt) })
  })

/** The tokens with their paths translated, if the command goes to this session's daemon. */
const paths = (
  line: CommandLine.CommandLine,
  command: TreatedCommands.CommandName,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> =>
  Planning.run(function*() {
    const { settings } = situation
    const isStack = command === "stack deploy"
    const translate = (known: Settings.Settings): Planning.Planning<ReadonlyArray<Argv.Token>> =>
      isStack
        ? StackFiles.translate(line, { ...situation, settings: known })
        : DaemonPaths.translate(command, line.tokens, { ...situation, settings: known })
    const isConcerned = isStack || DaemonPaths.isConcerned(command, line.tokens)
    if (!isConcerned || !SourceTranslation.mapsPaths(settings)) return yield* translate(settings)
    const found = SessionDaemon.find(Routing.endpointOf(line.globals), situation)
    const daemon = yield* Planning.along(found, () => translate(settings))
    const settled = yield* FoundMappings.settle(SessionDaemon.settle(settings, daemon), situation)
    if (daemon._tag === "Session") return yield* translate(settled)
    const isLost = isStack || (settings.auto !== undefined && daemon._tag === "Unknown")
      || (yield* Planning.inspect(translate(settings))).changes.length > 0
    return yield* Planning.mapGains(translate(settled), () => ({
      notices: isLost ? [{ text: `no path is translated: ${daemon.why}` }] : []
    }))
  })

/**
 * Reads the words after `docker`. If the grammar lacks a flag, a newer docker may have it, so docker is asked. If docker does
 * not know it either, docker will refuse it.
 */
export const read = (
  argv: ReadonlyArray<string>,
  known: Pick<Situation, "facts">
): Planning.Planning<UnknownFlags.Understood> =>
  UnknownFlags.resolve(
    known,
    (learned) => CommandLine.parse(argv, learned),
    ({ command }) => command._tag === "Docker" || command._tag === "Uncertain" && TreatedCommands.mayBeTreated(argv),
    (command, flag) => ({ _tag: "CommandFlags", program: "docker", command, flag })
  )

const build = (
  line: CommandLine.CommandLine,
  command: Extract<CommandLine.Command, { readonly _tag: "Docker" }>,
  env: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> => {
  if (command.misforwarded) {
    const why = "docker itself replaces another word of this line than its command, and builds nothing"
    return Planning.of(line.tokens, { leftAlone: [{ what: "build", value: "", why }] })
  }
  const named: BuildCache.Build = {
    through: command.path[0] === "buildx" ? "buildx" : "docker",
    globals: Argv.print(line.globals.filter((token) => token._tag === "Option")),
    endpoint: Routing.endpointOf(line.globals),
    builder: Argv.value(line.group, "builder"),
    tokens: line.tokens,
    env
  }
  return BuildCache.share(named, situation)
}
