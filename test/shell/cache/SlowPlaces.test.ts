/**
 * What a slow disk may cost a build: the shim's budgets of time, whatever it does with a cache directory or a Dockerfile, before
 * the build and after it. What is left out is said in one line.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import type * as CacheAction from "../../../src/core/cache/CacheAction.ts"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import type { Ended } from "../../../src/shell/process/Ended.ts"
import { BuildCacheActions } from "../../../src/shell/services/BuildCacheActions.ts"
import { BuilderProbe } from "../../../src/shell/services/BuilderProbe.ts"
import { BuildTime } from "../../../src/shell/services/BuildTime.ts"
import { CommandHelp } from "../../../src/shell/services/CommandHelp.ts"
import { ComposeConfig } from "../../../src/shell/services/ComposeConfig.ts"
import { ComposeVersion } from "../../../src/shell/services/ComposeVersion.ts"
import { EngineInfo } from "../../../src/shell/services/EngineInfo.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { Planner } from "../../../src/shell/services/Planner.ts"
import { RegistryProbe } from "../../../src/shell/services/RegistryProbe.ts"
import * as ReplacedStreams from "../replaced-streams.ts"
import * as SlowFs from "./slow-fs.ts"
import * as Store from "./store.ts"

// the clock is the tests' own, so what the machine keeps this process waiting for is no part of it
vi.mock("../../../src/shell/files/ProcessorQueue.ts", () => ({ waited: () => 0 }))

/** In milliseconds by the clock: the budgets of `BuildTime`. */
const before = 750
const after = 1_000
const cleaning = 250

/** What one call takes. So many are made where the time has just not been over. */
const call = 100
const last = 4

let store: Store.Store
let work: string
let said: ReadonlyArray<string> = []
beforeEach(() => {
  store = Store.make()
  work = path.join(path.dirname(store.directory), "work")
  fs.mkdirSync(work)
  fs.writeFileSync(path.join(work, "Dockerfile"), "FROM scratch\nCOPY file /\n")
  fs.writeFileSync(path.join(work, "file"), "one")
  said = ReplacedStreams.overhear()
})
afterEach(() => {
  SlowFs.end()
  ReplacedStreams.replace(ReplacedStreams.original)
  store.remove()
})

/** Uses the services of one command: what it gave, and how long slow calls took. */
const using = async <A>(
  use: (
    services: { readonly planner: Planner["Type"]; readonly actions: BuildCacheActions["Type"] }
  ) => Effect.Effect<A, unknown>
): Promise<A> =>
  Effect.runPromise(
    Effect.all({ planner: Planner.make, actions: BuildCacheActions.make }).pipe(
      Effect.flatMap(use),
      Effect.provideService(Environment, {
        invocation: {
          argv0: "docker",
          argv: ["build", "-t", "app", "."],
          env: { HOME: path.dirname(store.directory), DOCKER_SHIM_CACHE_DIR: store.directory },
          cwd: work
        },
        shim: "/bin/true"
      }),
      Effect.provideService(BuilderProbe, {
        ask: () => Effect.succeed({ _tag: "Exporting", driver: "docker" }),
        askAgain: () => Effect.die("asked"),
        report: () => Effect.succeed(""),
        triggers: () => Effect.succeed([])
      }),
      Effect.provideService(EngineInfo, { ask: () => Effect.die("asked") }),
      Effect.provideService(CommandHelp, { flags: () => Effect.die("asked") }),
      Effect.provideService(ComposeConfig, {
        ask: () => Effect.die("asked"),
        askStack: () => Effect.die("asked"),
        remember: Effect.void
      }),
      Effect.provideService(ComposeVersion, { ask: () => Effect.die("asked") }),
      Effect.provideService(RegistryProbe, { ask: () => Effect.die("asked"), name: () => Effect.die("asked") }),
      Effect.provideServiceEffect(BuildTime, BuildTime.make)
    )
  )

const plan = () => using(({ planner }) => Effect.map(planner.plan(Facts.none), ({ plan: made }) => made))

/** The options that share the cache. */
const cacheOf = ({ args }: ExecPlan.ExecPlan): ReadonlyArray<string> =>
  args.filter((word) => word.startsWith("--cache-"))

const notices = ({ notices: all }: ExecPlan.ExecPlan): ReadonlyArray<string> => all.map(({ text }) => text)

/** Publishes an entry of as many layers as a large image has, for the build. */
const publish = async (): Promise<void> => {
  await plan()
  store.publish("app", Array.from({ length: 40 }, (_, at) => `layer ${at}`))
}

describe("before a build", () => {
  it("a quick disk costs nothing: the entry is imported, and exported to", async () => {
    await publish()
    const took = SlowFs.begin("call", 1)
    const made = await plan()
    assert.lengthOf(cacheOf(made), 2)
    assert.deepStrictEqual(notices(made), [])
    assert.isBelow(took(), 500)
  })

  it("a Dockerfile that is read slowly costs the cache, in one line", async () => {
    await publish()
    fs.writeFileSync(path.join(work, "Dockerfile"), `FROM scratch\n${"# comment\n".repeat(100_000)}`)
    const took = SlowFs.begin("read", call)
    const made = await plan()
    assert.deepStrictEqual(cacheOf(made), [])
    assert.deepStrictEqual(notices(made), [
      `build cache not shared: ${work}/Dockerfile takes too long; see 'docker-shim doctor'`
    ])
    assert.isAtMost(took(), before + last * call)
  })

  it("documents of a cache that are read slowly cost the import, in one line", async () => {
    await publish()
    const took = SlowFs.begin("read", 250)
    const made = await plan()
    assert.deepStrictEqual(cacheOf(made).filter((one) => one.startsWith("--cache-from")), [])
    assert.lengthOf(notices(made), 1)
    assert.match(notices(made)[0] ?? "", /takes? too long; see 'docker-shim (?:doctor|cache du)'$/)
    assert.isAtMost(took(), before + 250)
  })

  it("a cache that is listed slowly costs the import, in one line", async () => {
    await publish()
    fs.renameSync(CacheLayout.entry(store.directory, "app"), CacheLayout.entry(store.directory, "app:1"))
    for (let at = 0; at < 2_000; at += 1) fs.writeFileSync(path.join(store.directory, `app@${at}`), "")
    const took = SlowFs.begin("directory", call)
    const made = await plan()
    assert.deepStrictEqual(notices(made), [
      `build cache of app not imported: looking through ${store.directory} takes too long; see 'docker-shim cache du'`
    ])
    assert.isAtMost(took(), before + last * call)
  })

  it("a cache in which every call is slow is left out, in one line", async () => {
    await publish()
    const took = SlowFs.begin("call", call)
    const made = await plan()
    assert.deepStrictEqual(cacheOf(made), [])
    assert.lengthOf(notices(made), 1)
    assert.match(notices(made)[0] ?? "", /^build cache not shared: .* takes too long; see 'docker-shim doctor'$/)
    assert.isAtMost(took(), before + last * call)
  })

  it.each([
    ["the lease", "LeaseCacheEntries"],
    ["the view to import from", "OpenCacheImport"],
    ["the view to export into", "PrepareCacheExport"]
  ])("%s is given up in time, and with it the whole cache", async (_, tag) => {
    await publish()
    const made = await plan()
    const actions = made.before.filter((one) => one._tag === tag)
    assert.lengthOf(actions, 1)
    const facts = inspected()
    const took = SlowFs.begin("call", call)
    const known = await using((services) =>
      Effect.scoped(services.actions.before({ ...made, before: actions })).pipe(
        Effect.map((correction) => correction?.(facts))
      )
    )
    const [{ answer } = assert.fail("nothing turned out")] = known === undefined
      ? []
      : Facts.all(known, "CacheDirectory")
    assert.strictEqual(answer._tag, "Unusable")
    assert.match(answer._tag === "Unusable" ? answer.why : "", / takes too long$/)
    assert.deepStrictEqual(said, [])
    assert.isAtMost(took(), before + cleaning + 2 * last * call)
  })
})

/** What is known when a plan is carried out. */
const inspected = (): Facts.Facts => {
  const question = { _tag: "CacheDirectory", directory: store.directory, readDirectories: [], wanted: [] } as const
  return Facts.answer(Facts.none, question, CacheInspection.inspect(question))
}

describe("after a build", () => {
  const succeeded: Ended = { _tag: "Exited", code: 0 }
  const failed: Ended = { _tag: "Exited", code: 7 }
  const conclude = (action: CacheAction.After, ended: Ended) =>
    using(({ actions }) =>
      actions.after({ plan: { ...ExecPlan.passThrough("docker", []), after: [action] }, ended, facts: Facts.none })
    )
  const exported = (): CacheAction.After => ({
    _tag: "PublishCacheExport",
    export: Store.targetOf(store.directory, "app", "run"),
    expectation: { inputs: undefined, origin: "o", isExpected: false }
  })
  const layers = Array.from({ length: 40 }, (_, at) => `layer ${at}`)

  it.each(
    [
      ["read", 600],
      ["call", call]
    ] as const
  )("what is stored slowly is not stored, in one line, and replaces nothing: %s", async (kind, milliseconds) => {
    store.publish("app", ["before"])
    const index = fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8")
    store.exported("app", layers, "run")
    const took = SlowFs.begin(kind, milliseconds)
    await conclude(exported(), succeeded)
    const time = took()
    SlowFs.end()
    assert.lengthOf(said, 1)
    assert.match(
      said[0] ?? "",
      /^docker-shim: build cache not shared: app was not stored: .* takes too long; see 'docker-shim doctor'\n$/
    )
    assert.isAtMost(time, after + (kind === "read" ? 1 : last) * milliseconds)
    assert.strictEqual(fs.readFileSync(CacheLayout.index(store.directory, "app"), "utf8"), index)
    // nothing is left half made
    assert.deepStrictEqual(
      fs.readdirSync(store.directory, { recursive: true, encoding: "utf8" })
        .filter((name) => path.basename(name).startsWith(".unfinished")),
      []
    )
  })

  it("slow listings of what can be tidied are left to collection, and what was built is stored", async () => {
    store.publish("app", ["before"])
    for (let at = 0; at < 2_000; at += 1) {
      fs.mkdirSync(path.join(CacheLayout.leases(store.directory), `${at}`), { recursive: true })
    }
    store.exported("app", layers, "run")
    const took = SlowFs.begin("directory", call)
    await conclude(exported(), succeeded)
    assert.deepStrictEqual(said, [])
    assert.isAtMost(took(), after + last * call)
    SlowFs.end()
    assert.deepInclude(CacheInspection.entry(store.directory, "app"), { origin: "o" })
  })

  it.each(
    [
      ["read", 600],
      ["call", call]
    ] as const
  )("an entry that is checked slowly is checked in the background, in one line: %s", async (kind, milliseconds) => {
    store.publish("app", layers)
    const took = SlowFs.begin(kind, milliseconds)
    const heal: CacheAction.After = {
      _tag: "HealCacheEntries",
      directory: store.directory,
      access: "own",
      keys: ["app"],
      canRunAgain: true
    }
    assert.isUndefined(await conclude(heal, failed))
    assert.lengthOf(said, 1)
    assert.match(said[0] ?? "", /^docker-shim: build cache entry app is too large to be checked now; /)
    assert.isAtMost(took(), after + (kind === "read" ? 1 : last) * milliseconds)
    SlowFs.end()
    assert.strictEqual(CacheInspection.entry(store.directory, "app")._tag, "Sound")
  })

  it("a collection that begins slowly begins another time", async () => {
    store.publish("app", layers)
    const took = SlowFs.begin("call", call)
    const limits = { maxSize: 0, maxAge: 0 }
    await conclude({ _tag: "CollectCache", directory: store.directory, limits }, succeeded)
    assert.deepStrictEqual(said, [])
    assert.isAtMost(took(), after + last * call)
  })

  it("a lease that ends slowly ends when it is stale", async () => {
    const action: CacheAction.Before = {
      _tag: "LeaseCacheEntries",
      directory: store.directory,
      id: "run",
      keys: ["app"]
    }
    let took = () => 0
    await using(({ actions }) =>
      Effect.scoped(
        Effect.zipRight(
          actions.before({ ...ExecPlan.passThrough("docker", []), before: [action] }),
          Effect.sync(() => {
            took = SlowFs.begin("call", 3 * call)
          })
        )
      )
    )
    assert.isAtMost(took(), cleaning + 3 * last * call)
    SlowFs.end()
    assert.lengthOf(CacheLease.list(store.directory), 1)
  })
})
