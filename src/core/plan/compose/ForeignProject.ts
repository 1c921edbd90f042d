/**
 * A project on another daemon than the session's is left alone.
 */
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ProjectScope from "../../compose/ProjectScope.ts"
import type { Notice } from "../../ExecPlan.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type * as Settings from "../../settings/Settings.ts"
import * as CacheText from "../build/CacheText.ts"
import * as DaemonPaths from "../paths/DaemonPaths.ts"
import * as Planning from "../Planning.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import type { Situation } from "../Situation.ts"
import * as ModelCache from "./ModelCache.ts"
import * as ModelPaths from "./ModelPaths.ts"
import * as ModelQuestion from "./ModelQuestion.ts"
import * as ProjectNaming from "./ProjectNaming.ts"

/**
 * Tells which daemon a call goes to, if the shim would change anything in it for the session's daemon: a name, paths, builds.
 */
export const daemonOf = (
  call: ComposeCall.ComposeCall,
  detail: Exclude<ComposeCall.ProjectDetail, "nothing">,
  situation: Situation
): Planning.Planning<SessionDaemon.Daemon> =>
  concerns(detail, situation.settings)
    ? SessionDaemon.find(ComposeCall.endpoint(call), situation)
    : Planning.of({ _tag: "Session", endpoint: situation.settings.dockerHost ?? "" })

const concerns = (detail: Exclude<ComposeCall.ProjectDetail, "nothing">, settings: Settings.Settings): boolean =>
  settings.session !== undefined
  || (detail === "model" && (SourceTranslation.mapsPaths(settings) || settings.cache.use !== "off"))

/**
 * The line of a project on another daemon, as it is. One line says so if the user counts on what is left out: a path would
 * have been translated, a build would have shared its cache, or, once for each project, it would have had the session's name.
 */
export const leave = (
  call: ComposeCall.ComposeCall,
  detail: Exclude<ComposeCall.ProjectDetail, "nothing">,
  why: string,
  situation: Situation
): Planning.Planning<CommandLine> =>
  Planning.run(function*() {
    const { settings } = situation
    yield* Planning.gain({ leftAlone: [{ what: "project", value: "", why }] })
    if (detail !== "model") return call.line
    const losesPaths = yield* losesAskedPaths(call, { ...situation, settings: { ...settings, elsewhere: why } })
    const isBuild = settings.cache.use !== "off" && ModelCache.mayBuild(call) && isBuildAsked(call)
    const notices = losesPaths ? [lostPathsNotice(why)] : isBuild ? [CacheText.notShared(why)] : []
    const lostName = yield* lostNameNotices(call, why, situation)
    return yield* Planning.of(call.line, { notices: [...notices, ...lostName] })
  })

/**
 * A line for the paths of a project that would have been translated on the session's daemon; nothing if there are none, or
 * the project is there.
 */
export const tellLostPaths = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  situation: Situation
): Planning.Planning<undefined> =>
  Planning.flatMap(
    losesPaths(call, model, situation),
    (isLost) => Planning.gain(isLost ? { notices: [lostPathsNotice(situation.settings.elsewhere ?? "")] } : {})
  )

/**
 * A line for a project that is made without the session's name on a daemon that nobody named for this command, and nothing
 * declares: `DOCKER_HOST=ssh://…`. Several sessions may share that daemon; the projects of one name then meet.
 */
const lostNameNotices = (
  call: ComposeCall.ComposeCall,
  why: string,
  situation: Situation
): Planning.Planning<ReadonlyArray<Notice>> => {
  const { dockerHost } = situation.settings
  const isNamed = Object.values(ComposeCall.endpoint(call)).some((flag) => flag !== undefined)
  if (!ComposeCall.creates(call) || ComposeCall.isDryRun(call.line)) return Planning.of([])
  if (dockerHost !== undefined || isNamed || ProjectScope.inForce(situation.settings) === "off") return Planning.of([])
  return Planning.map(Planning.inspect(ProjectNaming.find(call, situation)), ({ value: name }) =>
    name === undefined
      ? []
      : [{ text: `the project is not named ${name}: ${why}, and DOCKER_SHIM_PROJECT_SCOPE=project too`, isOnce: true }])
}

const lostPathsNotice = (why: string): Notice => ({ text: `no path of the project is translated: ${why}` })

const losesPaths = (
  { line }: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  situation: Situation
): Planning.Planning<boolean> => {
  const settings = { ...situation.settings, elsewhere: undefined }
  if (situation.settings.elsewhere === undefined || !SourceTranslation.mapsPaths(settings)) return Planning.of(false)
  const here = { ...situation, settings }
  const both = Planning.both(ModelPaths.translate(model, here), DaemonPaths.translateRun(line, here))
  return Planning.map(Planning.inspect(both), ({ changes }) => changes.length > 0)
}

/** Where Compose is asked for the model only for that. */
const losesAskedPaths = (call: ComposeCall.ComposeCall, situation: Situation): Planning.Planning<boolean> =>
  Planning.run(function*() {
    if (!SourceTranslation.mapsPaths({ ...situation.settings, elsewhere: undefined })) return false
    const answer = yield* ModelQuestion.ask(call, { profiles: "all", env: {} }, situation)
    return answer._tag !== "Refused" && (yield* losesPaths(call, ComposeModel.decode(answer.config), situation))
  })

const isBuildAsked = ({ line }: ComposeCall.ComposeCall): boolean =>
  (line.command._tag === "ComposeCommand" && line.command.name === "build") || ComposeCall.isTrue(line.tokens, "build")
