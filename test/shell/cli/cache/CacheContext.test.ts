import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import type { Env } from "../../../../src/core/Invocation.ts"
import * as CacheContext from "../../../../src/shell/cli/cache/CacheContext.ts"
import * as Failure from "../../../../src/shell/Failure.ts"

const run = <A>(effect: Effect.Effect<A, Failure.Failure>): A | string =>
  Effect.runSync(Effect.merge(Effect.mapError(effect, Failure.message)))

describe("CacheContext", () => {
  const settings = (env: Env) =>
    run(
      CacheContext.settings({ invocation: { argv0: "docker-shim", argv: [], env, cwd: "/" }, shim: "/s", subject: [] })
    )

  it("has the cache's settings, or says which is not accepted", () => {
    const known = settings({ DOCKER_SHIM_CACHE_DIR: "/cache" })
    assert.strictEqual(typeof known === "string" ? known : known.directory, "/cache")
    const refused = settings({ DOCKER_SHIM_CACHE_MAX_SIZE: "much" })
    assert.match(typeof refused === "string" ? refused : "", /DOCKER_SHIM_CACHE_MAX_SIZE/)
  })

  it("tells the system's errors in words", async () => {
    const attempt = (act: () => unknown) =>
      Effect.runPromise(Effect.merge(Effect.mapError(CacheContext.attempt("/no/such/cache", act), Failure.message)))
    assert.strictEqual(await attempt(() => "done"), "done")
    assert.include(String(await attempt(() => fs.readdirSync("/no/such/cache"))), "/no/such/cache does not exist")
    assert.include(String(await attempt(() => Promise.reject(new Error("it burns")))), "it burns")
  })
})
