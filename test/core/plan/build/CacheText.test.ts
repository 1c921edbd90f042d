import { assert, describe, it } from "@effect/vitest"
import type * as CacheStore from "../../../../src/core/plan/build/CacheStore.ts"
import * as CacheText from "../../../../src/core/plan/build/CacheText.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import { usable } from "./usable.ts"

const settings = (env: Readonly<Record<string, string>> = {}) => {
  const decoded = Settings.decode(env)
  assert(!("_tag" in decoded))
  return decoded.cache
}
const registry: CacheStore.Store = { _tag: "Registry", prefix: "r" }

describe("CacheText", () => {
  it("says what a build imports and exports, and by which settings", () => {
    const given = { key: "app", from: "F", to: ["T"], isExpected: false }
    const env = { DOCKER_SHIM_CACHE_DIR: "/c", DOCKER_SHIM_CACHE_MODE: "min" }
    assert.deepStrictEqual(
      CacheText.changes(given, settings(env), "--cache-from", "--cache-to").map(({ why }) => why),
      [
        "what earlier sessions built (DOCKER_SHIM_CACHE_DIR)",
        "for later sessions, published as app (DOCKER_SHIM_CACHE_DIR, DOCKER_SHIM_CACHE_MODE)"
      ]
    )
    const expected = CacheText.changes({ ...given, from: undefined, isExpected: true }, settings(env), "f", "t")
    assert.deepStrictEqual(expected.map(({ what, why }) => [what, why]), [
      ["t", "for later sessions, if it is not all in app, which was built from the same (DOCKER_SHIM_CACHE_DIR)"]
    ])
  })

  it("says why a build gets nothing", () => {
    assert.strictEqual(
      CacheText.nothingWhy("app", settings({ DOCKER_SHIM_CACHE: "read-only" }), registry),
      "there is no entry app to import, and DOCKER_SHIM_CACHE=read-only exports none"
    )
    assert.strictEqual(
      CacheText.nothingWhy("app", settings(), registry),
      "there is no entry app to import, and another build of this command exports it"
    )
  })

  it("says that docker could not ask a registry, and nothing where it could or there is none", () => {
    const unknown = { _tag: "Unknown", why: "refused" } as const
    assert.strictEqual(
      CacheText.notAsked(registry, unknown)?.text,
      "build cache of new tags is not shared: docker cannot tell which entries r has (refused); see 'docker-shim doctor'"
    )
    assert.isUndefined(CacheText.notAsked(registry, { _tag: "None" }))
    assert.isUndefined(CacheText.notAsked(registry, undefined))
    assert.isUndefined(CacheText.notAsked({ _tag: "Directory", cache: usable() }, unknown))
  })

  it("names the next step", () => {
    assert.strictEqual(CacheText.notShared("w").text, "build cache not shared: w; see 'docker-shim doctor'")
    assert.include(
      CacheText.notLookedAt(["a", "b"], "/c").text,
      "of a, b not imported: looking through /c takes too long"
    )
  })
})
