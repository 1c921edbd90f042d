import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import * as ProcessorQueue from "../../../src/shell/files/ProcessorQueue.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"

vi.mock("../../../src/shell/files/ProcessorQueue.ts")

/** What the clocks show, in milliseconds: a busy machine must not decide what this finds. */
let clock = { processor: 0, wall: 0, queue: 0 }
beforeEach(() => {
  clock = { processor: 0, wall: 0, queue: 0 }
  vi.mocked(ProcessorQueue.waited).mockImplementation(() => clock.queue)
  vi.spyOn(process, "cpuUsage").mockImplementation(() => ({
    user: clock.processor * 600,
    system: clock.processor * 400
  }))
  vi.spyOn(performance, "now").mockImplementation(() => clock.wall)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const work = (milliseconds: number): void => {
  clock.processor += milliseconds
  clock.wall += milliseconds
}
const wait = (milliseconds: number): void => {
  clock.wall += milliseconds
}
const queue = (milliseconds: number): void => {
  clock.wall += milliseconds
  clock.queue += milliseconds
}

describe("TimeBudget", () => {
  it("is spent by work, also in parts, and not between them", () => {
    const budget = TimeBudget.millis(60)
    assert.strictEqual(budget.during(() => "done"), "done")
    wait(10_000)
    budget.during(() => {
      work(35)
    })
    assert.isFalse(budget.isSpent())
    budget.during(() => {
      work(24)
      assert.isFalse(budget.isSpent())
      work(1)
      assert.isTrue(budget.isSpent())
    })
    assert.isTrue(budget.isSpent())
  })

  it("is spent by waiting in four times as long", () => {
    const budget = TimeBudget.millis(50)
    budget.during(() => {
      wait(199)
    })
    assert.isFalse(budget.isSpent())
    budget.during(() => {
      wait(1)
    })
    assert.isTrue(budget.isSpent())
  })

  it("is not spent by waiting for a processor, unless all of it takes four times as long", () => {
    const budget = TimeBudget.millis(100, 1)
    queue(10_000)
    budget.during(() => {
      queue(200)
      wait(50)
    })
    assert.strictEqual(budget.used(), 0.625)
    budget.during(() => {
      queue(100)
      wait(25)
    })
    assert.strictEqual(budget.used(), 0.9375)
    budget.during(() => {
      queue(25)
      assert.isTrue(budget.isSpent())
    })
    const other = TimeBudget.millis(100, 1)
    other.during(() => {
      queue(250)
      wait(99)
    })
    assert.isFalse(other.isSpent())
    other.during(() => {
      wait(1)
    })
    assert.isTrue(other.isSpent())
  })

  it("counts work within work once, and that of a part that fails", () => {
    const budget = TimeBudget.millis(50)
    budget.during(() => {
      work(20)
      budget.during(() => {
        work(10)
      })
    })
    assert.isFalse(budget.isSpent())
    assert.throws(() =>
      budget.during(() => {
        work(20)
        throw new Error("no")
      }), "no")
    assert.isTrue(budget.isSpent())
  })

  it("counts what goes on until a promise is settled, and waits as long as it is told", async () => {
    const budget = TimeBudget.millis(50, 1)
    const settled = budget.during(async () => {
      await Promise.resolve()
      wait(49)
    })
    await settled
    wait(1_000)
    assert.isFalse(budget.isSpent())
    budget.during(() => {
      wait(1)
    })
    assert.isTrue(budget.isSpent())
  })

  it("is spent when it is cut, and one without end never is", () => {
    const budget = TimeBudget.millis(60_000)
    budget.cut()
    assert.isTrue(budget.isSpent())
    TimeBudget.endless.cut()
    assert.deepStrictEqual([TimeBudget.endless.isSpent(), TimeBudget.endless.during(() => 1)], [false, 1])
  })

  it("can be made longer, and its first part is spent before it", () => {
    const budget = TimeBudget.millis(40)
    const part = budget.part(0.75)
    budget.during(() => {
      work(30)
    })
    assert.deepStrictEqual([part.isSpent(), budget.isSpent(), part.used()], [true, false, 1])
    budget.extend(20)
    // it is not looked at more often than twice in a millisecond
    wait(1)
    assert.deepStrictEqual([part.isSpent(), budget.used()], [false, 0.5])
    // what the part does uses up the whole
    part.during(() => {
      work(30)
    })
    assert.deepStrictEqual([part.isSpent(), budget.isSpent()], [true, true])
  })

  it("looks at what was used no more often than it has to", () => {
    const budget = TimeBudget.millis(400)
    const part = budget.part(0.5)
    let asked = 0
    vi.mocked(ProcessorQueue.waited).mockImplementation(() => {
      asked += 1
      return 0
    })
    budget.during(() => {
      const looks = (until: number, step: number): number => {
        const before = asked
        while (clock.processor < until) {
          work(step)
          part.isSpent()
        }
        return asked - before
      }
      // an eighth of what is left, each time
      assert.isBelow(looks(100, 0.01), 8)
      assert.isFalse(part.isSpent())
      // and near the end twice in a millisecond
      assert.isAtMost(looks(196, 0.01), 30)
      assert.isAtMost(looks(199.9, 0.01), 9)
      assert.isFalse(part.isSpent())
      work(0.6)
      assert.isTrue(part.isSpent())
      assert.isFalse(budget.isSpent())
    })
  })

  it("is not used up faster than it is looked at, by as many threads as there can be", () => {
    const budget = TimeBudget.millis(100, 1)
    budget.during(() => {
      while (!budget.isSpent()) {
        wait(0.1)
        clock.processor += 0.8
      }
    })
    assert.isAtMost(clock.processor, 105)
  })

  it("cuts its parts at once", () => {
    const budget = TimeBudget.millis(1_000)
    const part = budget.part(0.75).part(0.5)
    budget.during(() => {
      assert.isFalse(part.isSpent())
      budget.cut()
      assert.deepStrictEqual([part.isSpent(), part.used() > 1], [true, true])
    })
  })

  it("ends work at the next call of the file system, but for what has to be done at any time", () => {
    const budget = TimeBudget.millis(30)
    const reached: Array<string> = []
    const run = (): void =>
      TimeBudget.cutting(budget, () => {
        for (const place of ["/one", "/two", "/three"]) {
          TimeBudget.check(place)
          reached.push(place)
          work(15)
        }
      })
    assert.throws(run, "/three: ELATE")
    assert.deepStrictEqual(reached, ["/one", "/two"])
    assert.throws(() => TimeBudget.cutting(budget, () => TimeBudget.check("/four")), "/four: ELATE")
    TimeBudget.cutting(budget, () => TimeBudget.uncut(() => TimeBudget.check("/five")))
    // nothing of it is left behind
    TimeBudget.check("/six")
  })
})
