import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as RecursionDepth from "../../../src/core/plan/RecursionDepth.ts"
import { type Probe, ProbeRunner, unanswered } from "../../../src/shell/services/ProbeRunner.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-probe-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

const env = { PATH: "/usr/bin:/bin" }
const run = (script: string, more: Partial<Probe> = {}) =>
  Effect.runPromise(
    Effect.flatMap(ProbeRunner.make, (runner) => runner.run({ file: "/bin/sh", args: ["-c", script], env, ...more }))
  )

describe("ProbeRunner", () => {
  it("gives what a program prints, and its status", async () => {
    assert.deepStrictEqual(await run("echo out; echo err >&2; exit 3"), { code: 3, stdout: "out\n", stderr: "err\n" })
  })

  it("gives no answer where a program cannot be started, dies or prints without end", async () => {
    assert.deepStrictEqual(
      [(await run("", { file: "/none" })).code, (await run("kill -KILL $$")).code, (await run("cat /dev/zero")).code],
      [unanswered, unanswered, unanswered]
    )
    assert.match((await run("kill -KILL $$")).stderr, /died of SIGKILL/)
  })

  it.each<[string, Partial<Probe>, RegExp]>([
    ["too many arguments", { args: ["x".repeat(4 * 1024 * 1024)] }, /E2BIG/],
    ["a name that is too long", { file: `/${"x".repeat(5000)}` }, /ENAMETOOLONG/]
  ])("gives no answer, but the reason, if Node throws it: %s", async (_, probe, why) => {
    const ran = await run("", probe)
    assert.strictEqual(ran.code, unanswered)
    assert.match(ran.stderr, why)
  })

  it("ends a program that takes too long with all that it started, also where that ignores TERM", async () => {
    const file = path.join(home, "child")
    const ran = await run(`trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 1; done'; :`, {
      limit: Duration.seconds(3)
    })
    assert.strictEqual(ran.stderr, "/bin/sh gave no answer within 3s")
    const child = Number(fs.readFileSync(file, "utf8"))
    const isAlive = (): boolean => {
      try {
        process.kill(child, 0)
        // a zombie is one that nobody has waited for yet
        return !fs.readFileSync(`/proc/${child}/stat`, "latin1").includes(") Z ")
      } catch {
        return false
      }
    }
    for (let tries = 0; tries < 200 && isAlive(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.isFalse(isAlive())
  })

  it("is told nothing on its standard input, and how deep it is", async () => {
    assert.strictEqual((await run("cat; echo end")).stdout, "end\n")
    const depth = Number((await run(`echo $${RecursionDepth.variable}`)).stdout)
    assert.isAbove(depth, 0)
    assert.isBelow(depth, RecursionDepth.max)
    const deeper = await run(`echo $${RecursionDepth.variable}`, {
      env: { ...env, [RecursionDepth.variable]: String(RecursionDepth.max - 1) }
    })
    assert.strictEqual(Number(deeper.stdout), RecursionDepth.max - 1)
  })

  it("finds texts and files under the descriptors that it is given", async () => {
    const file = path.join(home, "input")
    fs.writeFileSync(file, "from a file")
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY)
    try {
      const descriptors = new Map<number, number | { readonly content: string }>([[0, descriptor], [4, {
        content: "a text"
      }]])
      assert.strictEqual((await run("cat; cat <&4", { descriptors })).stdout, "from a filea text")
    } finally {
      fs.closeSync(descriptor)
    }
  })
})
