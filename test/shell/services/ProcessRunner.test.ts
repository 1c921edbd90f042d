import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import type { SignalRelay } from "../../../src/shell/process/SignalRelay.ts"
import * as BuildTime from "../../../src/shell/services/BuildTime.ts"
import { ProcessRunner } from "../../../src/shell/services/ProcessRunner.ts"

/** Runs a shell script; gives how it ended, and what the relay was told. */
const run = (script: string, came = false, file = "/bin/sh") => {
  const told: Array<string> = []
  const relay: SignalRelay = {
    passTo: () => void told.push("passTo"),
    hold: () => void told.push("hold"),
    interrupt: () => void told.push("interrupt"),
    resume: () => void told.push("resume"),
    hurry: (handle) => {
      told.push("hurry")
      handle()
    },
    came: () => came,
    release: () => void told.push("release")
  }
  return Effect.runPromise(Effect.gen(function*() {
    const time = yield* BuildTime.BuildTime.make
    const runner = yield* Effect.provideService(ProcessRunner.make(relay), BuildTime.BuildTime, time)
    const ended = yield* Effect.either(
      runner.run({ file, argv0: "sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" } })
    )
    return { ended, told, isHurried: time.after.isSpent() }
  }))
}

describe("ProcessRunner", () => {
  it("lets signals end what the shim still does after a program that ended well", async () => {
    const { ended, isHurried, told } = await run("exit 0")
    assert.deepStrictEqual(ended._tag === "Right" && ended.right, { _tag: "Exited", code: 0 })
    assert.deepStrictEqual([told, isHurried], [["passTo", "hold", "hurry"], true])
  })

  it("lets them interrupt the shim again after one that failed, and knows whether one came", async () => {
    const failed = await run("exit 3")
    assert.deepStrictEqual(failed.ended._tag === "Right" && failed.ended.right, { _tag: "Exited", code: 3 })
    assert.deepStrictEqual([failed.told, failed.isHurried], [["passTo", "hold", "resume"], false])
    const { ended } = await run("exit 3", true)
    assert.deepStrictEqual(ended._tag === "Right" && ended.right, { _tag: "Exited", code: 3, isInterrupted: true })
  })

  it("fails where the program cannot be started", async () => {
    const { ended } = await run("", false, "/none")
    assert.strictEqual(ended._tag === "Left" && ended.left._tag, "ProgramNotRunnable")
  })
})
