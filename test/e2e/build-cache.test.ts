/**
 * What one session built, the next one has: on real engines, through the built program.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

/** Ways to say the same build; `NAME` is the context, and `IMAGE` what it makes. */
const spellings: ReadonlyArray<readonly [string, string]> = [
  ["docker build", "build -t IMAGE NAME"],
  ["docker buildx build", "buildx build --tag=IMAGE NAME"],
  ["docker buildx b", "buildx b --tag IMAGE NAME"],
  ["docker image build", "image build -tIMAGE NAME"],
  ["docker builder build", "builder build NAME -t=IMAGE"],
  ["a context", "--context other build NAME -qt IMAGE"],
  ["several tags", "build -t IMAGE:1 -t IMAGE -t localhost:5000/x/IMAGE:2 NAME"],
  ["no tag", "build --iidfile IMAGE.id NAME"],
  ["a target", "build --target builder -t IMAGE NAME"],
  ["a Dockerfile", "build -f NAME/Dockerfile -t IMAGE NAME"]
]

describeReal.each(["28.5", "26.1"] as const)("a build cache shared by sessions with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  beforeAll(async () => {
    shared = await Shared.create()
  })
  afterAll(() => shared.stop())

  const build = async (session: Session, words: string, name: string, image: string): Promise<Client.Outcome> => {
    const args = words.split(" ").map((word) => word.replace("NAME", name).replace("IMAGE", image))
    const outcome = await Shared.docker(shared, session, args, { env: { BUILDKIT_PROGRESS: "plain" } })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }
  const stamp = (session: Session, image: string): Promise<string> =>
    session.docker(["run", "--rm", image, "cat", "/stamp"])
  const image = (at: number): string => `image${at}`
  const startWithContexts = async (): Promise<Session> => {
    const session = await shared.start({ suite })
    const files = session.workspace?.files ?? ""
    for (const [at] of spellings.entries()) Shared.writeContext(files, `context${at}`)
    await session.docker(["context", "create", "other", "--docker", `host=unix://${session.socket}`])
    return session
  }

  it("makes every step of one session a hit in the next, however the build is spelled", async () => {
    const first = await startWithContexts()
    const second = await startWithContexts()
    for (const [at, [what, words]] of spellings.entries()) {
      const cold = await build(first, words, `context${at}`, image(at))
      const warm = await build(second, words, `context${at}`, image(at))
      if (words.includes("-t")) assert.strictEqual(await stamp(second, image(at)), await stamp(first, image(at)), what)
      if (words.includes("-q")) continue
      assertCached(warm, what)
      assert.strictEqual(Shared.stepsOf(cold.stderr).cached, 0, what)
    }
    assert.deepStrictEqual(leftovers(shared.cache), [])

    await first.renewEngine()
    await BaseImage.load(first)
    for (const at of [0, 7]) {
      const [what, words] = spellings[at] ?? ["", ""]
      assertCached(await build(first, words, `context${at}`, image(at)), `${what}, on a new engine`)
    }
  }, 1_800_000)
})

const assertCached = ({ stderr }: Client.Outcome, what: string): void => {
  const { cached, steps } = Shared.stepsOf(stderr)
  assert.isAbove(steps, 2, what)
  assert.strictEqual(cached, steps, `${what}: ${stderr}`)
}

/** What builds that are over should not have left: leases and private export directories. */
const leftovers = (cache: string): ReadonlyArray<string> => [
  ...fs.readdirSync(path.join(cache, ".leases")),
  ...fs.readdirSync(cache).filter((key) => !key.startsWith(".")).flatMap((key) =>
    fs.readdirSync(path.join(cache, key, ".incoming"))
  )
]
