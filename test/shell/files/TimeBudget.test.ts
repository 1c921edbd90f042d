import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"

const work = (milliseconds: number): void => {
  const { system, user } = process.cpuUsage()
  for (;;) {
    const used = process.cpuUsage()
    if ((used.system + used.user - system - user) / 1000 > milliseconds) return
  }
}

describe("TimeBudget", () => {
  it("is spent by work, also in parts, and not between them", async () => {
    const budget = TimeBudget.millis(60)
    assert.strictEqual(budget.during(() => "done"), "done")
    await sleep(300)
    assert.isFalse(budget.isSpent())
    budget.during(() => work(35))
    assert.isFalse(budget.isSpent())
    budget.during(() => {
      assert.isFalse(budget.isSpent())
      work(35)
      assert.isTrue(budget.isSpent())
    })
    assert.isTrue(budget.isSpent())
  })

  it("counts work within work once, and that of a part that fails", () => {
    const budget = TimeBudget.millis(50)
    budget.during(() => budget.during(() => work(30)))
    assert.isFalse(budget.isSpent())
    assert.throws(() =>
      budget.during(() => {
        work(30)
        throw new Error("no")
      }), "no")
    assert.isTrue(budget.isSpent())
  })

  it("is spent when it is cut, and one without end never is", () => {
    const budget = TimeBudget.millis(60_000)
    budget.cut()
    assert.isTrue(budget.isSpent())
    TimeBudget.endless.cut()
    assert.deepStrictEqual([TimeBudget.endless.isSpent(), TimeBudget.endless.during(() => 1)], [false, 1])
  })
})
