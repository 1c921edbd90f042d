/**
 * Gives each service that is built its entry of the shared cache.
 */
import * as Argv from "../../argv/Argv.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as MountDependence from "../../dockerfile/MountDependence.ts"
import type { LeftAlone } from "../../ExecPlan.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import type { Settings } from "../../Settings.ts"
import * as ImageName from "../../syntax/ImageName.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as BuildInputs from "../build/BuildInputs.ts"
import * as BuildMounts from "../build/BuildMounts.ts"
import * as BuildOrigin from "../build/BuildOrigin.ts"
import * as CacheShare from "../build/CacheShare.ts"
import * as SessionPath from "../build/SessionPath.ts"
import * as StepRefresh from "../build/StepRefresh.ts"
import * as Revision from "../Revision.ts"
import * as Routing from "../Routing.ts"

/**
 * What one service is given.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceCache {
  readonly service: string
  readonly given: CacheShare.Given
  /** Whether all its steps run, because imported ones left nothing in the cache mounts of this session. */
  readonly isRefreshed: boolean
}

/** What is known of the project when its services are given their cache. */
export interface Project {
  readonly model: ComposeModel.ComposeModel
  /** The project's directory, absolute. */
  readonly directory: string
}

/**
 * The services that this call may build, each with its part of the cache.
 *
 * **Details**
 *
 * Left alone are services with cache settings of their own. Two services that do the same build import the same entry; only
 * the first exports it. Compose builds with the builder that `buildx` would use: `--builder`,
 * `BUILDX_BUILDER`, else the one selected by `buildx use` (docker/compose 2.40.3, `pkg/compose/build.go`).
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  call: ComposeCall.ComposeCall,
  project: Project,
  settings: Settings,
  invocation: Invocation,
  env: Readonly<Record<string, string | null>>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<ServiceCache>> => {
  const { built, own } = builtServices(call, project.model)
  const leftAlone = own.map(({ name }) => leave(name, "it has its own cache_from or cache_to"))
  const revised = reviseBuilt(built, call, project, settings, invocation, env, facts)
  return { ...revised, leftAlone: [...leftAlone, ...revised.leftAlone] }
}

/** The services that have no cache settings of their own. */
const reviseBuilt = (
  built: ReadonlyArray<ComposeModel.Part>,
  call: ComposeCall.ComposeCall,
  project: Project,
  settings: Settings,
  invocation: Invocation,
  env: Readonly<Record<string, string | null>>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<ServiceCache>> => {
  const leaveAll = (why: string): Revision.Revision<ReadonlyArray<ServiceCache>> =>
    Revision.of([], { leftAlone: built.map(({ name }) => leave(name, why)) })
  const leftOut = (why: string): Revision.Revision<ReadonlyArray<ServiceCache>> => ({
    ...leaveAll(why),
    notices: [CacheShare.notShared(why)]
  })
  if (built.length === 0) return Revision.of([])
  if (settings.cache.use === "off") return leaveAll("the cache is off (DOCKER_SHIM_CACHE=off)")
  if (Argv.parseBoolean(invocation.env["DOCKER_BUILDKIT"] ?? "1") === false) {
    return leftOut("DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share")
  }
  const origins = built.map((service) =>
    BuildOrigin.ask(BuildOrigin.ofService(buildOf(service), call.line.tokens, settings, invocation), facts)
  )
  const open = origins.flatMap((one) => one._tag === "Open" ? [one.question] : [])
  if (open.length > 0) return Revision.of([], { questions: open })
  const wanted = built.flatMap((service, at) =>
    origins.slice(at, at + 1).flatMap((one) =>
      one._tag === "Open" ? [] : [{ key: keyOf(service, project.directory, settings, invocation), ...one.answer }]
    )
  )
  const store = CacheShare.open(settings.cache, wanted, facts)
  if (store._tag === "Open") return Revision.of([], { questions: [store.question] })
  if (store.answer._tag === "Unusable") return leftOut(store.answer.why)
  const builder = Facts.ask(facts, {
    _tag: "Builder",
    through: "buildx",
    name: [Argv.value(call.line.tokens, "builder"), invocation.env["BUILDX_BUILDER"]].find((name) =>
      (name ?? "") !== ""
    ),
    globals: ComposeCall.dockerFlags(call),
    endpoint: Routing.endpointOf(call.form === "standalone" ? call.line.group : call.line.globals),
    env
  })
  if (builder._tag === "Open") return Revision.of([], { questions: [builder.question] })
  if (builder.answer._tag === "Shared") return leaveAll(builder.answer.why)
  if (builder.answer._tag !== "Exporting") return leftOut(builder.answer.why)

  const inputs = CacheShare.remembersInputs(store.answer, settings.cache)
    ? built.map((service) =>
      BuildInputs.ask(BuildInputs.ofService(buildOf(service), call.line.tokens, invocation), facts)
    )
    : []
  const imports = built.map((service) => imported(call, service))
  const opened = store.answer
  const mounts = built.map((service, at) =>
    imports[at] === true && wanted.slice(at, at + 1).some((one) => CacheShare.mayImport(opened, one))
      ? BuildMounts.ofService(buildOf(service), call.line.tokens, facts)
      : Facts.answered(MountDependence.none)
  )
  const questions = [...inputs, ...mounts].flatMap((one) => one._tag === "Open" ? [one.question] : [])
  if (questions.length > 0) return Revision.of([], { questions })

  const endpoint = StepRefresh.endpointOf(invocation.env, env)
  const refreshes = mounts.map((one) =>
    one._tag === "Answered" ? StepRefresh.ask(one.answer, endpoint, facts) : Facts.answered(StepRefresh.none(endpoint))
  )
  const [refreshQuestion] = refreshes.flatMap((one) => one._tag === "Open" ? [one.question] : [])
  if (refreshQuestion !== undefined) return Revision.of([], { questions: [refreshQuestion] })
  const refreshOf = (at: number): StepRefresh.StepRefresh => {
    const refresh = refreshes[at]
    return refresh?._tag === "Answered" ? refresh.answer : StepRefresh.none(endpoint)
  }
  const wishes = wanted.map((one, at) => ({
    wanted: one,
    imports: imports[at] === true && !StepRefresh.isNeeded(refreshOf(at)),
    inputs: inputs[at]?._tag === "Answered" ? inputs[at].answer : undefined,
    mounts: mounts[at]?._tag === "Answered" ? mounts[at].answer : MountDependence.unknown
  }))
  const shared = CacheShare.share(wishes, settings.cache, store.answer, canRunAgain(call))
  const refreshed = StepRefresh.revise(
    wishes.map((wish, at) => ({
      mounts: wish.mounts,
      refresh: refreshOf(at),
      isImported: shared.value[at]?.from !== undefined
    })),
    canRunAgain(call)
  )
  const keyNames = wanted.map(({ key }) => CacheKey.print(key))
  const parts = built.map(({ name }, at) => ({
    name,
    key: keyNames[at] ?? "",
    given: shared.value[at] ?? CacheShare.nothing,
    isRefreshed: StepRefresh.isNeeded(refreshOf(at))
  }))
  return {
    ...Revision.after(shared, refreshed),
    value: parts.map(({ given, isRefreshed, name }) => ({ service: name, given, isRefreshed })),
    leftAlone: parts.flatMap(({ given, key, name }) =>
      given.from === undefined && given.to === undefined
        ? [leave(name, CacheShare.nothingWhy(key, settings.cache, opened))]
        : []
    ),
    changes: parts.flatMap(({ given, name }) =>
      CacheShare.changes(
        given,
        settings.cache,
        `services.${name}.build.cache_from`,
        `services.${name}.build.cache_to`
      )
    )
  }
}

/**
 * Whether a call may build with a cache: FACTS C. Compose v1 takes no `cache_to`, and runs `docker build`: with the shim
 * in front of docker that build shares the cache by itself.
 *
 * @category predicates
 * @since 0.1.0
 */
export const mayBuild = ({ isV1, line }: ComposeCall.ComposeCall): boolean =>
  !isV1
  && line.command._tag === "ComposeCommand"
  && ["build", "up", "create", "run", "watch"].includes(line.command.name)
  && !ComposeCall.isTrue(line.tokens, "no-build")
  && !ComposeCall.isDryRun(line)

/** The services that the call may build: those to give a cache to, and those that have their `own`. */
const builtServices = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel
): { readonly built: ReadonlyArray<ComposeModel.Part>; readonly own: ReadonlyArray<ComposeModel.Part> } => {
  if (!mayBuild(call)) return { built: [], own: [] }
  const { line } = call
  const named = ComposeCall.services(call)
  const alone = line.command._tag === "ComposeCommand" && line.command.name === "build" && named.length > 0
    && !ComposeCall.isTrue(line.tokens, "with-dependencies")
  const names = alone ? new Set(named) : ComposeModel.withDependencies(model, named)
  const all = model.services.filter((service) =>
    names.has(service.name) && JsonObject.entries(buildOf(service)).length > 0
  )
  const hasOwn = (service: ComposeModel.Part): boolean =>
    ["cache_from", "cache_to"].some((name) => JsonObject.list(buildOf(service), name).length > 0)
  return { built: all.filter((service) => !hasOwn(service)), own: all.filter(hasOwn) }
}

const imported = ({ line }: ComposeCall.ComposeCall, service: ComposeModel.Part): boolean =>
  !ComposeCall.isTrue(line.tokens, "no-cache") && JsonObject.field(buildOf(service), "no_cache") !== true

const buildOf = (service: ComposeModel.Part): unknown => JsonObject.field(service.fields, "build")

const keyOf = (
  { fields, name }: ComposeModel.Part,
  directory: string,
  settings: Settings,
  invocation: Invocation
): CacheKey.CacheKey => {
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
 * Whether the call may be run a second time when a build in it failed: where nothing was started before that, and nobody
 * is asked.
 */
const canRunAgain = ({ line }: ComposeCall.ComposeCall): boolean => {
  if (line.command._tag !== "ComposeCommand") return false
  const { name } = line.command
  return name === "build" || name === "create"
    || (name === "up" && ["detach", "no-start", "wait"].some((flag) => ComposeCall.isTrue(line.tokens, flag)))
}

const leave = (service: string, why: string): LeftAlone => ({ what: `services.${service}.build`, value: "", why })
