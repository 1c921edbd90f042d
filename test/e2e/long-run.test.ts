/**
 * Mixed use by several sessions for as long as `DOCKER_SHIM_MINUTES` says (`npm run test:full long`: eight sessions, two
 * hours): no command fails, and nothing grows: memory, files, processes, mounts, the cache above its limit.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Census from "../long-run/Census.ts"
import * as Judgement from "../long-run/Judgement.ts"
import * as Place from "../long-run/Place.ts"
import * as Tally from "../long-run/Tally.ts"
import * as CacheContents from "../real-docker/CacheContents.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { form } from "../shell/program.ts"

const minutes = Number(process.env["DOCKER_SHIM_MINUTES"] ?? 1.25)
const count = Number(process.env["DOCKER_SHIM_SESSIONS"] ?? 3)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261124)

/** What the cache may take: less than the images with all their sources would. */
const limit = 4_000_000

/** A census every five minutes, and four at the least: the first ends the warm-up. */
const parts = Math.max(4, Math.round(minutes / 5))

/** A killed build's lease is taken away by a collection that begins ten minutes later; a minute for that one. */
const leaseMs = 660_000

describeReal("sessions in use for a long time", () => {
  const tally = Tally.make()
  let shared: Shared.SharedSessions
  let places: ReadonlyArray<Place.Place>
  beforeAll(async () => {
    shared = await Shared.create()
    places = await Promise.all(
      Array.from({ length: count }, (_, at) => Place.start({ shared, tally, at, seed, limit }))
    )
  })
  afterAll(() => shared.stop())

  /** What a user of the first session asks of the cache, when nobody else does anything. */
  const cache = async (...words: ReadonlyArray<string>): Promise<void> => {
    const session = places[0]?.session()
    assert.isDefined(session)
    const args = ["cache", ...words]
    const { code, stderr, stdout } = await Shared.docker(shared, session, args, { file: "docker-shim" })
    if (code !== 0) tally.fail(`docker-shim ${args.join(" ")} at rest: ${stderr}${stdout}`)
  }

  /** Nothing runs, so all leases and exports are of killed builds: as if ten minutes had passed, which a short run has not. */
  const forgetKilled = (): void => {
    fs.rmSync(path.join(shared.cache, ".leases"), { recursive: true, force: true })
    for (const build of CacheContents.exportsOf(shared.cache)) fs.utimesSync(build, new Date(0), new Date(0))
  }

  const observe = async (began: number, isLast: boolean): Promise<Judgement.Observation> => {
    const sessions = () => places.map((place) => place.session())
    await Census.atRest(sessions())
    await Promise.all(places.map((place) => place.tidy()))
    await Census.atRest(sessions())
    if (isLast) forgetKilled()
    await cache("prune", "--force", "--max-size", String(limit))
    await cache("verify")
    const census = await Census.take(sessions(), places.flatMap((place) => place.temporary()), shared.cache)
    for (const fault of CacheContents.faultsOf(shared.cache)) tally.fail(`the cache at rest: ${fault}`)
    // an hour later collection begins by itself
    const collected = path.join(shared.cache, ".collected")
    if (fs.existsSync(collected)) fs.utimesSync(collected, new Date(0), new Date(0))
    return {
      at: Math.round((Date.now() - began) / 1000),
      census,
      counts: tally.counts(),
      memory: tally.takeMemory(),
      lately: tally.killsSince(leaseMs)
    }
  }

  it(`leaves nothing behind and does not grow in ${minutes} minutes of ${count} sessions, seed ${seed}`, async () => {
    const began = Date.now()
    const observations: Array<Judgement.Observation> = []
    for (let part = 1; part <= parts; part += 1) {
      const end = began + minutes * 60_000 * part / parts
      await Promise.all(places.map((place) => place.workUntil(end)))
      observations.push(await observe(began, part === parts))
      console.log(Judgement.print(observations.slice(-1)))
      // what failed is said at once, not after two hours
      assert.deepStrictEqual(tally.failures(), [])
    }
    console.log(`${count} sessions, ${form}, seed ${seed}\n${Judgement.print(observations)}`)
    const [first] = observations
    assert.isDefined(first)
    assert.deepStrictEqual(observations.flatMap((one) => Judgement.faults(first, one, limit)), [])
    assert.isAbove(tally.counts().kills, 0)
  }, minutes * 60_000 + 3_600_000)
})
