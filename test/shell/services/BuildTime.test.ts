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
