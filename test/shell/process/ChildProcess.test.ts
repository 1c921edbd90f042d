import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ChildProcess from "../../../src/shell/process/ChildProcess.ts"
import * as SignalRelay from "../../../src/shell/process/SignalRelay.ts"
import { fixtures } from "../program.ts"

let relay: SignalRelay.SignalRelay
beforeEach(() => {
  relay = SignalRelay.install()
})
afterEach(() => relay.release())

const sh = (script: string, more: Partial<ChildProcess.Command> = {}): ChildProcess.Command => ({
  file: "/bin/sh",
  argv0: "sh",
  args: ["-c", script],
  env: { PATH: "/usr/bin:/bin" },
  ...more
})

describe("ChildProcess", () => {
  // the program's own tests have those that mean something to somebody: a start of Node is dear
  it("takes every status from the program", async () => {
    const ended: Array<unknown> = []
    await Promise.all(Array.from({ length: 8 }, async (_, lane) => {
      for (let code = lane; code < 256; code += 8) ended[code] = await ChildProcess.run(sh(`exit ${code}`), relay)
    }))
    assert.deepStrictEqual(ended, Array.from({ length: 256 }, (_, code) => ({ _tag: "Exited", code })))
  }, 180_000)

  it("has its name, environment and nothing else's", async () => {
    const script = `[ "$A" = b ] && [ -z "$HOME" ] && [ "$0" = docker ]`
    const command = sh("", { args: ["-c", script, "docker"], env: { A: "b", PATH: "/usr/bin:/bin" } })
    assert.deepStrictEqual(await ChildProcess.run(command, relay), { _tag: "Exited", code: 0 })
  })

  it("ends by a signal that was sent to the shim", async () => {
    const ended = ChildProcess.run(sh("exec sleep 60"), relay)
    process.kill(process.pid, "SIGTERM")
    assert.deepStrictEqual(await ended, { _tag: "Signaled", signal: "SIGTERM" })
  })

  it("finds under a descriptor the text that comes for it, also where it reads none of it", async () => {
    const content = "x".repeat(300_000)
    const input = new Map([[5, { content }]])
    assert.deepStrictEqual(await ChildProcess.run(sh("[ \"$(wc -c <&5)\" -eq 300000 ]", { input }), relay), {
      _tag: "Exited",
      code: 0
    })
    assert.deepStrictEqual(await ChildProcess.run(sh("exit 3", { input }), relay), { _tag: "Exited", code: 3 })
  })

  it("is rejected where it cannot be started", async () => {
    const said = await ChildProcess.run(sh("", { file: path.join(fixtures, "none") }), relay).then(() => "", String)
    assert.include(said, "ENOENT")
  })

  it("gives its status to the shim", () => {
    const before = process.exitCode
    try {
      ChildProcess.endAs({ _tag: "Exited", code: 42 })
      assert.strictEqual(process.exitCode, 42)
    } finally {
      process.exitCode = before
    }
  })
})
