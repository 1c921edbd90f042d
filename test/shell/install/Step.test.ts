import { assert, describe, it } from "vitest"
import * as Step from "../../../src/shell/install/Step.ts"

const steps = [
  Step.makeDirectory("/d"),
  Step.copy("/a", "/b"),
  Step.link("/l", "/t"),
  Step.move("/a", "/b"),
  Step.replace("/p", "/p.real", "/t"),
  Step.divert("/p", "/p.real")
]

describe("Step", () => {
  it("is a line, and so is its undoing", () => {
    assert.deepStrictEqual(steps.map(Step.print), [
      "make directory /d",
      "copy /a to /b",
      "link /l -> /t",
      "move /a to /b",
      "keep /p as /p.real, link /p -> /t",
      "divert the packaged /p to /p.real"
    ])
    assert.deepStrictEqual(steps.map(Step.printUndo), [
      "remove directory /d",
      "remove /b",
      "remove /l",
      "move /b back to /a",
      "put /p.real back as /p",
      "end the diversion of /p"
    ])
  })

  it("is known when it is read back, and nothing else is", () => {
    for (const step of steps) assert.isTrue(Step.isStep(JSON.parse(JSON.stringify(step))), step._tag)
    const others = [
      null,
      [],
      {},
      { _tag: "Link", path: "/l" },
      { _tag: "Link", path: "/l", target: 1 },
      { _tag: "Unlink", path: "/l" },
      { _tag: "toString", path: "/l" }
    ]
    for (const other of others) assert.isFalse(Step.isStep(other), JSON.stringify(other))
  })
})
