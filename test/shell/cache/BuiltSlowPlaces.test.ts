/**
 * The built program where every call that names a file takes long, by the kernel (strace): how long it waits for a cache and a
 * Dockerfile there, before a build and after it.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, afterEach, assert, beforeAll, beforeEach, it } from "vitest"
import { locateStrace } from "../../real-docker/Suite.ts"
import { form, starting } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Figures from "./figures.ts"

let strace: string
beforeAll(async () => {
  strace = await locateStrace()
}, 300_000)

let home: string
let cache: string
let session: Builder.Session
beforeEach(() => {
  ;({ cache, home, session } = Builder.alone("docker-shim-slow-"))
})
afterEach(async () => {
  await session.stop()
  fs.rmSync(home, { recursive: true, force: true })
})

afterAll(() => Figures.print(`slow places (${form})`))

/** In milliseconds, of each call that names a file. */
const delay = 50

const libraries = (): string =>
  [path.join(strace, "usr/lib/x86_64-linux-gnu"), path.join(strace, "lib/x86_64-linux-gnu")].join(":")

/** What makes the calls of the shim itself slow, and not of what it starts. */
const slowly = (): ReadonlyArray<string> => [
  path.join(strace, "usr/bin/strace"),
  "-qq",
  "-o",
  path.join(home, "trace"),
  "-E",
  "LD_LIBRARY_PATH",
  "-e",
  "trace=%file",
  "-e",
  `inject=%file:delay_enter=${delay * 1_000}`
]

/** How long the shim waited for what others can make slow, in milliseconds. The rest is its user's own: `PATH`, `HOME`, `TMPDIR`. */
const waited = (): number => {
  const calls = fs.readFileSync(path.join(home, "trace"), "utf8").split("\n")
    .filter((line) =>
      line.includes("DELAYED") &&
      [cache, "/proc/self/fd/", "/Dockerfile"].some((one) => line.includes(`"${one}`) || line.includes(`${one}"`))
    )
  return calls.length * delay
}

/** Calls that are made where the time has just not been over. */
const last = 6 * delay

/** Runs a build with words in front of it; how it went. */
const build = async (words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const [file, ...args] = [...words, ...starting(session.at("shim/docker")), "build", "-t", "app:1", "."]
  const child = spawn(file, args, {
    cwd: session.at("work"),
    env: { ...session.env, ...env },
    stdio: ["ignore", "ignore", "pipe"]
  })
  const printed = text(child.stderr)
  const code = await new Promise((resolve) => child.once("close", resolve))
  return { code, printed: await printed }
}

it("a slow cache is left out before a build, in one line", async () => {
  assert.deepInclude(await build([]), { code: 0, printed: "" })
  const met = await build(slowly(), { LD_LIBRARY_PATH: libraries() })
  Figures.largest("ms before a build by the clock", waited())
  assert.strictEqual(met.code, 0, met.printed)
  assert.match(met.printed, /^docker-shim: build cache not shared: .* takes too long; see 'docker-shim doctor'\n$/)
  // eleven delayed calls fit into its time, and fewer on a busy machine; seven of them are for the path to the context
  assert.isAtLeast(waited(), 2 * delay)
  assert.isAtMost(waited(), 750 + last)
})

it("what is stored slowly after a build is not stored, in one line", async () => {
  const [file = "", ...words] = slowly()
  fs.writeFileSync(
    session.at("then"),
    `LD_LIBRARY_PATH=${libraries()} ${file} ${words.join(" ")} -p $PPID > /dev/null 2>&1 &
while grep -q "^TracerPid:.0" /proc/$PPID/status; do :; done
`
  )
  const met = await build([])
  Figures.largest("ms after a build by the clock", waited())
  assert.strictEqual(met.code, 0, met.printed)
  assert.match(met.printed, /^docker-shim: build cache not shared: app:1 was not stored: .* takes too long; see /)
  assert.lengthOf(met.printed.trim().split("\n"), 1)
  assert.isAtLeast(waited(), 4 * delay)
  assert.isAtMost(waited(), 1_000 + 250 + 2 * last)
  // nothing of it is in the way of the next
  fs.rmSync(session.at("then"))
  assert.deepInclude(await build([]), { code: 0, printed: "" })
  assert.isTrue(fs.existsSync(path.join(cache, "app:1/index.json")))
})
