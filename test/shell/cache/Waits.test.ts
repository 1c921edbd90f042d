/**
 * Every wait of the shim's own around a command ends by INT and by TERM, within a second.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import { form } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"

let home: string
let cache: string
let session: Builder.Session
beforeEach(() => {
  const parent = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir()
  ;({ cache, home, session } = Builder.alone("docker-shim-waits-", parent))
})
afterEach(async () => {
  await session.stop()
  execFileSync("rm", ["-rf", home])
})

afterAll(() => Figures.print(`waits of the built program (${form})`))

const signals = ["SIGINT", "SIGTERM"] as const

/**
 * Sends a signal to what runs; how it went, and how long that took by the clock and by the processor. The machine may be busy
 * with something else: `slack` is what a call of the shim takes that does next to nothing, just before.
 */
const interrupt = async (running: Builder.Running, signal: NodeJS.Signals) => {
  const { time: slack } = await session.own("--version")
  const [sent, done, waited] = [performance.now(), Builder.workOf(running), running.own()]
  running.child.kill(signal)
  const went = await running.ended
  const time = performance.now() - sent
  Figures.add("interrupted")
  Figures.largest("ms to the end by the clock", time)
  Figures.largest("ms of them the shim's own", went.own - waited)
  Figures.largest("ms to the end by the processor", went.work - done)
  assert.isBelow(went.own - waited, 1_000)
  return { went, time, slack, work: went.work - done }
}

describe("what the shim asks a program that does not answer", () => {
  it.each(
    [
      ["which docker it is", "--version", ["build", "-t", "app:1", "."], false],
      ["what the builder can", "inspect", ["build", "-t", "app:1", "."], false],
      ["what the builder can, after a build that failed", "inspect", ["build", "-t", "app:1", "."], true],
      ["what a project is made of", "config", ["compose", "up", "-d"], false]
    ].flatMap(([what, words, command, isAfter]) =>
      signals.map((signal) => [what, signal, words, command, isAfter] as const)
    ) as ReadonlyArray<readonly [string, NodeJS.Signals, string, ReadonlyArray<string>, boolean]>
  )("%s: %s", async (_, signal, words, command, isAfter) => {
    if (isAfter) {
      assert.strictEqual((await session.build("one")).code, 0)
      fs.writeFileSync(session.at("fail"), "")
    } else {
      fs.writeFileSync(session.at("hang"), words)
    }
    const running = session.start("docker", ...command)
    if (isAfter) {
      fs.writeFileSync(session.at("hang"), words)
    }
    await Builder.appears(session.at(isAfter ? "failed" : "hung"))
    const { slack, time, went } = await interrupt(running, signal)
    assert.isBelow(time, 1_000 + 4 * slack)
    if (!isAfter) assert.strictEqual(went.signal, signal, JSON.stringify(went))
  })
})

/** What others can put in the way of a build, before it or after it. */
const ways: ReadonlyArray<readonly [string, () => void]> = [
  ["two hundred thousand entries", () => shell("seq 1 200000 | sed 's/^/app@/' | xargs mkdir", cache)],
  ["forty thousand leases", () => {
    fs.mkdirSync(path.join(cache, ".leases"), { recursive: true })
    shell("seq 1 40000 | xargs mkdir && for i in *; do : > $i/started; : > $i/alive; done", path.join(cache, ".leases"))
  }],
  ["fifty thousand replaced indexes", () => {
    fs.mkdirSync(path.join(cache, "app:1/.retired"), { recursive: true })
    shell("seq 1 50000 | sed 's/$/.json/' | xargs touch", path.join(cache, "app:1/.retired"))
  }],
  [
    "a hundred thousand names in the directory for temporary files",
    () => shell("seq 1 100000 | sed 's/^/docker-shim-1-1-1-/' | xargs touch", session.at("tmp"))
  ],
  ["a hundred thousand files in the context", () => shell("seq 1 100000 | xargs touch", session.at("work"))],
  ["patterns that take for ever", () => {
    fs.writeFileSync(session.at("work/.dockerignore"), `${"*a".repeat(40)}b\n`.repeat(2_000))
    shell(
      "seq 1 3000 | sed 's/^/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/' | xargs touch",
      session.at("work")
    )
  }],
  ["a Dockerfile of steps that share a mount", () =>
    fs.writeFileSync(
      session.at("work/Dockerfile"),
      `FROM scratch\n${"RUN --mount=type=cache,target=/c a\n".repeat(490)}`
    )]
]

const shell = (script: string, directory: string): void => void execFileSync("sh", ["-c", script], { cwd: directory })

it.each(ways)("a build that meets %s is not held up, and ends by INT and TERM at any time", async (_, make) => {
  const quiet = await session.build("quiet")
  make()
  const met = await session.build("met")
  assert.deepStrictEqual([quiet.code, met.code], [0, 0], met.printed)
  Figures.largest("ms longer than a quiet build by the clock", met.time - quiet.time)
  Figures.largest("ms of them its own", met.own - quiet.own)
  Figures.largest("ms by the processor", met.work - quiet.work)
  Figures.largest("MB at most", met.memory / 1024 / 1024)
  // by the processor: the machine may have much else to do; a quarter of a second before the build, and one after it
  assert.isBelow(met.own - quiet.own, 2_000)
  assert.isBelow(met.work - quiet.work, 1_250)
  assert.isBelow(met.memory, 200 * 1024 * 1024)
  for (const signal of signals) {
    for (const delay of [0, 200]) {
      const running = session.start("docker", "build", "-t", "app:1", ".")
      await sleep(delay)
      assert.isBelow((await interrupt(running, signal)).work, 1_000, `${signal} after ${delay} ms`)
    }
  }
})
