/**
 * Gives a build the shared cache: what it imports, what it exports, and what is done before and after.
 */
import * as Argv from "../../argv/Argv.ts"
import * as Endpoint from "../../argv/Endpoint.ts"
import type { Builder } from "../../builder/Builder.ts"
import type { Wanted } from "../../cache/CacheDirectory.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import * as CacheReference from "../../cache/CacheReference.ts"
import * as MountDependence from "../../dockerfile/MountDependence.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import type { CacheSettings, Settings } from "../../Settings.ts"
import * as Revision from "../Revision.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import * as BuildInputs from "./BuildInputs.ts"
import * as BuildMounts from "./BuildMounts.ts"
import * as BuildOrigin from "./BuildOrigin.ts"
import * as BuildSubject from "./BuildSubject.ts"
import * as CacheShare from "./CacheShare.ts"
import * as RegistryReport from "./RegistryReport.ts"
import * as StepRefresh from "./StepRefresh.ts"
import * as UserDecision from "./UserDecision.ts"

/**
 * A build as the command line names it.
 *
 * **Details**
 *
 * - `through`: `docker` where docker itself forwards the build to buildx (`docker build`), `buildx` for
 *   `docker buildx build`.
 * - `globals`: docker's global flags, for asking about the builder; `endpoint`: what they say of the endpoint.
 * - `builder`: the builder named between `buildx` and `build`.
 * - `tokens`: the words behind the command.
 *
 * @category models
 * @since 0.1.0
 */
export interface Build {
  readonly through: "docker" | "buildx"
  readonly globals: ReadonlyArray<string>
  readonly endpoint: Endpoint.EndpointFlags
  readonly builder: string | undefined
  readonly tokens: ReadonlyArray<Argv.Token>
}

/**
 * Options of a build with the shared cache; the same build where there is nothing to share.
 *
 * **Details**
 *
 * Silent where the user decided: cache switched off, own `--cache-from` or `--cache-to`, or a build that only prints
 * (`--check`, `--call`, `--print`, `--help`). A notice where the user counts on the cache and does not get it.
 * `--no-cache` leaves the export. `env` is what the plan changes in the environment already.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  build: Build,
  settings: Settings,
  invocation: Invocation,
  env: Readonly<Record<string, string | null>>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const { tokens } = build
  const key = BuildSubject.keyOf(tokens, invocation)
  const decided = settings.cache.use === "off" ? "the cache is off (DOCKER_SHIM_CACHE=off)" : UserDecision.of(tokens)
  if (decided !== undefined) return leftAlone(tokens, decided)
  if (key === undefined) return leftAlone(tokens, "it names no context, or a tag that docker refuses")
  if (Argv.unknownFlag(tokens) !== undefined) return leftAlone(tokens, "a flag of it is not understood")
  if (build.through === "docker" && Argv.parseBoolean(invocation.env["DOCKER_BUILDKIT"] ?? "1") === false) {
    return leftOut(tokens, "DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share")
  }
  const daemon = SessionDaemon.ask(build.endpoint, settings, invocation, facts)
  if (daemon._tag === "Open") return Revision.of(tokens, { questions: [daemon.question] })
  if (daemon.answer._tag === "Another") return leftOut(tokens, daemon.answer.why)
  return share(key, build, settings, invocation, env, facts)
}

/** The options of a build of a key that is to share its cache, where there is a place for it and its builder can. */
const share = (
  key: CacheKey.CacheKey,
  build: Build,
  settings: Settings,
  invocation: Invocation,
  env: Readonly<Record<string, string | null>>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const { tokens } = build
  const asked = BuildOrigin.ask(BuildOrigin.ofWords(tokens, settings, invocation), facts)
  if (asked._tag === "Open") return Revision.of(tokens, { questions: [asked.question] })
  const { origin } = asked.answer
  const store = CacheShare.open(settings.cache, [{ key, ...asked.answer }], facts)
  if (store._tag === "Open") return Revision.of(tokens, { questions: [store.question] })
  if (store.answer._tag === "Unusable") return leftOut(tokens, store.answer.why)
  const builder = askBuilder(build, invocation, env, facts)
  if (builder._tag === "Open") return Revision.of(tokens, { questions: [builder.question] })
  if (builder.answer._tag === "Shared") return leftAlone(tokens, builder.answer.why)
  if (builder.answer._tag !== "Exporting") return leftOut(tokens, builder.answer.why)
  const sources = CacheShare.remembersInputs(store.answer, settings.cache)
    ? BuildInputs.ofWords(tokens, invocation)
    : undefined
  const inputs = BuildInputs.ask(sources, facts)
  if (inputs._tag === "Open") return Revision.of(tokens, { questions: [inputs.question] })
  const mounts = askMounts(tokens, store.answer, { key, origin }, invocation, facts)
  if (mounts._tag === "Open") return Revision.of(tokens, { questions: [mounts.question] })
  const refresh = StepRefresh.ask(mounts.answer, StepRefresh.endpointOf(invocation.env, env), facts)
  if (refresh._tag === "Open") return Revision.of(tokens, { questions: [refresh.question] })
  const wish = {
    wanted: { key, origin },
    imports: Argv.boolean(tokens, "no-cache") !== true && !refresh.answer.isAll,
    inputs: inputs.answer,
    mounts: mounts.answer
  }
  return inject(tokens, settings.cache, wish, refresh.answer, store.answer, invocation)
}

/** Asked only of a build that may import something. */
const askMounts = (
  tokens: ReadonlyArray<Argv.Token>,
  store: CacheShare.Store,
  wanted: Wanted,
  invocation: Invocation,
  facts: Facts.Facts
): Facts.Asked<MountDependence.MountDependence> =>
  Argv.boolean(tokens, "no-cache") !== true && CacheShare.mayImport(store, wanted)
    ? BuildMounts.ofWords(tokens, invocation, facts)
    : Facts.answered(MountDependence.none)

/**
 * The builder that the build will use.
 *
 * **Details**
 *
 * `--builder`, then `BUILDX_BUILDER`; then for `docker build` the one named after the current context (docker/cli
 * 28.5.2, `cmd/docker/builder.go`), for `docker buildx build` the one selected by `buildx use`.
 */
const askBuilder = (
  build: Build,
  invocation: Invocation,
  env: Readonly<Record<string, string | null>>,
  facts: Facts.Facts
): Facts.Asked<Builder> => {
  const named = [Argv.value(build.tokens, "builder"), build.builder, invocation.env["BUILDX_BUILDER"]]
    .find((one) => one !== undefined && one !== "")
  const ask = (name: string | undefined, through: Build["through"]) =>
    Facts.ask(facts, { _tag: "Builder", through, name, globals: build.globals, endpoint: build.endpoint, env })
  if (build.through === "buildx") return ask(named, "buildx")
  const config = Facts.ask(facts, {
    _tag: "DockerConfig",
    directory: Endpoint.configDirectory(build.endpoint, invocation.env)
  })
  if (config._tag === "Open") return config
  const { builderAlias, currentContext } = config.answer
  if (builderAlias !== undefined && builderAlias !== "buildx") {
    return Facts.answered({ _tag: "Unknown", why: `docker builds with its plugin ${builderAlias}` })
  }
  return ask(
    named ?? Endpoint.contextName(build.endpoint, { ...invocation.env, ...present(env) }, currentContext),
    builderAlias === undefined ? "docker" : "buildx"
  )
}

const present = (env: Readonly<Record<string, string | null>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]))

const inject = (
  tokens: ReadonlyArray<Argv.Token>,
  settings: CacheSettings,
  wish: CacheShare.Wish,
  refresh: StepRefresh.StepRefresh,
  store: CacheShare.Store,
  invocation: Invocation
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const canRunAgain = !BuildSubject.readsStandardInput(tokens)
  const shared = CacheShare.share([wish], settings, store, canRunAgain)
  const refreshed = StepRefresh.revise(
    [{ mounts: wish.mounts, refresh, isImported: shared.value[0]?.from !== undefined }],
    canRunAgain
  )
  const added = shared.value.flatMap(({ from, to }) => [
    ...(from === undefined ? [] : [Argv.option("cache-from", from)]),
    ...(to === undefined ? [] : [Argv.option("cache-to", to)])
  ])
  const confirmed = store._tag === "Registry" && added.some((token) => Argv.has([token], "cache-to"))
    ? RegistryReport.ask(tokens, CacheReference.print(store.prefix, CacheKey.print(wish.wanted.key)), invocation)
    : Revision.of<ReadonlyArray<Argv.Token>>([])
  return {
    ...Revision.after(Revision.after(shared, refreshed), confirmed),
    value: [...added, ...StepRefresh.flags(refresh), ...confirmed.value, ...tokens],
    changes: shared.value.flatMap((given) => CacheShare.changes(given, settings, "--cache-from", "--cache-to")),
    leftAlone: added.length > 0
      ? []
      : leftAlone(tokens, CacheShare.nothingWhy(CacheKey.print(wish.wanted.key), settings, store)).leftAlone
  }
}

const leftOut = (tokens: ReadonlyArray<Argv.Token>, why: string): Revision.Revision<ReadonlyArray<Argv.Token>> => ({
  ...leftAlone(tokens, why),
  notices: [CacheShare.notShared(why)]
})

/** A build that is not changed, without a line: the user decided so, or loses nothing. */
const leftAlone = (tokens: ReadonlyArray<Argv.Token>, why: string): Revision.Revision<ReadonlyArray<Argv.Token>> =>
  Revision.of(tokens, { leftAlone: [{ what: "build", value: "", why }] })
