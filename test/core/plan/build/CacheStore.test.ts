import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as CacheStore from "../../../../src/core/plan/build/CacheStore.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import { usable } from "./usable.ts"

const key = (path: string) =>
  ({ subject: { _tag: "Image", path, tag: "latest" }, target: undefined, platforms: [] }) as const
const wanted = { key: key("app"), origin: "o" }
const open = (env: Readonly<Record<string, string>>, sendsCache = false, facts = Facts.none) => {
  const settings = Settings.decode({ DOCKER_SHIM_CACHE_DIR: "/c", ...env })
  assert(!("_tag" in settings))
  const invocation = { argv0: "docker", argv: [], env, cwd: "/" }
  return CacheStore.open([{ ...wanted, sendsCache }], { invocation, settings, facts }).state
}

describe("CacheStore", () => {
  it("asks about the directory, and not about a registry", () => {
    const state = open({})
    assert(state._tag === "OpenQuestions")
    assert.deepStrictEqual<unknown>(state.questions, [
      { _tag: "CacheDirectory", directory: "/c", readDirectories: [], wanted: [wanted] }
    ])
    const registry = open({ DOCKER_SHIM_CACHE_BACKEND: "registry:r.example/c" })
    assert(registry._tag === "Done")
    assert.deepStrictEqual(registry.value, { _tag: "Registry", prefix: "r.example/c" })
  })

  it("is not used where the build would send it to the builder", () => {
    const state = open({}, true)
    assert(state._tag === "Done" && state.value._tag === "Unusable")
    assert.include(state.value.why, "/c is in the build context")
  })

  it("knows what a build could import: its own entry, else the nearest", () => {
    const place = { directory: "/c", key: "near" }
    const own = { app: { _tag: "Sound" } } as const
    assert.deepStrictEqual(CacheStore.sourceOf(wanted, "app", "/c", usable({ entries: own })), {
      directory: "/c",
      key: "app"
    })
    assert.deepStrictEqual(CacheStore.sourceOf(wanted, "app", "/c", usable({ relatives: { app: place } })), place)
    assert.isUndefined(CacheStore.sourceOf(wanted, "app", "/c", usable()))
    assert.isTrue(CacheStore.mayImport({ _tag: "Registry", prefix: "r" }, wanted))
    assert.isFalse(CacheStore.mayImport({ _tag: "Directory", cache: usable() }, wanted))
  })

  it("needs to know what builds are made from only where they export all to a directory", () => {
    const on = { use: "on", mode: "max" } as const
    const remembers = (store: CacheStore.Store, how: object = {}) => {
      const settings = Settings.decode({})
      assert(!("_tag" in settings))
      return CacheStore.remembersInputs(store, { ...settings.cache, ...on, ...how })
    }
    const directory: CacheStore.Store = { _tag: "Directory", cache: usable() }
    assert.isTrue(remembers(directory))
    assert.isFalse(remembers(directory, { mode: "min" }))
    assert.isFalse(remembers(directory, { use: "read-only" }))
    assert.isFalse(remembers({ _tag: "Directory", cache: usable({ unwritable: "full" }) }))
    assert.isFalse(remembers({ _tag: "Registry", prefix: "r" }))
  })
})
