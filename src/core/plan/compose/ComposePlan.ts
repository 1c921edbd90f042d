/**
 * Plans a call of Compose: through docker, as its plugin, or stand-alone.
 */
import type * as Argv from "../../argv/Argv.ts"
import * as CommandLine from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as EmptyLists from "../../compose/EmptyLists.ts"
import type * as KeptOverride from "../../compose/KeptOverride.ts"
import type { KeptFile, Notice } from "../../ExecPlan.ts"
import * as Facts from "../../facts/Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type * as Settings from "../../settings/Settings.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as CommandReview from "../CommandReview.ts"
import * as DaemonPaths from "../paths/DaemonPaths.ts"
import * as FoundMappings from "../paths/FoundMappings.ts"
import * as Planning from "../Planning.ts"
import * as Routing from "../Routing.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import type { Situation } from "../Situation.ts"
import * as UnknownFlags from "../UnknownFlags.ts"
import * as CacheFlags from "./CacheFlags.ts"
import * as CallParser from "./CallParser.ts"
import * as ForeignProject from "./ForeignProject.ts"
import * as KeptOverrides from "./KeptOverrides.ts"
import * as ModelCache from "./ModelCache.ts"
import * as ModelPaths from "./ModelPaths.ts"
import * as ModelQuestion from "./ModelQuestion.ts"
import * as ProjectFiles from "./ProjectFiles.ts"
import * as ProjectNaming from "./ProjectNaming.ts"
import * as SharedNames from "./SharedNames.ts"
import * as ShownEnvironment from "./ShownEnvironment.ts"
import * as StartedServices from "./StartedServices.ts"

/** Stands in a plan for the path of the override file. */
export const placeholder = "@docker-shim/compose-override@"

/**
 * The words to run, and what else the plan needs.
 *
 * **Details**
 *
 * Every call of a project gets the session's endpoint and the project's name in the session. A call that creates containers or
 * builds also gets one override file after the user's own files, made from the model that Compose itself prints. If Compose
 * refuses the project, the call runs unchanged, and the user sees Compose's own message.
 */
export const plan = (form: ComposeCall.Form, situation: Situation): Planning.Planning<ReadonlyArray<string>> =>
  Planning.run(function*() {
    const { call, doubt } = yield* CallParser.parse(form, situation)
    const endpoint = Routing.endpointOf(form === "standalone" ? call.line.group : call.line.globals)
    const env = yield* Routing.route(endpoint, situation)
    yield* UnknownFlags.notice(doubt)
    const { env: hidden, line } = ShownEnvironment.hide(yield* project(call, env, situation))
    // what was read from descriptors on the way is handed on
    const [answer] = Facts.all(situation.facts, "ComposeModel")
    return yield* Planning.of(CommandLine.print(line), {
      env: hidden,
      input: answer?.answer.input ?? [],
      leftAlone: CommandReview.notUnderstood(call.line, doubt, "Compose")
    })
  })

/** The line of a call, with what it needs of its project changed for the session; `env` is what the plan changes already. */
const project = (
  given: ComposeCall.ComposeCall,
  env: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<CommandLine.CommandLine> =>
  Planning.run(function*() {
    const call = KeptOverrides.without(given, situation)
    const detail = ComposeCall.projectDetail(call)
    if (detail === "nothing") return given.line
    yield* Planning.gain({ changes: call === given ? [] : KeptOverrides.changes(given, call) })
    const daemon = yield* ForeignProject.daemonOf(call, detail, situation)
    if (daemon._tag === "Another") return yield* ForeignProject.leave(call, detail, daemon.why, situation)
    const settled = { ...situation, settings: SessionDaemon.settle(situation.settings, daemon) }
    const naming = ProjectNaming.find(call, settled)
    if (detail === "model") {
      const found = yield* FoundMappings.settle(settled.settings, situation)
      const isNotAsked = daemon._tag === "Unknown" && situation.settings.auto !== undefined
      yield* Planning.gain(
        isNotAsked ? { notices: [{ text: `no path is translated: ${daemon.why}`, isOnce: true }] } : {}
      )
      return yield* changed(call, naming, env, { ...situation, settings: found })
    }
    const { value: name } = yield* Planning.inspect(naming)
    yield* KeptOverrides.forget(call, name, settled)
    return yield* ProjectNaming.byFile(call, naming, settled)
  })

const unprinted = (why: string | undefined): string =>
  `Compose cannot print the project${why === undefined ? "" : `: ${why}`}`

/** The line of a call that creates containers or builds. */
const changed = (
  call: ComposeCall.ComposeCall,
  naming: Planning.Planning<string | undefined>,
  endpoint: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<CommandLine.CommandLine> =>
  Planning.run(function*() {
    const { invocation, settings } = situation
    const { line } = call
    const leave = (why: string): Planning.Planning<CommandLine.CommandLine> =>
      Planning.of(line, { leftAlone: [{ what: "project", value: "", why }] })
    const name = yield* naming
    const idle = idleWhy(call, settings)
    if (idle !== undefined) {
      yield* ProjectNaming.lookForEarlier(call, undefined, situation)
      return yield* leave(idle)
    }
    const { env } = yield* Planning.inspect(naming)
    const answer = yield* ModelQuestion.ask(call, { profiles: "all", env }, situation)
    if (answer._tag === "Refused") return yield* leave(unprinted(answer.why))
    const files = yield* ProjectFiles.resolve(call, answer.config, env, situation)
    if (files._tag === "Unknown") {
      yield* Planning.gain({ notices: [{ text: unknownFiles }] })
      return yield* leave(unknownFiles)
    }
    const model = ComposeModel.decode(answer.config)
    yield* ProjectNaming.lookForEarlier(call, model, situation)
    const additions = yield* additionsOf(call, { model, directory: files.directory }, endpoint, situation)
    const kept = yield* KeptOverrides.project(call, files, model, name, situation)
    yield* Planning.gain({ notices: notices(call, model, name, invocation.env, settings) })
    const overrides = yield* overridesOf(call, model, additions, kept, situation)
    return yield* withOverride({ ...line, tokens: additions.tokens }, overrides, files, invocation)
  })

/** What the call's project gets: by an override file, or by the call's own flags. */
interface Additions {
  readonly paths: ReadonlyArray<ComposeOverride.Addition>
  readonly cache: ReadonlyArray<ComposeOverride.Addition>
  readonly tokens: ReadonlyArray<Argv.Token>
}

const additionsOf = (
  call: ComposeCall.ComposeCall,
  { directory, model }: Pick<ModelCache.Project, "directory" | "model">,
  endpoint: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<Additions> =>
  Planning.run(function*() {
    const { line } = call
    const translated = () =>
      Planning.both(translatePaths(call, model, situation), DaemonPaths.translateRun(line, situation))
    const cache = Planning.run(function*() {
      const services = yield* ModelCache.share(call, { model, directory, meanwhile: translated }, endpoint, situation)
      const byFlags = services.length > 0 && (yield* CacheFlags.areKnown(call, situation))
      return { services, byFlags }
    })
    // all that depends on the cache is planned again when that is known
    const { byFlags, services } = (yield* Planning.inspect(cache)).value
    yield* ForeignProject.tellLostPaths(call, model, situation)
    yield* cache
    const [paths, tokens] = yield* translated()
    yield* Planning.gain({ env: services.length > 0 ? entitlements(situation.invocation) : {} })
    return byFlags
      ? { paths, cache: [], tokens: [...CacheFlags.flags(services), ...tokens] }
      : { paths, cache: services.flatMap(ofCache), tokens }
  })

/** The paths of a project, with a line about a service only if that is started: a build mounts nothing. */
const translatePaths = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  situation: Situation
): Planning.Planning<ReadonlyArray<ComposeOverride.Addition>> => {
  const all = ModelPaths.translate(model, situation)
  // without names any service may be: profiles can be in an environment file
  if (ComposeCall.creates(call) && ComposeCall.services(call).length === 0) return all
  return Planning.run(function*() {
    // asks all at once
    yield* Planning.inspect(all)
    const services = StartedServices.find(call, model, situation.invocation.env)
    const { notices } = yield* Planning.inspect(ModelPaths.translate({ ...model, services }, situation))
    return yield* Planning.mapGains(all, () => ({ notices }))
  })
}

/** Why nothing of a project can be changed, whatever is in it. */
const idleWhy = (call: ComposeCall.ComposeCall, settings: Settings.Settings): string | undefined =>
  SourceTranslation.mapsPaths({ ...settings, elsewhere: undefined }) ||
    (settings.cache.use !== "off" && ModelCache.mayBuild(call))
    ? undefined
    : `${SourceTranslation.whyUnmapped(settings)}${settings.elsewhere === undefined ? nothingToDo : ""}`

/** The override of this call, with the project's name in it or not, and the one that stays after it. */
interface Overrides {
  readonly override: ComposeOverride.ComposeOverride
  readonly name: string | undefined
  readonly kept: KeptFile | undefined
}

const overridesOf = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  { cache, paths }: Additions,
  project: KeptOverride.Project | undefined,
  situation: Situation
): Planning.Planning<Overrides> => {
  const all = [...cache, ...paths]
  const isRefused = all.length === 0 || call.isV1 || EmptyLists.removed(model, all).length === 0
    ? Planning.of(false)
    : ProjectNaming.refusesEmptyLists(call, situation)
  return Planning.map(isRefused, (refused) => {
    const overrideOf = (
      some: ReadonlyArray<ComposeOverride.Addition>,
      lists: ComposeModel.ComposeModel
    ): ComposeOverride.ComposeOverride =>
      ComposeOverride.fromAdditions([...(refused ? EmptyLists.removed(lists, some) : []), ...some])
    const name = KeptOverrides.nameIn(project, call.isV1)
    return {
      override: overrideOf(all, model),
      name,
      kept: KeptOverrides.file(project, overrideOf(paths, EmptyLists.withoutVariables(model)), name)
    }
  })
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

/** `use_api_socket` binds the socket's path literally, so no other socket can take its place (docker/compose 2.40.3, run). */
const apiSocketNotices = (model: ComposeModel.ComposeModel): ReadonlyArray<Notice> =>
  model.services.filter(({ fields }) => JsonObject.field(fields, "use_api_socket") === true).map(({ name }) => ({
    text: `service ${name}: use_api_socket gives it the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; `
      + "bind /var/run/docker.sock instead"
  }))

const nothingToDo = "; and the call builds nothing with the cache"

const unknownFiles = "only the project's name changed: only Compose can tell which files it has; name them with -f"

const ofCache = ({ cache, isRefreshed, service }: ModelCache.ServiceCache): ReadonlyArray<ComposeOverride.Addition> => {
  const build = {
    // `no_cache_filter` is of newer versions only
    ...(isRefreshed ? { no_cache: true } : {}),
    ...(cache.from === undefined ? {} : { cache_from: [ComposeModel.escape(cache.from)] }),
    ...(cache.to.length === 0 ? {} : { cache_to: cache.to.map(ComposeModel.escape) })
  }
  return Object.keys(build).length === 0 ? [] : [{ section: "services", name: service, fields: { build } }]
}

/** The call with the override after its files. */
const withOverride = (
  line: CommandLine.CommandLine,
  { kept, name, override }: Overrides,
  files: ProjectFiles.Known,
  invocation: Invocation
): Planning.Planning<CommandLine.CommandLine> => {
  if (ComposeOverride.isEmpty(override)) return Planning.of(line)
  const { env, line: added } = ProjectFiles.add(line, files, placeholder, invocation)
  const content = ComposeOverride.print(override, { name })
  const file = { _tag: "Override", placeholder, content, ...(kept === undefined ? {} : { kept }) } as const
  return Planning.of(added, { files: [file], env })
}

/**
 * Lets bake read and write the cache directory, which lies outside the project, also with `--progress=quiet`, which
 * Compose gives it for `build -q` (docker/compose 2.40.3, `pkg/compose/build_bake.go`; buildx 0.29.1,
 * `bake/entitlements.go`).
 */
const entitlements = ({ env }: Invocation): Readonly<Record<string, string>> =>
  (env["BUILDX_BAKE_ENTITLEMENTS_FS"] ?? "") === "" ? { BUILDX_BAKE_ENTITLEMENTS_FS: "0" } : {}
