import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"
import * as BuildTime from "../../../src/shell/services/BuildTime.ts"

describe("BuildTime", () => {
  it("is of one command: its budgets are its own, and used up apart", async () => {
    const [one, other] = await Effect.runPromise(Effect.all([BuildTime.BuildTime.make, BuildTime.BuildTime.make]))
    one.before.cut()
    assert.deepStrictEqual(
      [one.before, one.after, one.cleaning, other.before].map((budget) => budget.isSpent()),
      [true, false, false, false]
    )
  })

  it("keeps a part of the time before a build for what it is given, and is longer for many builds", async () => {
    const { after, before, checking, forBuilds, importing, looking } = await Effect.runPromise(BuildTime.BuildTime.make)
    const end = performance.now() + 20
    before.during(() =>
      after.during(() => {
        while (performance.now() < end) process.cpuUsage()
      })
    )
    const shares = [before.used() / looking.used(), before.used() / importing.used(), after.used() / checking.used()]
    for (const [at, share] of [0.75, 0.9, 0.9].entries()) assert.closeTo(shares[at] ?? 0, share, 1e-9)
    const used = before.used()
    forBuilds(1)
    assert.strictEqual(before.used(), used)
    forBuilds(26)
    assert.closeTo(before.used(), used / 2, 1e-9)
  })

  it("lets what waits meanwhile have its turn", async () => {
    let isHandled = false
    setImmediate(() => {
      isHandled = true
    })
    await Effect.runPromise(BuildTime.breathe)
    assert.isTrue(isHandled)
  })

  it("does parts in turn until something turns out, and lets what waits have its turn between long ones", async () => {
    const done: Array<string> = []
    setImmediate(() => done.push("first signal"))
    const act = (part: string): string | undefined => {
      done.push(part)
      setImmediate(() => done.push(`signal in ${part}`))
      for (const until = performance.now() + 20; performance.now() < until;);
      return part === "three" ? "found" : undefined
    }
    assert.strictEqual(
      await Effect.runPromise(BuildTime.inTurn(["one", "two", "three", "four"], TimeBudget.endless, act)),
      "found"
    )
    assert.deepStrictEqual(done, ["first signal", "one", "signal in one", "two", "signal in two", "three"])
    assert.isUndefined(await Effect.runPromise(BuildTime.inTurn([], TimeBudget.endless, act)))
  })
})
