import { assert, describe, it } from "vitest"
import * as Ended from "../../../src/shell/process/Ended.ts"

describe("Ended", () => {
  it.each<[Ended.Ended, boolean]>([
    [{ _tag: "Exited", code: 0 }, false],
    [{ _tag: "Exited", code: 1 }, true],
    [{ _tag: "Exited", code: 1, isInterrupted: false }, true],
    [{ _tag: "Exited", code: 130, isInterrupted: true }, false],
    [{ _tag: "Signaled", signal: "SIGTERM" }, false]
  ])("%j is a failure of its own: %s", (ended, isFailure) => {
    assert.strictEqual(Ended.isFailure(ended), isFailure)
  })
})
