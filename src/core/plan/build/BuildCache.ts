/**
 * Gives `docker build` the shared cache: what it imports, what it exports, and what is done before and after.
 */
import * as Argv from "../../argv/Argv.ts"
import * as Endpoint from "../../argv/Endpoint.ts"
import type { Builder } from "../../builder/Builder.ts"
import type { CacheKey } from "../../cache/CacheKey.ts"
import * as CacheReference from "../../cache/CacheReference.ts"
import * as Planning from "../Planning.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import type { Situation } from "../Situation.ts"
import * as BuildInputs from "./BuildInputs.ts"
import * as BuildMounts from "./BuildMounts.ts"
import * as BuildOrigin from "./BuildOrigin.ts"
import * as BuildSubject from "./BuildSubject.ts"
import * as CachedBuilds from "./CachedBuilds.ts"
import * as CacheText from "./CacheText.ts"
import * as RegistryReport from "./RegistryReport.ts"
import * as StepRefresh from "./StepRefresh.ts"
import * as UserDecision from "./UserDecision.ts"

/**
 * A build as the command line names it.
 *
 * **Details**
 *
 * - `through`: `docker` where docker itself forwards the build to buildx (`docker build`), `buildx` for `docker buildx build`.
 * - `globals`: docker's global flags, for asking about the builder; `endpoint`: the endpoint that they choose.
 * - `builder`: the builder named between `buildx` and `build`.
 * - `tokens`: the words behind the command.
 * - `env`: the plan's changes to the environment so far.
 */
export interface Build {
  readonly through: "docker" | "buildx"
  readonly globals: ReadonlyArray<string>
  readonly endpoint: Endpoint.EndpointFlags
  readonly builder: string | undefined
  readonly tokens: ReadonlyArray<Argv.Token>
  readonly env: Readonly<Record<string, string | null>>
}

/**
 * The words of a build with the options for the shared cache, or unchanged if there is nothing to share.
 *
 * **Details**
 *
 * Silent if the user decided: cache switched off, own `--cache-from` or `--cache-to`, or a build that only prints (`--check`,
 * `--call`, `--print`, `--help`). Adds a notice if the user counts on the cache and does not get it. `--no-cache` leaves the
 * export.
 */
export const share = (build: Build, situation: Situation): Planning.Planning<ReadonlyArray<Argv.Token>> =>
  Planning.run(function*() {
    const { tokens } = build
    const key = BuildSubject.keyOf(tokens, situation.invocation)
    const decided = CachedBuilds.offWhy(situation.settings) ?? UserDecision.read(tokens)
    if (decided !== undefined) return yield* leave(tokens, decided)
    if (key === undefined) return yield* leave(tokens, "it names no context, or a tag that docker refuses")
    if (Argv.unknownFlag(tokens) !== undefined) return yield* leave(tokens, "a flag of it is not understood")
    const outcome = yield* cached(key, build, situation)
    return yield* outcome._tag === "Uncached"
      ? leave(tokens, outcome.why)
      : withOptions(tokens, outcome, situation)
  })

/** A build that is not changed. */
const leave = (tokens: ReadonlyArray<Argv.Token>, why: string): Planning.Planning<ReadonlyArray<Argv.Token>> =>
  Planning.of(tokens, { leftAlone: [{ what: "build", value: "", why }] })

/** The cache of the build on this session's daemon, by BuildKit. */
const cached = (key: CacheKey, build: Build, situation: Situation): Planning.Planning<CachedBuilds.Outcome> =>
  Planning.run(function*() {
    const { endpoint, env, through, tokens } = build
    const legacy = through === "docker" ? CachedBuilds.legacyWhy(situation.invocation.env) : undefined
    if (legacy !== undefined) return yield* CachedBuilds.leaveOut(legacy)
    const daemon = yield* SessionDaemon.find(endpoint, situation)
    if (daemon._tag === "Another") return yield* CachedBuilds.leaveOut(daemon.why)
    return yield* CachedBuilds.share(
      [{
        key,
        origin: BuildOrigin.ofCommandLine(tokens, situation),
        inputs: () => BuildInputs.ofCommandLine(tokens, situation),
        mounts: () => BuildMounts.ofCommandLine(tokens, situation),
        imports: Argv.boolean(tokens, "no-cache") !== true
      }],
      {
        builder: builderOf(build, situation),
        globals: build.globals,
        env,
        canRunAgain: !BuildSubject.readsStandardInput(tokens),
        isBuilt: true,
        refreshes: "stages"
      },
      situation
    )
  })

/**
 * The builder that the build will use.
 *
 * **Details**
 *
 * `--builder`, then `BUILDX_BUILDER`; then for `docker build` the one named after the current context (docker/cli
 * 28.5.2, `cmd/docker/builder.go`), for `docker buildx build` the one selected by `buildx use`.
 */
const builderOf = (build: Build, situation: Situation): Planning.Planning<Builder> =>
  Planning.run(function*() {
    const { endpoint, env, globals } = build
    const own = situation.invocation.env
    const named = [Argv.value(build.tokens, "builder"), build.builder, own["BUILDX_BUILDER"]]
      .find((one) => one !== undefined && one !== "")
    const ask = (name: string | undefined, through: Build["through"]) =>
      Planning.ask(situation, { _tag: "Builder", through, name, globals, endpoint, env })
    if (build.through === "buildx") return yield* ask(named, "buildx")
    const directory = Endpoint.configDirectory(endpoint, own)
    const { builderAlias, currentContext } = yield* Planning.ask(situation, { _tag: "DockerConfig", directory })
    if (builderAlias !== undefined && builderAlias !== "buildx") {
      return { _tag: "Unknown", why: `docker builds with its plugin ${builderAlias}` }
    }
    const name = named ?? Endpoint.contextName(endpoint, { ...own, ...present(env) }, currentContext)
    return yield* ask(name, builderAlias === undefined ? "docker" : "buildx")
  })

const present = (env: Readonly<Record<string, string | null>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]))

/** The options with those of the cache in front. */
const withOptions = (
  tokens: ReadonlyArray<Argv.Token>,
  { builds, store }: Extract<CachedBuilds.Outcome, { readonly _tag: "Cached" }>,
  { invocation, settings }: Situation
): Planning.Planning<ReadonlyArray<Argv.Token>> =>
  Planning.run(function*() {
    const added = builds.flatMap(({ cache: { from, to } }) => [
      ...(from === undefined ? [] : [Argv.option("cache-from", from)]),
      ...to.map((one) => Argv.option("cache-to", one))
    ])
    const reports: Array<Argv.Token> = []
    for (const { cache, key, registered, wanted } of builds) {
      yield* Planning.gain({ changes: CacheText.changes(cache, settings.cache, "--cache-from", "--cache-to") })
      if (added.length === 0) yield* leave(tokens, CacheText.nothingWhy(key, settings.cache, store))
      const notice = CacheText.notAsked(store, registered)
      if (store._tag === "Registry" && cache.to.length > 0) {
        const { own } = CacheReference.of(store.prefix, wanted)
        reports.push(...(yield* RegistryReport.request(tokens, own, notice?.text, invocation)))
      } else if (notice !== undefined) {
        yield* Planning.gain({ notices: [notice] })
      }
    }
    return [...added, ...builds.flatMap(({ refresh }) => StepRefresh.flags(refresh)), ...reports, ...tokens]
  })
