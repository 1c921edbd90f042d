/**
 * A project on another daemon than the session's is left alone.
 */
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as Settings from "../../Settings.ts"
import * as CacheShare from "../build/CacheShare.ts"
import * as DaemonPaths from "../paths/DaemonPaths.ts"
import * as Revision from "../Revision.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import * as ModelCache from "./ModelCache.ts"
import * as ModelPaths from "./ModelPaths.ts"
import * as ModelQuestion from "./ModelQuestion.ts"

/**
 * Tells which daemon a call goes to, where anything of it would be changed for the session's: a name, paths, builds.
 *
 * @category planning
 */
export const ask = (
  call: ComposeCall.ComposeCall,
  need: Exclude<ComposeCall.Need, "nothing">,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Facts.Asked<SessionDaemon.Daemon> =>
  concerns(need, settings)
    ? SessionDaemon.ask(ComposeCall.endpoint(call), settings, invocation, facts)
    : Facts.answered({ _tag: "Session", endpoint: settings.dockerHost ?? "" })

const concerns = (need: Exclude<ComposeCall.Need, "nothing">, settings: Settings.Settings): boolean =>
  settings.session !== undefined
  || (need === "model" && (Settings.mapsPaths(settings) || settings.cache.use !== "off"))

/**
 * The line of a project on another daemon, as it is. One line says so if the user counts on what is left out: a path would
 * have been translated, or a build would have shared its cache.
 *
 * @category planning
 */
export const leave = (
  call: ComposeCall.ComposeCall,
  need: Exclude<ComposeCall.Need, "nothing">,
  why: string,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<CommandLine> => {
  const left = Revision.of(call.line, { leftAlone: [{ what: "project", value: "", why }] })
  if (need !== "model") return left
  const paths = askedPaths(call, invocation, { ...settings, elsewhere: why }, facts)
  const isBuild = settings.cache.use !== "off" && ModelCache.mayBuild(call) && isBuildAsked(call)
  return paths.notices.length === 0 && isBuild
    ? Revision.after(paths, { ...left, notices: [CacheShare.notShared(why)] })
    : Revision.after(paths, left)
}

/**
 * A line for the paths of a project that would have been translated on the session's daemon; nothing where there are none, or
 * the project is there.
 *
 * @category planning
 */
export const lostPaths = (
  { line }: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  { cwd }: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<undefined> => {
  const { elsewhere } = settings
  const wanted = { ...settings, elsewhere: undefined }
  if (elsewhere === undefined || !Settings.mapsPaths(wanted)) return Revision.of(undefined)
  const { changes, questions } = Revision.after(
    ModelPaths.revise(model, wanted, facts),
    DaemonPaths.reviseRun(line.command, line.tokens, wanted, cwd, facts)
  )
  return Revision.of(undefined, {
    questions,
    notices: changes.length > 0 ? [{ text: `no path of the project is translated: ${elsewhere}` }] : []
  })
}

const askedPaths = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<undefined> => {
  if (!Settings.mapsPaths({ ...settings, elsewhere: undefined })) return Revision.of(undefined)
  const asked = ModelQuestion.ask(call, invocation, { profiles: "all", env: {} }, facts)
  if (asked._tag === "Open") return Revision.of(undefined, { questions: [asked.question] })
  return asked.answer._tag === "Refused"
    ? Revision.of(undefined)
    : lostPaths(call, ComposeModel.decode(asked.answer.config), invocation, settings, facts)
}

const isBuildAsked = ({ line }: ComposeCall.ComposeCall): boolean =>
  (line.command._tag === "ComposeCommand" && line.command.name === "build") || ComposeCall.isTrue(line.tokens, "build")
