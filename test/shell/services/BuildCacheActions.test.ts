import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import type * as CacheAction from "../../../src/core/cache/CacheAction.ts"
import type { RegistryEntry } from "../../../src/core/cache/RegistryEntry.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import type { Ended } from "../../../src/shell/process/Ended.ts"
import { BuildCacheActions } from "../../../src/shell/services/BuildCacheActions.ts"
import { BuilderProbe } from "../../../src/shell/services/BuilderProbe.ts"
import { BuildTime } from "../../../src/shell/services/BuildTime.ts"
import { EngineInfo } from "../../../src/shell/services/EngineInfo.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { RegistryProbe } from "../../../src/shell/services/RegistryProbe.ts"
import * as Store from "../cache/store.ts"
import * as ReplacedStreams from "../replaced-streams.ts"
import { builder } from "./builder-question.ts"

let store: Store.Store
let said: ReadonlyArray<string> = []
let asked: Array<string> = []
let named: RegistryEntry = { _tag: "None" }
beforeEach(() => {
  store = Store.make()
  asked = []
  named = { _tag: "None" }
  said = ReplacedStreams.overhear()
})
afterEach(() => {
  ReplacedStreams.replace(ReplacedStreams.original)
  store.remove()
})

const facts = Facts.answer(Facts.none, builder, { _tag: "Exporting", driver: "docker" })

/** Carries out what a plan has around a program; what turned out. */
const using = <A>(use: (actions: BuildCacheActions["Type"]) => Effect.Effect<A>): Promise<A> =>
  Effect.runPromise(
    Effect.flatMap(BuildCacheActions.make, use).pipe(
      Effect.provideService(Environment, {
        invocation: {
          argv0: "docker",
          argv: [],
          env: { HOME: path.dirname(store.directory), DOCKER_HOST: "unix:///run/d.sock" },
          cwd: "/"
        },
        shim: "/bin/true"
      }),
      Effect.provideService(EngineInfo, {
        ask: (socket) =>
          Effect.sync(() => {
            asked.push(socket)
            return { _tag: "Answered", info: [{}] }
          })
      }),
      Effect.provideService(BuilderProbe, {
        ask: () => Effect.die("asked"),
        askAgain: () =>
          Effect.sync(() => {
            asked.push("builder")
            return { _tag: "ImportOnly", why: "no store" }
          }),
        report: () => Effect.succeed(""),
        triggers: () => Effect.succeed([])
      }),
      Effect.provideService(RegistryProbe, {
        ask: () => Effect.die("asked"),
        name: ({ entries }) =>
          Effect.sync(() => {
            asked.push(...entries.map(({ names, reference }) => `${reference} ${names.join(" ")}`))
            return entries.map(() => named)
          })
      }),
      Effect.provideServiceEffect(BuildTime, BuildTime.make)
    )
  )
const after = (actions: ReadonlyArray<CacheAction.After>, ended: Ended = { _tag: "Exited", code: 0 }) =>
  using(({ after: carryOut }) =>
    carryOut({ plan: { ...ExecPlan.passThrough("docker", []), after: actions }, ended, facts })
  )
const nothing: CacheAction.Expectation = { inputs: undefined, origin: "o", isExpected: false }
const failed: Ended = { _tag: "Exited", code: 1 }

describe("BuildCacheActions", () => {
  it("publishes what was exported, and says where it could not be, if the build succeeded", async () => {
    const target = Store.targetOf(store.directory, "app", "run")
    const publish = { _tag: "PublishCacheExport", export: target, expectation: nothing } as const
    const [, one = ""] = store.exported("app", ["one"], "run")
    await after([publish])
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Sound", origin: "o" })
    assert.deepStrictEqual(said, [])
    fs.rmSync(Store.blobFile(store, one))
    await after([publish], failed)
    assert.deepStrictEqual(said, [])
    await after([publish])
    assert.match(said.join(""), /^docker-shim: build cache not shared: app was not stored: /)
  })

  it("says where a registry did not get the cache, only of a build that succeeded", async () => {
    const file = `${store.directory}-metadata`
    fs.writeFileSync(file, "{}")
    const confirm = { _tag: "ConfirmRegistryExport", file, place: "r.example/app" } as const
    await after([confirm], failed)
    assert.deepStrictEqual(said, [])
    await after([confirm])
    assert.match(said.join(""), /^docker-shim: build cache not shared: nothing was stored in r.example\/app/)
  })

  it("names what a build stored in a registry, and says where that failed", async () => {
    const file = `${store.directory}-metadata`
    const confirm = { _tag: "ConfirmRegistryExport", file, place: "r.example/app:1" } as const
    const naming = {
      _tag: "NameRegistryEntries",
      entries: [{ reference: "r.example/app:1", names: ["r.example/app:2"] }],
      globals: [],
      env: {},
      isBuilt: false
    } as const
    await after([naming], failed)
    fs.writeFileSync(file, "{}")
    await after([naming, confirm])
    assert.deepStrictEqual(asked, [])
    assert.lengthOf(said, 1)
    fs.writeFileSync(file, JSON.stringify({ "cache.manifest": "x" }))
    await after([naming, confirm])
    await after([naming])
    assert.deepStrictEqual(asked, Array.from({ length: 2 }, () => "r.example/app:1 r.example/app:2"))
    assert.lengthOf(said, 1)
    await after([{ ...naming, isBuilt: true }])
    assert.match(said.at(-1) ?? "", /^docker-shim: .*: nothing was stored in r.example\/app:1; see/)
    named = { _tag: "Unknown", why: "denied" }
    await after([naming])
    assert.match(said.at(-1) ?? "", /^docker-shim: .* docker cannot name r.example\/app:1 \(denied\); see/)
  })

  it("doubts the builder of a build that failed, where no entry is why", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    const heal = {
      _tag: "HealCacheEntries",
      directory: store.directory,
      access: "own",
      keys: ["app"],
      canRunAgain: true
    } as const
    const doubt = { _tag: "DoubtBuilder", canRunAgain: true } as const
    const builderOf = (correction: Awaited<ReturnType<typeof after>>) =>
      correction === undefined ? undefined : Facts.find<"Builder">(correction(facts), builder)?.answer._tag
    assert.isUndefined(await after([heal, doubt]))
    assert.strictEqual(builderOf(await after([doubt, heal], failed)), "ImportOnly")
    Store.damage(store, one)
    assert.strictEqual(builderOf(await after([doubt, heal], failed)), "Exporting")
    assert.deepStrictEqual(asked, ["builder"])
  })

  it("doubts nothing where a signal ended the build", async () => {
    const interrupted: Ended = { _tag: "Exited", code: 130, isInterrupted: true }
    assert.isUndefined(await after([{ _tag: "DoubtBuilder", canRunAgain: true }], interrupted))
    assert.deepStrictEqual(asked, [])
  })

  it("looks for another name of the project at the endpoint of the plan", async () => {
    const look = {
      _tag: "LookForOtherName",
      kind: "containers",
      other: "shop",
      text: "there is another",
      endpoint: Endpoint.noFlags
    } as const
    await using(({ before }) =>
      Effect.scoped(before({
        ...ExecPlan.passThrough("docker", []),
        env: { DOCKER_HOST: "unix:///run/ses1.sock" },
        before: [look]
      }))
    )
    assert.deepStrictEqual([asked, said], [["/run/ses1.sock"], ["docker-shim: there is another\n"]])
  })
})
