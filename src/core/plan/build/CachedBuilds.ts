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
 * `origin`, `inputs` and `mounts` are the steps of planning that find out which build it is, what it is made from, and which of
 * its steps need others to have run. Each is taken only if it is needed. `imports`: the user did not say `--no-cache`.
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
 * `globals` are docker's global flags, `env` are the plan's changes to the environment so far. `canRunAgain`: the command may
 * run a second time if a build in it failed. `isBuilt`: it builds even if there is an image already. `refreshes`: what can run
 * again although it is cached, single stages or only the whole build. `meanwhile` are steps that do not depend on the cache: they
 * ask along with the builds, so that the command, with all its builds, is planned once less.
 */
export interface Command {
  readonly builder: Planning.Planning<Builder>
  readonly globals: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly canRunAgain: boolean
  readonly isBuilt: boolean
  readonly refreshes: "stages" | "build"
  readonly meanwhile?: () => Planning.Planning<unknown>
}

/** The cache of one build, and which of its steps run although they are cached. */
export interface CachedBuild {
  readonly key: string
  readonly wanted: Wanted
  /** What the shim knows about it in a registry, if the store is one. */
  readonly registered: RegistryEntry | undefined
  readonly cache: CacheAttributes
  readonly refresh: StepRefresh.StepRefresh
}

/** The builds with their cache, in order; or why none gets any. */
export type Outcome =
  | { readonly _tag: "Cached"; readonly store: CacheStore.Store; readonly builds: ReadonlyArray<CachedBuild> }
  | { readonly _tag: "Uncached"; readonly why: string }

/** The reason why no build shares its cache, if the user switched that off; `undefined` if it is on. */
export const offWhy = ({ cache }: Settings): string | undefined =>
  cache.use === "off" ? "the cache is off (DOCKER_SHIM_CACHE=off)" : undefined

/** The reason why builds by the legacy builder share no cache; `undefined` if BuildKit builds. */
export const legacyWhy = (env: Env): string | undefined =>
  Argv.parseBoolean(env["DOCKER_BUILDKIT"] ?? "1") === false
    ? "DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share"
    : undefined

/** Leaves builds without a cache, with a notice: the user counts on it. */
export const leaveOut = (why: string): Planning.Planning<Outcome> =>
  Planning.of({ _tag: "Uncached", why }, { notices: [CacheText.notShared(why)] })

/** Gives the builds their cache, if there is a store, and if their builder can use it. */
export const share = (
  builds: ReadonlyArray<Build>,
  command: Command,
  situation: Situation
): Planning.Planning<Outcome> =>
  Planning.run(function*() {
    const { invocation, settings: { cache } } = situation
    const all = Planning.all(builds.map(({ origin }) => origin))
    const origins = yield* command.meanwhile === undefined ? all : Planning.along(all, command.meanwhile)
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
