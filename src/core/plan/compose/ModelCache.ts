/**
 * Gives each service that is built its entry of the shared cache.
 */
import * as Argv from "../../argv/Argv.ts"
import type * as CommandLine from "../../argv/CommandLine.ts"
import { memoOfLast } from "../../argv/Memo.ts"
import type { CacheKey } from "../../cache/CacheKey.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type { LeftAlone } from "../../ExecPlan.ts"
import type { Invocation } from "../../Invocation.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as ImageName from "../../syntax/ImageName.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as BuildInputs from "../build/BuildInputs.ts"
import * as BuildMounts from "../build/BuildMounts.ts"
import * as BuildOrigin from "../build/BuildOrigin.ts"
import * as CachedBuilds from "../build/CachedBuilds.ts"
import type { CacheAttributes } from "../build/CacheRequest.ts"
import * as CacheText from "../build/CacheText.ts"
import * as SessionPath from "../build/SessionPath.ts"
import * as StepRefresh from "../build/StepRefresh.ts"
import * as Planning from "../Planning.ts"
import * as Routing from "../Routing.ts"
import type { Situation } from "../Situation.ts"

/** The cache of one service. */
export interface ServiceCache {
  readonly service: string
  readonly cache: CacheAttributes
  /** Whether all its steps run, because imported ones left nothing in the cache mounts of this session. */
  readonly isRefreshed: boolean
}

/** The project whose services get their cache. */
export interface Project {
  readonly model: ComposeModel.ComposeModel
  /** The project's directory, absolute. */
  readonly directory: string
  /** What else is asked about the project, see {@link CachedBuilds.Command}. */
  readonly meanwhile: () => Planning.Planning<unknown>
}

/**
 * The services that this call may build, each with its part of the cache; `env` are the plan's changes to the environment so
 * far.
 *
 * **Details**
 *
 * Services with cache settings of their own stay unchanged. Two services that do the same build import the same entry; only the
 * first exports it.
 */
export const share = (
  call: ComposeCall.ComposeCall,
  project: Project,
  env: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<ReadonlyArray<ServiceCache>> =>
  Planning.run(function*() {
    const { settings } = situation
    const { directory, model } = project
    const { built, own } = mayBuild(call)
      ? describe(model, directory, call.line, settings, situation.invocation)
      : { built: [], own: [] }
    yield* Planning.gain({ leftAlone: own.map(({ name }) => leave(name, "it has its own cache_from or cache_to")) })
    if (built.length === 0) return []
    const outcome = yield* cached(built, call, project, env, situation)
    if (outcome._tag === "Uncached") {
      return yield* Planning.of([], { leftAlone: built.map(({ service }) => leave(service, outcome.why)) })
    }
    const services = outcome.builds.map((build, at) => ({ ...build, service: built[at]?.service ?? "" }))
    const notices = services.flatMap(({ registered }) => CacheText.notAsked(outcome.store, registered) ?? [])
    yield* Planning.gain({
      notices: notices.slice(0, 1),
      leftAlone: services.filter(({ cache }) => cache.from === undefined && cache.to.length === 0).map((one) =>
        leave(one.service, CacheText.nothingWhy(one.key, settings.cache, outcome.store))
      ),
      changes: services.flatMap(({ cache, service }) => {
        const place = `services.${service}.build`
        return CacheText.changes(cache, settings.cache, `${place}.cache_from`, `${place}.cache_to`)
      })
    })
    return services.map(({ cache, refresh, service }) => ({
      service,
      cache,
      isRefreshed: StepRefresh.isNeeded(refresh)
    }))
  })

/**
 * The cache of the services that have none of their own.
 *
 * **Details**
 *
 * Compose builds with the builder that `buildx` would use: `--builder`, `BUILDX_BUILDER`, else the one selected by
 * `buildx use` (docker/compose 2.40.3, `pkg/compose/build.go`).
 */
const cached = (
  built: ReadonlyArray<Built>,
  call: ComposeCall.ComposeCall,
  { meanwhile }: Project,
  env: Readonly<Record<string, string | null>>,
  situation: Situation
): Planning.Planning<CachedBuilds.Outcome> => {
  const { invocation, settings } = situation
  const { tokens } = call.line
  const off = CachedBuilds.offWhy(settings)
  if (off !== undefined) return Planning.of({ _tag: "Uncached", why: off })
  const legacy = CachedBuilds.legacyWhy(invocation.env)
  if (legacy !== undefined) return CachedBuilds.leaveOut(legacy)
  const builds = built.map(({ build, imports, key, traits }) => ({
    key,
    origin: BuildOrigin.find(traits, situation),
    inputs: () => BuildInputs.ofService(build, tokens, situation),
    mounts: () => BuildMounts.ofService(build, tokens, situation),
    imports
  }))
  const globals = ComposeCall.dockerFlags(call)
  const builder = Planning.ask(situation, {
    _tag: "Builder",
    through: "buildx",
    name: [Argv.value(tokens, "builder"), invocation.env["BUILDX_BUILDER"]].find((name) => (name ?? "") !== ""),
    globals,
    endpoint: Routing.endpointOf(call.form === "standalone" ? call.line.group : call.line.globals),
    env
  })
  return CachedBuilds.share(
    builds,
    { builder, globals, env, canRunAgain: canRunAgain(call), isBuilt: isBuilt(call), refreshes: "build", meanwhile },
    situation
  )
}

/**
 * Whether a call may build with a cache. Compose v1 takes no `cache_to`, and runs `docker build`: with the shim in front of
 * docker that build shares the cache on its own.
 */
export const mayBuild = ({ isV1, line }: ComposeCall.ComposeCall): boolean =>
  !isV1
  && line.command._tag === "ComposeCommand"
  && ["build", "up", "create", "run", "watch"].includes(line.command.name)
  && !ComposeCall.isTrue(line.tokens, "no-build")
  && !ComposeCall.isDryRun(line)

/** A service to give a cache to: its `build:`, and all that is known of it before anything is asked. */
interface Built {
  readonly service: string
  readonly build: unknown
  readonly key: CacheKey
  readonly traits: BuildOrigin.Traits
  readonly imports: boolean
}

/**
 * The services that a call may build: those to give a cache to, and those that have their `own`. It depends on no answer but the
 * model, so it is worked out once, although a project is planned again for each round of questions.
 */
const describe = memoOfLast((
  model: ComposeModel.ComposeModel,
  directory: string,
  line: CommandLine.CommandLine,
  settings: Settings,
  invocation: Invocation
): { readonly built: ReadonlyArray<Built>; readonly own: ReadonlyArray<ComposeModel.Part> } => {
  const named = ComposeCall.services({ line })
  const alone = line.command._tag === "ComposeCommand" && line.command.name === "build" && named.length > 0
    && !ComposeCall.isTrue(line.tokens, "with-dependencies")
  const names = alone ? new Set(named) : ComposeModel.withDependencies(model, named)
  const all = model.services.filter((service) =>
    names.has(service.name) && JsonObject.entries(buildOf(service)).length > 0
  )
  const hasOwn = (service: ComposeModel.Part): boolean =>
    ["cache_from", "cache_to"].some((name) => JsonObject.list(buildOf(service), name).length > 0)
  const isImported = !ComposeCall.isTrue(line.tokens, "no-cache")
  const built = all.filter((service) => !hasOwn(service)).map((service) => {
    const build = buildOf(service)
    return {
      service: service.name,
      build,
      key: keyOf(service, directory, { settings, invocation }),
      traits: BuildOrigin.traitsOfService(build, line.tokens, { settings, invocation }),
      imports: isImported && JsonObject.field(build, "no_cache") !== true
    }
  })
  return { built, own: all.filter(hasOwn) }
})

const buildOf = (service: ComposeModel.Part): unknown => JsonObject.field(service.fields, "build")

const keyOf = (
  { fields, name }: ComposeModel.Part,
  directory: string,
  { invocation, settings }: Omit<Situation, "facts">
): CacheKey => {
  const image = ImageName.parse(JsonObject.text(fields, "image") ?? "")
  const build = JsonObject.field(fields, "build")
  const platforms = JsonObject.texts(build, "platforms")
  const platform = JsonObject.text(fields, "platform") ?? invocation.env["DOCKER_DEFAULT_PLATFORM"] ?? ""
  return {
    subject: image === undefined
      ? { _tag: "Service", directory: SessionPath.print(directory, settings), service: name }
      : { _tag: "Image", path: image.path, tag: image.tag },
    target: JsonObject.text(build, "target"),
    platforms: platforms.length > 0 ? platforms : platform === "" ? [] : [platform]
  }
}

/**
 * Whether the call may run a second time if a build in it failed: only if it started nothing before that, and asks the user
 * nothing.
 */
const canRunAgain = ({ line }: ComposeCall.ComposeCall): boolean => {
  if (line.command._tag !== "ComposeCommand") return false
  const { name } = line.command
  return name === "build" || name === "create"
    || (name === "up" && ["detach", "no-start", "wait"].some((flag) => ComposeCall.isTrue(line.tokens, flag)))
}

/** Whether the call builds all services that it may build, not only those that have no image yet. */
const isBuilt = ({ line }: ComposeCall.ComposeCall): boolean =>
  line.command._tag === "ComposeCommand"
  && (line.command.name === "build" || ComposeCall.isTrue(line.tokens, "build"))

const leave = (service: string, why: string): LeftAlone => ({ what: `services.${service}.build`, value: "", why })
