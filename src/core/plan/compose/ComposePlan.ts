/**
 * Plans a call of Compose: through docker, as its plugin, or stand-alone.
 */
import * as Argv from "../../argv/Argv.ts"
import * as CommandLine from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as EmptyLists from "../../compose/EmptyLists.ts"
import type { KeptFile, Notice } from "../../ExecPlan.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import * as Settings from "../../Settings.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as DaemonPaths from "../paths/DaemonPaths.ts"
import * as Revision from "../Revision.ts"
import * as Routing from "../Routing.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import * as UnknownFlags from "../UnknownFlags.ts"
import * as CacheFlags from "./CacheFlags.ts"
import * as ForeignProject from "./ForeignProject.ts"
import * as KeptOverrides from "./KeptOverrides.ts"
import * as ModelCache from "./ModelCache.ts"
import * as ModelPaths from "./ModelPaths.ts"
import * as ModelQuestion from "./ModelQuestion.ts"
import * as ProjectFiles from "./ProjectFiles.ts"
import * as ProjectNaming from "./ProjectNaming.ts"
import * as ReadCall from "./ReadCall.ts"
import * as SharedNames from "./SharedNames.ts"

/** Stands in a plan for the path of the override file. */
export const placeholder = "@docker-shim/compose-override@"

/**
 * The words to run, and what else the plan needs.
 *
 * **Details**
 *
 * Every call of a project is given the session's endpoint and the project's name in the session. One that creates
 * containers or builds is changed by one override file after the user's own files, made from the model that Compose
 * itself gives. Where Compose refuses the project the call is run as it is: the user sees Compose's own message.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  form: ComposeCall.Form,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const read = ReadCall.read(form, invocation.argv, facts)
  if (read._tag === "Open") return Revision.of(invocation.argv, { questions: [read.question] })
  const { doubt } = read.answer
  const call = KeptOverrides.without(read.answer.call, invocation)
  const { line } = call
  const routing = Revision.after(
    Routing.revise(Routing.endpointOf(call.form === "standalone" ? line.group : line.globals), settings, invocation),
    UnknownFlags.notice(doubt)
  )
  const need = ComposeCall.needOf(call)
  if (need === "nothing") return words(routing, Revision.of(read.answer.call.line), facts)
  const daemon = ForeignProject.ask(call, need, invocation, settings, facts)
  if (daemon._tag === "Open") return words(routing, Revision.of(line, { questions: [daemon.question] }), facts)
  if (daemon.answer._tag === "Another") {
    return words(routing, ForeignProject.leave(call, need, daemon.answer.why, invocation, settings, facts), facts)
  }
  return ofSession(call, need, routing, invocation, SessionDaemon.settle(settings, daemon.answer), facts)
}

/** The words of a call of a project on the session's daemon. */
const ofSession = (
  call: ComposeCall.ComposeCall,
  need: Exclude<ComposeCall.Need, "nothing">,
  routing: Revision.Revision<undefined>,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const { line } = call
  const naming = ProjectNaming.revise(call, invocation, settings, facts)
  const named = Revision.after(routing, naming)
  if (naming.questions.length > 0) return words(named, Revision.of(line), facts)
  if (need === "name") {
    const forgetting = KeptOverrides.forget(call, naming.value, invocation, settings, facts)
    return words(Revision.after(routing, forgetting), ProjectNaming.byFile(call, naming, invocation, facts), facts)
  }
  return words(named, reviseProject(call, naming, routing.env, invocation, settings, facts), facts)
}

/** The whole as words; what was read from descriptors on the way is handed on. */
const words = (
  first: Revision.Revision<unknown>,
  second: Revision.Revision<CommandLine.CommandLine>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const whole = Revision.after(first, second)
  const [answer] = facts.ComposeModel.values()
  return { ...whole, value: CommandLine.print(whole.value), input: answer?.answer.input ?? [] }
}

/** The line of a call that creates containers or builds. */
const reviseProject = (
  call: ComposeCall.ComposeCall,
  naming: Revision.Revision<string | undefined>,
  endpoint: Readonly<Record<string, string | null>>,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Revision.Revision<CommandLine.CommandLine> => {
  const { line } = call
  const leave = (why: string) => ({ leftAlone: [{ what: "project", value: "", why }] })
  const idle = idleWhy(call, settings)
  if (idle !== undefined) return Revision.of(line, leave(idle))
  const asked = ModelQuestion.ask(call, invocation, { profiles: "all", env: naming.env }, facts)
  if (asked._tag === "Open") return Revision.of(line, { questions: [asked.question] })
  if (asked.answer._tag === "Refused") return Revision.of(line, leave("Compose refuses its files when asked"))
  const files = ProjectFiles.resolve(call, asked.answer.config, invocation, naming.env, facts)
  if (files._tag === "Open") return Revision.of(line, { questions: [files.question] })
  if (files.answer._tag === "Unknown") {
    return Revision.of(line, { notices: [{ text: unknownFiles }], ...leave(unknownFiles) })
  }

  const model = ComposeModel.decode(asked.answer.config)
  const { directory } = files.answer
  const cache = ModelCache.revise(call, { model, directory }, settings, invocation, endpoint, facts)
  // all that depends on it is planned again when that is known
  if (cache.questions.length > 0) return Revision.of(line, { questions: cache.questions })
  const setting = cache.value.length > 0 ? CacheFlags.ask(call, facts) : Facts.answered(false)
  if (setting._tag === "Open") return Revision.of(line, { questions: [setting.question] })
  const lost = ForeignProject.lostPaths(call, model, invocation, settings, facts)
  const paths = Revision.after(Revision.after(lost, cache), ModelPaths.revise(model, settings, facts))
  const additions = [...(setting.answer ? [] : cache.value.flatMap(ofCache)), ...paths.value]
  const refused = refusesEmptyLists(call, additions, facts)
  if (refused._tag === "Open") return Revision.of(line, { questions: [refused.question] })
  const overrideOf = (some: ReadonlyArray<ComposeOverride.Addition>): ComposeOverride.ComposeOverride =>
    ComposeOverride.of([...(refused.answer ? EmptyLists.removed(model, some) : []), ...some])
  const tokens = DaemonPaths.reviseRun(line.command, line.tokens, settings, invocation.cwd, facts)
  const set = setting.answer ? CacheFlags.flags(cache.value) : []
  const revised = { ...call, line: { ...line, tokens: [...set, ...tokens.value] } }
  const project = KeptOverrides.project(call, files.answer, model, naming.value, invocation, settings, facts)
  const kept = KeptOverrides.file(project, overrideOf(paths.value))
  const added = addOverride(revised, overrideOf(additions), kept, files.answer, invocation)
  return Revision.after(Revision.after(paths, tokens), {
    ...added,
    env: { ...added.env, ...(cache.value.length > 0 ? entitlements(invocation) : {}) },
    notices: notices(call, model, naming.value, invocation.env, settings)
  })
}

/** Why nothing of a project can be changed, whatever is in it. */
const idleWhy = (call: ComposeCall.ComposeCall, settings: Settings.Settings): string | undefined =>
  Settings.mapsPaths({ ...settings, elsewhere: undefined }) ||
    (settings.cache.use !== "off" && ModelCache.mayBuild(call))
    ? undefined
    : settings.elsewhere ?? nothingToDo

/** Whether this Compose refuses empty lists of the user's beside an override with these additions. */
const refusesEmptyLists = (
  { form, isV1, line }: ComposeCall.ComposeCall,
  additions: ReadonlyArray<ComposeOverride.Addition>,
  facts: Facts.Facts
): Facts.Asked<boolean> => {
  if (additions.length === 0 || isV1) return Facts.answered(false)
  const version = Facts.ask(facts, { _tag: "ComposeVersion", form, globals: Argv.print(line.globals) })
  return version._tag === "Open" ? version : Facts.answered(EmptyLists.areRefused(version.answer))
}

const notices = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  name: string | undefined,
  env: Invocation["env"],
  { daemonSocket }: Settings.Settings
): ReadonlyArray<Notice> => [
  ...(name === undefined ? [] : SharedNames.notices(call, model, name, env)),
  ...(daemonSocket === undefined ? [] : apiSocketNotices(model))
]

/** `use_api_socket` binds the socket's path literally, which cannot be given another (docker/compose 2.40.3, FACTS F). */
const apiSocketNotices = (model: ComposeModel.ComposeModel): ReadonlyArray<Notice> =>
  model.services.filter(({ fields }) => JsonObject.field(fields, "use_api_socket") === true).map(({ name }) => ({
    text: `service ${name}: use_api_socket gives it the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; `
      + "bind /var/run/docker.sock instead"
  }))

const nothingToDo = `${SourceTranslation.unmapped}; and the call builds nothing with the cache`

const unknownFiles =
  "nothing changed but the project's name: which files it is made of only Compose can tell; name them with -f"

const ofCache = ({ given, isRefreshed, service }: ModelCache.ServiceCache): ReadonlyArray<ComposeOverride.Addition> => {
  const build = {
    // `no_cache_filter` is of newer versions only
    ...(isRefreshed ? { no_cache: true } : {}),
    ...(given.from === undefined ? {} : { cache_from: [ComposeModel.escape(given.from)] }),
    ...(given.to === undefined ? {} : { cache_to: [ComposeModel.escape(given.to)] })
  }
  return Object.keys(build).length === 0 ? [] : [{ section: "services", name: service, fields: { build } }]
}

/** The call with the override after its files. */
const addOverride = (
  { line }: ComposeCall.ComposeCall,
  override: ComposeOverride.ComposeOverride,
  kept: KeptFile | undefined,
  files: Exclude<ProjectFiles.ProjectFiles, { readonly _tag: "Unknown" }>,
  invocation: Invocation
): Revision.Revision<CommandLine.CommandLine> => {
  if (ComposeOverride.isEmpty(override)) return Revision.of(line)
  const { env, line: added } = ProjectFiles.add(line, files, placeholder, invocation)
  const content = ComposeOverride.print(override)
  return Revision.of(added, { files: [{ placeholder, content, ...(kept === undefined ? {} : { kept }) }], env })
}

/**
 * Lets bake read and write the cache directory, which lies outside the project, also with `--progress=quiet`, which
 * Compose gives it for `build -q` (docker/compose 2.40.3, `pkg/compose/build_bake.go`; buildx 0.29.1,
 * `bake/entitlements.go`).
 */
const entitlements = ({ env }: Invocation): Readonly<Record<string, string>> =>
  (env["BUILDX_BAKE_ENTITLEMENTS_FS"] ?? "") === "" ? { BUILDX_BAKE_ENTITLEMENTS_FS: "0" } : {}
