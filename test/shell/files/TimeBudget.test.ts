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

  it("is spent until a promise is settled, also one that fails", async () => {
    const budget = TimeBudget.millis(1_000, 1)
    const failed = budget.during(async () => {
      await sleep(100)
      throw new Error("no")
    })
    assert.strictEqual(await failed.catch(() => "failed"), "failed")
    await sleep(1_100)
    assert.isFalse(budget.isSpent())
    const seen = await budget.during(async () => {
      await sleep(1_000)
      return budget.isSpent()
    })
    assert.deepStrictEqual([seen, budget.isSpent()], [true, true])
  })

  it("lasts four times longer by the clock than by the processor unless said otherwise", async () => {
    const [usual, impatient] = [TimeBudget.millis(500), TimeBudget.millis(500, 1)]
    await Promise.all([usual, impatient].map((budget) => budget.during(() => sleep(600))))
    assert.deepStrictEqual([usual.isSpent(), impatient.isSpent()], [false, true])
    await usual.during(() => sleep(1_500))
    assert.isTrue(usual.isSpent())
  })

  it("is spent when it is cut, and one without end never is", () => {
    const budget = TimeBudget.millis(60_000)
    budget.cut()
    assert.isTrue(budget.isSpent())
    TimeBudget.endless.cut()
    assert.deepStrictEqual([TimeBudget.endless.isSpent(), TimeBudget.endless.during(() => 1)], [false, 1])
  })
})
