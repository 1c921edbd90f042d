import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
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
})
