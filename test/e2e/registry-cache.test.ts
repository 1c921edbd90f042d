/**
 * A build cache in a registry: what one session built, the next one has, and a registry that is down costs one line.
 */
import { afterAll, assert, beforeAll, it } from "vitest"
import type * as Client from "../real-docker/Client.ts"
import * as Registry from "../real-docker/Registry.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

describeReal.each(["28.5", "26.1"] as const)("a build cache in a registry with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let registry: Registry.Registry
  beforeAll(async () => {
    registry = await Registry.start()
    shared = await Shared.create()
  })
  afterAll(async () => {
    await shared.stop()
    await registry.stop()
  })

  const startWithContext = async (): Promise<Session> => {
    const session = await shared.start({ suite, withoutCache: true })
    await registry.attach(session)
    Shared.writeContext(session.workspace?.files ?? "", "app")
    return session
  }
  const build = (session: Session, ...flags: ReadonlyArray<string>): Promise<Client.Outcome> =>
    Shared.docker(shared, session, ["build", "-t", "team/app:1", ...flags, "app"], {
      env: { BUILDKIT_PROGRESS: "plain", DOCKER_SHIM_CACHE_BACKEND: `registry:${Registry.host}/cache` }
    })
  const built = async (session: Session, ...flags: ReadonlyArray<string>): Promise<string> => {
    const { code, stderr } = await build(session, ...flags)
    assert.strictEqual(code, 0, stderr)
    return stderr
  }
  const linesOfShim = (stderr: string) => stderr.split("\n").filter((line) => line.startsWith("docker-shim:"))

  it("makes every step of one session a hit in the next; a registry that is down costs a line", async () => {
    const first = await startWithContext()
    const second = await startWithContext()
    const cold = await built(first)
    assert.strictEqual(Shared.stepsOf(cold).cached, 0)
    assert.deepStrictEqual(linesOfShim(cold), [])
    const warm = await built(second)
    const { cached, steps } = Shared.stepsOf(warm)
    assert.isAbove(steps, 2)
    assert.strictEqual(cached, steps, warm)
    assert.deepStrictEqual(linesOfShim(warm), [])
    const stamp = (session: Session) => session.docker(["run", "--rm", "team/app:1", "cat", "/stamp"])
    assert.strictEqual(await stamp(second), await stamp(first))

    await registry.detach()
    const line =
      /^docker-shim: build cache not shared: nothing was stored in localhost:5000\/cache\/team\/app-1:[0-9a-f]+; /
    for (const flags of [["--no-cache"], ["--no-cache", "-q"], ["--metadata-file", "/home/retro/work/own.json"]]) {
      const lines = linesOfShim(await built(second, ...flags))
      assert.strictEqual(lines.length, 1, flags.join(" "))
      assert.match(lines[0] ?? "", line)
    }
    assert.include((await second.run("cat", ["own.json"])).stdout, "containerimage.digest")
    await registry.attach(second)
    assert.deepStrictEqual(linesOfShim(await built(second, "-q")), [])
  })
})
