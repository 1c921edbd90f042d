import { assert, describe, it } from "@effect/vitest"
import * as CachedBuilds from "../../../../src/core/plan/build/CachedBuilds.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import { plan, type Table } from "../table.ts"

const settings = (env: Readonly<Record<string, string>>) => {
  const decoded = Settings.decode(env)
  assert(!("_tag" in decoded))
  return decoded
}

describe("CachedBuilds", () => {
  it("says why a build has no cache to share", () => {
    assert.strictEqual(
      CachedBuilds.offWhy(settings({ DOCKER_SHIM_CACHE: "off" })),
      "the cache is off (DOCKER_SHIM_CACHE=off)"
    )
    assert.isUndefined(CachedBuilds.offWhy(settings({})))
    assert.isUndefined(CachedBuilds.legacyWhy({ DOCKER_BUILDKIT: "1" }))
    assert.isUndefined(CachedBuilds.legacyWhy({}))
    assert.include(CachedBuilds.legacyWhy({ DOCKER_BUILDKIT: "0" }), "the legacy builder")
  })

  it("says it to a user who counts on it, but not of a builder that others share", () => {
    const legacy = plan("build -t app .", { builder: { _tag: "Legacy", why: "old" } }).plan
    assert.deepStrictEqual(legacy.notices, [{ text: "build cache not shared: old; see 'docker-shim doctor'" }])
    const shared = plan("build -t app .", { builder: { _tag: "Shared", why: "elsewhere" } }).plan
    assert.deepStrictEqual([shared.notices, shared.args], [[], ["build", "-t", "app", "."]])
  })

  it("looks into a Dockerfile only where there is something to import", () => {
    const asked = (entries: NonNullable<Table["entries"]>) =>
      plan("build -t app .", { entries }).questions.some(({ _tag }) => _tag === "Dockerfile")
    assert.isFalse(asked({}))
    assert.isTrue(asked({ app: { _tag: "Sound" } }))
  })

  it("imports nothing with --no-cache, and exports all the same", () => {
    const { args } = plan("build --no-cache -t app .", { entries: { app: { _tag: "Sound" } } }).plan
    assert.deepStrictEqual(args.flatMap((word) => /^--cache-\w+/.exec(word)?.[0] ?? []), ["--cache-to"])
  })
})
