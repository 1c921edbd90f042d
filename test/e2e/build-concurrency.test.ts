/**
 * Many sessions build at the same time into one cache.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as CacheInspection from "../../src/shell/cache/CacheInspection.ts"
import * as BaseImage from "../real-docker/BaseImage.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

/** Rounds for each number of sessions; `npm run test:full concurrency` asks for 20. */
const rounds = Number(process.env["DOCKER_SHIM_ROUNDS"] ?? 2)

/** One generation each: `FROM bb` is another image in another, and nothing of one build is in the other. */
const groups = [[3, "28.5"], [8, "26.1"]] as const

describeReal.each(groups)("%s sessions of docker %s that build at the same time", (count, suite) => {
  let shared: Shared.SharedSessions
  let sessions: ReadonlyArray<Session>
  beforeAll(async () => {
    shared = await Shared.create()
    sessions = await Promise.all(
      Array.from({ length: count }, () => shared.start({ suite }))
    )
  })
  afterAll(() => shared.stop())

  /** Same key, different tags: two builds of one tag at once can fail in an engine by itself. */
  const build = (session: Session, at: number, round: number, same: boolean) => {
    Shared.writeContext(session.workspace?.files ?? "", "app")
    const name = same ? "app" : `app${at}`
    const text = `ARG ROUND\n${fs.readFileSync(path.join(session.workspace?.files ?? "", "app/Dockerfile"), "utf8")}`
    fs.writeFileSync(
      path.join(session.workspace?.files ?? "", "app/Dockerfile"),
      text.replace("echo app", `echo ${round}`)
    )
    return Shared.docker(shared, session, ["build", "-t", `${name}:${at}`, "app"], {
      env: { BUILDKIT_PROGRESS: "plain" }
    })
  }

  it.each([["the same image", true], ["different images", false]])(
    `all succeed, ${rounds} rounds of %s`,
    async (_, same) => {
      for (let round = 0; round < rounds; round += 1) {
        const outcomes = await Promise.all(sessions.map((session, at) => build(session, at, round, same)))
        assert.deepStrictEqual(outcomes.filter(({ code }) => code !== 0).map(({ stderr }) => stderr), [])
        const keys = fs.readdirSync(shared.cache).filter((key) => !key.startsWith("."))
        const said = outcomes.map(({ stderr }) => stderr.split("\n").filter((line) => line.includes("docker-shim")))
        for (const key of keys) {
          const { _tag } = CacheInspection.entry(shared.cache, key)
          assert.strictEqual(_tag, "Sound", `round ${round}, ${key}: ${JSON.stringify(said)}`)
        }
      }
      const [session] = sessions
      assert.isDefined(session)
      await session.renewEngine()
      await BaseImage.load(session)
      const next = await build(session, 0, rounds - 1, same)
      const { cached, steps } = Shared.stepsOf(next.stderr)
      assert.isAbove(steps, 2)
      assert.strictEqual(cached, steps, next.stderr)
    },
    1_800_000
  )
})
