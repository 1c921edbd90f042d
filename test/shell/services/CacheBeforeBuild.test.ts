import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as CacheAction from "../../../src/core/cache/CacheAction.ts"
import type { CacheDirectory } from "../../../src/core/cache/CacheDirectory.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as CacheInspection from "../../../src/shell/cache/CacheInspection.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import { OpenCaches } from "../../../src/shell/cache/OpenCache.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import { type Budgets, BuildTime } from "../../../src/shell/services/BuildTime.ts"
import * as CacheBeforeBuild from "../../../src/shell/services/CacheBeforeBuild.ts"
import type * as Correction from "../../../src/shell/services/Correction.ts"
import * as Store from "../cache/store.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

let store: Store.Store
let said: ReadonlyArray<string> = []
beforeEach(() => {
  store = Store.make()
  said = ReplacedStreams.overhear()
})
afterEach(() => {
  ReplacedStreams.replace(ReplacedStreams.original)
  store.remove()
})

type Action = Exclude<CacheAction.Before, { readonly _tag: "LookForOtherName" }>

const view = (name: string): string => `${store.directory}-${name}`
const open = (key: string, access: CacheAction.Access = "own"): Action => ({
  _tag: "OpenCacheImport",
  import: { directory: store.directory, access, key, view: view(key), omitted: [] }
})

/** Carries actions out one after the other; what is looked at while they last, and what turned out. */
const prepare = async <A>(actions: ReadonlyArray<Action>, look: () => A, budgets: Partial<Budgets> = {}) => {
  const prepared: CacheBeforeBuild.Prepared = {
    caches: new OpenCaches(),
    leased: new Set(),
    opened: new Set(),
    ends: []
  }
  const time = { ...(await Effect.runPromise(BuildTime.make)), ...budgets }
  const plan = { ...ExecPlan.passThrough("docker", []), before: actions }
  let correction: Correction.Correction | undefined
  try {
    for (const action of actions) correction ??= CacheBeforeBuild.prepare(action, prepared, plan, time)
    return { seen: look(), known: corrected(correction) }
  } finally {
    CacheBeforeBuild.end(prepared, time)
  }
}

/** What is known of the directory after a correction. */
const corrected = (correction: Correction.Correction | undefined): CacheDirectory | undefined => {
  const question: Question.Of<"CacheDirectory"> = {
    _tag: "CacheDirectory",
    directory: store.directory,
    readDirectories: [],
    wanted: []
  }
  const known: CacheDirectory = {
    _tag: "Usable",
    directory: store.directory,
    id: "run",
    unwritable: undefined,
    unread: [],
    entries: { app: { _tag: "Sound" }, web: { _tag: "Sound" } },
    relatives: {}
  }
  return correction === undefined
    ? undefined
    : Facts.find<"CacheDirectory">(correction(Facts.answer(Facts.none, question, known)), question)?.answer
}

const imported = (known: CacheDirectory | undefined): ReadonlyArray<string> =>
  known?._tag === "Usable"
    ? Object.entries(known.entries).flatMap(([key, { _tag }]) => _tag === "Sound" ? [key] : [])
    : assert.fail("nothing turned out")

describe("CacheBeforeBuild", () => {
  it("leases, and makes views, for as long as the scope lasts", async () => {
    store.publish("app", ["one"])
    const lease: Action = { _tag: "LeaseCacheEntries", directory: store.directory, id: "run", keys: ["app"] }
    const prepared: Action = { _tag: "PrepareCacheExport", export: Store.targetOf(store.directory, "web", "run") }
    const { known, seen } = await prepare([lease, open("app"), prepared], () => [
      CacheLease.list(store.directory).map(({ keys }) => keys),
      fs.existsSync(`${view("app")}/index.json`),
      store.keys()
    ])
    assert.isUndefined(known)
    assert.deepStrictEqual(seen, [[["app"]], true, ["app", "web"]])
    assert.deepStrictEqual(CacheLease.list(store.directory), [])
    assert.isFalse(fs.existsSync(Store.targetOf(store.directory, "web", "run").exportDirectory))
  })

  it("sets a damaged entry aside and goes on without it", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    fs.rmSync(Store.blobFile(store, one))
    const { known } = await prepare([open("app")], () => undefined)
    assert.deepStrictEqual(imported(known), ["web"])
    assert.match(
      said[0] ?? "",
      /^docker-shim: build cache entry app was damaged and is set aside: sha256:.* is missing\n$/
    )
    assert.deepStrictEqual(CacheInspection.entry(store.directory, "app"), { _tag: "Missing" })
  })

  it("leaves a damaged entry of a directory that is only read", async () => {
    const [, one = ""] = store.publish("app", ["one"])
    fs.rmSync(Store.blobFile(store, one))
    await prepare([open("app", "read")], () => undefined)
    assert.include(said[0], `build cache entry app in ${store.directory} is damaged: `)
    assert.strictEqual(CacheInspection.entry(store.directory, "app")._tag, "Damaged")
  })

  it("exports nothing where that cannot be prepared", async () => {
    fs.writeFileSync(`${store.directory}/web`, "")
    const target = Store.targetOf(store.directory, "web", "run")
    const { known } = await prepare([{ _tag: "PrepareCacheExport", export: target }], () => undefined)
    assert.isString(known?._tag === "Usable" ? known.unwritable : undefined)
  })

  it("does nothing with a cache for which there is no time", async () => {
    store.publish("app", ["one"])
    const lease: Action = { _tag: "LeaseCacheEntries", directory: store.directory, id: "run", keys: ["app"] }
    const prepared: Action = { _tag: "PrepareCacheExport", export: Store.targetOf(store.directory, "web", "run") }
    for (const action of [lease, open("app"), prepared]) {
      const { known } = await prepare([action], () => undefined, { before: TimeBudget.millis(0) })
      assert.deepStrictEqual(known, { _tag: "Unusable", why: `${store.directory} takes too long` })
    }
    assert.deepStrictEqual([said, store.keys()], [[], ["app"]])
  })

  it("looks at no further entry when the time is spent", async () => {
    for (const key of ["app", "web"]) store.publish(key, [key])
    const importing = { ...TimeBudget.endless, isSpent: () => fs.existsSync(view("app")) }
    const { known, seen } = await prepare([open("app"), open("web")], () => fs.existsSync(view("app")), { importing })
    assert.deepStrictEqual([seen, imported(known), said.length], [true, ["app"], 1])
  })
})
