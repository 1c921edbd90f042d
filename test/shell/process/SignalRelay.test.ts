import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as SignalRelay from "../../../src/shell/process/SignalRelay.ts"

let relay: SignalRelay.SignalRelay
beforeEach(() => {
  relay = SignalRelay.install()
})
afterEach(() => relay.release())

/** Sends this process a signal, and waits until it was handled. */
const send = async (signal: NodeJS.Signals): Promise<void> => {
  const handled = new Promise((resolve) => process.once(signal, resolve))
  process.kill(process.pid, signal)
  await handled
  await sleep(0)
}

describe("SignalRelay", () => {
  it("keeps signals waiting, until it is told where they go", async () => {
    await send("SIGTERM")
    const passed: Array<string> = []
    relay.passTo((signal) => passed.push(signal))
    assert.isFalse(relay.came())
    await send("SIGHUP")
    await send("SIGUSR1")
    assert.deepStrictEqual([passed, relay.came()], [["SIGHUP", "SIGUSR1"], true])
    relay.hold()
    await send("SIGTERM")
    assert.deepStrictEqual(passed, ["SIGHUP", "SIGUSR1"])
    relay.passTo(() => undefined)
    assert.isFalse(relay.came())
  })

  it("interrupts by any signal, again after the program, and hurries after one that ended well", async () => {
    const interrupted: Array<string> = []
    relay.interrupt((signal) => interrupted.push(signal))
    await send("SIGINT")
    relay.passTo(() => undefined)
    await send("SIGTERM")
    relay.resume()
    await send("SIGTERM")
    let hurried = 0
    relay.hurry(() => {
      hurried += 1
    })
    await send("SIGQUIT")
    assert.deepStrictEqual([interrupted, hurried], [["SIGINT", "SIGTERM"], 1])
  })

  it("leaves no handler behind", () => {
    const signals = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT"] as const
    const counts = () => signals.map((signal) => process.listenerCount(signal))
    const before = counts()
    const another = SignalRelay.install()
    assert.deepStrictEqual(counts(), before.map((count) => count + 1))
    another.release()
    assert.deepStrictEqual(counts(), before)
  })
})
