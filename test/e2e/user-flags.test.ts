/**
 * That what the user says of a build's cache and builder holds, with real builds in sessions that share a cache.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { generations } from "../shell/program.ts"

/** One context for each test, built in the first session before: without a word of the user's it would be a hit. */
const names = ["from", "to", "nocache", "builder", "environment", "readonly", "off"] as const
type Name = (typeof names)[number]

describeReal.each(generations)("a user's own word with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let second: Session
  beforeAll(async () => {
    shared = await Shared.create()
    const start = async () => {
      const session = await shared.start({ suite })
      for (const name of names) Shared.writeContext(session.workspace?.files ?? "", name)
      return session
    }
    const first = await start()
    second = await start()
    for (const name of names) succeeds(await build(first, name))
  })
  afterAll(() => shared.stop())

  const build = (session: Session, name: Name, words: ReadonlyArray<string> = [], env: Client.RunOptions["env"] = {}) =>
    Shared.docker(shared, session, ["build", ...words, "-t", name, name], {
      env: { BUILDKIT_PROGRESS: "plain", ...env }
    })

  const succeeds = (outcome: Client.Outcome) => {
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return { ...Shared.stepsOf(outcome.stderr), said: outcome.stderr.match(/^docker-shim: .*$/gm) ?? [] }
  }
  const index = (name: Name) => fs.readFileSync(path.join(shared.cache, name, "index.json"), "utf8")

  /** A build that had the shared cache neither given nor written. */
  const isAlone = async (name: Name, words: ReadonlyArray<string>, env: Client.RunOptions["env"] = {}) => {
    const before = index(name)
    const { cached, said, steps } = succeeds(await build(second, name, words, env))
    assert.isAbove(steps, 2)
    assert.strictEqual(cached, 0)
    assert.strictEqual(index(name), before)
    assert.deepStrictEqual(said, [])
  }

  it("of --cache-from is all that is imported", () => isAlone("from", ["--cache-from", "type=local,src=own"]))

  it("of --cache-to is all that is exported to", async () => {
    await isAlone("to", ["--cache-to=type=local,dest=own"])
    assert.isTrue(fs.existsSync(path.join(second.workspace?.files ?? "", "own/index.json")))
  })

  it("of --no-cache builds anew, and shares the outcome", async () => {
    const before = index("nocache")
    assert.strictEqual(succeeds(await build(second, "nocache", ["--no-cache"])).cached, 0)
    assert.notStrictEqual(index("nocache"), before)
    const third = await shared.start({ suite })
    Shared.writeContext(third.workspace?.files ?? "", "nocache")
    const { cached, steps } = succeeds(await build(third, "nocache"))
    assert.strictEqual(cached, steps)
    const stamp = (session: Session) => session.docker(["run", "--rm", "nocache", "cat", "/stamp"])
    assert.strictEqual(await stamp(third), await stamp(second))
  })

  it("of a builder is kept, also where that one cannot be used", async () => {
    for (
      const [words, env] of [
        [["--builder", "absent"], {}],
        [[], { BUILDX_BUILDER: "absent" }]
      ] as const
    ) {
      const through = await build(second, "builder", words, env)
      const direct = await second.run("docker", ["build", ...words, "-t", "builder", "builder"], {
        env: { BUILDKIT_PROGRESS: "plain", ...env }
      })
      assert.notStrictEqual(direct.code, 0)
      assert.strictEqual(through.code, direct.code)
      assert.include(through.stderr, direct.stderr)
    }
    const named = succeeds(await build(second, "builder", ["--builder", "default"]))
    assert.strictEqual(named.cached, named.steps)
    const inEnvironment = succeeds(await build(second, "environment", [], { BUILDX_BUILDER: "default" }))
    assert.strictEqual(inEnvironment.cached, inEnvironment.steps)
  })

  it("of the shim's settings holds too", async () => {
    await isAlone("off", [], { DOCKER_SHIM_CACHE: "off" })
    const before = index("readonly")
    const { cached, steps } = succeeds(await build(second, "readonly", [], { DOCKER_SHIM_CACHE: "read-only" }))
    assert.strictEqual(cached, steps)
    assert.strictEqual(index("readonly"), before)
  })
})
