import { assert, describe, it } from "vitest"
import * as Part from "../../../src/shell/install/Part.ts"
import * as Step from "../../../src/shell/install/Step.ts"

describe("Part", () => {
  it("is all of several, in their order", () => {
    const [one, other] = [Step.makeDirectory("/a"), Step.makeDirectory("/a/b")]
    const all = Part.all([Part.of({ steps: [one] }), Part.refuse("no"), Part.of({ steps: [other], notes: ["note"] })])
    assert.deepStrictEqual(all, { steps: [one, other], notes: ["note"], refusals: ["no"] })
    assert.deepStrictEqual(Part.all([]), Part.of({}))
  })
})
