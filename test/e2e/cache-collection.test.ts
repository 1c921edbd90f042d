/**
 * Collection with tight limits while sessions build, and kills at random moments: no build fails, nothing is damaged.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import * as CacheVerification from "../../src/shell/cache/CacheVerification.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { built, starting } from "../shell/program.ts"

/** Sessions, builds of each, and kills; `npm run test:full cache` asks for 8, 25 and 100. */
const counts = {
  sessions: Number(process.env["DOCKER_SHIM_SESSIONS"] ?? 3),
  builds: Number(process.env["DOCKER_SHIM_BUILDS"] ?? 3),
  kills: Number(process.env["DOCKER_SHIM_KILLS"] ?? 6)
}
const images = 12
const limit = 1_500_000

const [program, ...rest] = starting(built)

describeReal("the shared cache in use", () => {
  let shared: Shared.SharedSessions
  let sessions: ReadonlyArray<Session>
  beforeAll(async () => {
    shared = await Shared.create()
    sessions = await Promise.all(
      Array.from({ length: counts.sessions }, (_, at) => shared.start({ suite: at % 2 === 0 ? "28.5" : "26.1" }))
    )
  })
  afterAll(() => shared.stop())

  const prune = (): ChildProcess =>
    spawn(program, [...rest, "cache", "prune", "--force", "--max-size", String(limit)], {
      env: { ...process.env, DOCKER_SHIM_CACHE_DIR: shared.cache },
      stdio: "ignore"
    })
  /** Builds one of the images with a source that changes; a tag of its own, as engines fail at one tag built twice. */
  const build = (session: Session, at: number, round: number) => {
    const image = (at * 5 + round * 7) % images
    const name = `image${image}`
    const files = path.join(session.workspace?.files ?? "", name)
    Shared.writeContext(session.workspace?.files ?? "", name)
    fs.writeFileSync(path.join(files, "source.txt"), `source ${round % 3}\n`)
    return Shared.docker(shared, session, ["build", "-t", `${name}:${at}`, name])
  }
  const size = (): number =>
    fs.readdirSync(path.join(shared.cache, ".blobs/sha256")).reduce(
      (sum, blob) =>
        sum + (fs.statSync(path.join(shared.cache, ".blobs/sha256", blob), { throwIfNoEntry: false })?.size ?? 0),
      0
    )

  it(`stays sound and small while ${counts.sessions} sessions build ${counts.builds} times`, async () => {
    const building = new AbortController()
    const collecting = (async () => {
      let runs = 0
      for (; !building.signal.aborted; runs += 1) await once(prune(), "exit")
      return runs
    })()
    const outcomes = await Promise.all(sessions.map(async (session, at) => {
      const failed: Array<string> = []
      for (let round = 0; round < counts.builds; round += 1) {
        const { code, stderr } = await build(session, at, round)
        if (code !== 0) failed.push(stderr)
      }
      return failed
    }))
    building.abort()
    assert.isAbove(await collecting, 1)
    assert.deepStrictEqual(outcomes.flat(), [])
    await once(prune(), "exit")
    assert.deepStrictEqual((await CacheVerification.verify(shared.cache, { repair: false })).faults, [])
    assert.isAtMost(size(), limit)
  }, 3_600_000)

  it(`is sound after ${counts.kills} kills of client, engine or collector`, async () => {
    const [session] = sessions
    assert.isDefined(session)
    for (let kill = 0; kill < counts.kills; kill += 1) {
      const victim = (["client", "collector", "engine"] as const)[kill % 3]
      const collector = prune()
      const client = session.spawn("docker", ["build", "-t", `image${kill % images}`, `image${kill % images}`], {
        env: { PATH: `${shared.shim}:${session.client.env["PATH"] ?? ""}` },
        stdio: "ignore"
      })
      Shared.writeContext(session.workspace?.files ?? "", `image${kill % images}`)
      const ended = [once(client, "exit"), once(collector, "exit")]
      await sleep(50 + Math.random() * 2_000)
      if (victim === "client") client.kill("SIGKILL")
      if (victim === "collector") collector.kill("SIGKILL")
      if (victim === "engine") await session.renewEngine({ keepData: true })
      await Promise.all(ended)
      // ten minutes later another collector would take over the lock of one that was killed
      fs.rmSync(CacheLayout.collecting(shared.cache), { force: true })
      const { code, stderr } = await build(session, 0, kill)
      assert.strictEqual(code, 0, `after the ${victim} was killed: ${stderr}`)
    }
    const { faults } = await CacheVerification.verify(shared.cache, { repair: false })
    assert.deepStrictEqual(faults, [])
  }, 3_600_000)
})
