/**
 * Gives the builds of one command the shared cache: `docker build` does one, `compose build` one for each service.
 */
import * as Argv from "../../argv/Argv.ts"
import type { Builder } from "../../builder/Builder.ts"
import type { Wanted } from "../../cache/CacheDirectory.ts"
import * as CacheKey from "../../cache/CacheKey.ts"
import type { RegistryEntry } from "../../cache/RegistryEntry.ts"
import type { Env } from "../../Invocation.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as MountDependence from "../../syntax/dockerfile/MountDependence.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import type { BuildOrigin } from "./BuildOrigin.ts"
import type { CacheAttributes } from "./CacheRequest.ts"
import * as CacheShare from "./CacheShare.ts"
import * as CacheStore from "./CacheStore.ts"
import * as CacheText from "./CacheText.ts"
import * as RegistrySource from "./RegistrySource.ts"
import * as StepRefresh from "./StepRefresh.ts"

/**
 * A build that is to share its cache, under `key`.
 *
 * **Details**
 *
 * `origin`, `inputs` and `mounts` are how to find out which build it is, what it is made from, and which of its steps need
 * others to have run; each is asked only where it is needed. `imports`: the user did not say `--no-cache`.
 */
export interface Build {
  readonly key: CacheKey.CacheKey
  readonly origin: Planning.Planning<BuildOrigin>
  readonly inputs: () => Planning.Planning<string | undefined>
  readonly mounts: () => Planning.Planning<MountDependence.MountDependence>
  readonly imports: boolean
}

/**
 * What the builds of one command have in common.
 *
 * **Details**
 *
 * `globals` are docker's global flags, `env` is what the plan changes in the environment already. `canRunAgain`: the command may
 * be run a second time when a build in it failed. `isBuilt`: it builds whatever is there already. `refreshes`: what can be told to
 * run again although it is cached, single stages or the whole build.
 */
export interface Command {
  readonly builder: Planning.Planning<Builder>
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly canRunAgain: boolean
  readonly isBuilt: boolean
  readonly refreshes: "stages" | "build"
}

/** What one of the builds is given, and which of its steps run although they are cached. */
export interface CachedBuild {
  readonly key: string
  readonly wanted: Wanted
  /** What is known of it in a registry, if the store is one. */
  readonly registered: RegistryEntry | undefined
  readonly cache: CacheAttributes
  readonly refresh: StepRefresh.StepRefresh
}

/** The builds with their cache, in order; or why none gets any. */
export type Outcome =
  | { readonly _tag: "Cached"; readonly store: CacheStore.Store; readonly builds: ReadonlyArray<CachedBuild> }
  | { readonly _tag: "Uncached"; readonly why: string }

/** Why no build shares its cache where the user switched that off; `undefined` where it is on. */
export const offWhy = ({ cache }: Settings): string | undefined =>
  cache.use === "off" ? "the cache is off (DOCKER_SHIM_CACHE=off)" : undefined

/** Why builds by the legacy builder share no cache; `undefined` where BuildKit builds. */
export const legacyWhy = (env: Env): string | undefined =>
  Argv.parseBoolean(env["DOCKER_BUILDKIT"] ?? "1") === false
    ? "DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share"
    : undefined

/** Builds without a cache, which the user is told of: they count on it. */
export const leaveOut = (why: string): Planning.Planning<Outcome> =>
  Planning.of({ _tag: "Uncached", why }, { notices: [CacheText.notShared(why)] })

/** Gives the builds their cache, where there is a place for it and their builder can. */
export const share = (
  builds: ReadonlyArray<Build>,
  command: Command,
  situation: Situation
): Planning.Planning<Outcome> =>
  Planning.run(function*() {
    const { invocation, settings: { cache } } = situation
    const origins = yield* Planning.all(builds.map(({ origin }) => origin))
    const wanted = builds.flatMap(({ key }, at) => origins.slice(at, at + 1).map((origin) => ({ key, ...origin })))
    const store = yield* CacheStore.open(wanted, situation)
    if (store._tag === "Unusable") return yield* leaveOut(store.why)
    const builder = yield* command.builder
    if (builder._tag === "Shared") return { _tag: "Uncached", why: builder.why }
    if (builder._tag !== "Exporting") return yield* leaveOut(builder.why)

    const endpoint = StepRefresh.endpointOf(invocation.env, command.env)
    const remembers = CacheStore.remembersInputs(store, cache)
    const known = yield* Planning.each(wanted.map((one, at) => ({ one, build: builds[at] })), ({ build, one }) =>
      Planning.both(
        build !== undefined && remembers ? build.inputs() : Planning.of(undefined),
        build?.imports === true && CacheStore.mayImport(store, one) ? build.mounts() : Planning.of(MountDependence.none)
      ))
    const refreshes = yield* Planning.each(known, ([, mounts]) =>
      StepRefresh.find(mounts, endpoint, situation))
    const builtFrom = wanted.map((one, at) => {
      const [inputs, mounts] = known[at] ?? [undefined, MountDependence.unknown]
      const refresh = refreshes[at] ?? StepRefresh.none(endpoint)
      const isWhole = command.refreshes === "stages" ? refresh.isAll : StepRefresh.isNeeded(refresh)
      return { wanted: one, inputs, mounts, refresh, imports: builds[at]?.imports === true && !isWhole }
    })
    const registered = yield* RegistrySource.find(
      store,
      builtFrom.map((one) => ({ ...one, imports: one.imports && one.mounts._tag === "None" })),
      { globals: command.globals, env: command.env },
      situation
    )
    const requests = builtFrom.map((one, at) => ({ ...one, registered: registered[at] }))
    const given = yield* CacheShare.share(requests, cache, store, command)
    const shared = given.flatMap((attributes, at) =>
      requests.slice(at, at + 1).map((request) => ({ ...request, cache: attributes }))
    )
    yield* StepRefresh.around(
      shared.map((one) => ({ ...one, isImported: one.cache.from !== undefined })),
      command.canRunAgain
    )
    return {
      _tag: "Cached",
      store,
      builds: shared.map(({ cache: attributes, refresh, registered: entry, wanted: one }) => ({
        key: CacheKey.print(one.key),
        wanted: one,
        registered: entry,
        cache: attributes,
        refresh
      }))
    }
  })
