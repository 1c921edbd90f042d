import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as StepRefresh from "../../../src/core/plan/build/StepRefresh.ts"
import * as ImportedSteps from "../../../src/shell/builder/ImportedSteps.ts"

describe("imported steps", () => {
  let home = ""
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "imported-steps-"))
  })
  afterEach(() => {
    fs.rmSync(home, { recursive: true })
  })

  it("are remembered by endpoint, until they have run", () => {
    const env = { HOME: home }
    ImportedSteps.remember("one", ["a", "b"], env)
    ImportedSteps.remember("one", ["b", "c"], env)
    ImportedSteps.forget("one", ["a", "x"], env)
    assert.deepStrictEqual(ImportedSteps.read("one", env), ["b", "c"].map(StepRefresh.digestOf))
    assert.deepStrictEqual(ImportedSteps.read("two", env), [])
    assert.deepStrictEqual(ImportedSteps.read("one", {}), [])
  })

  it("are told from those that ran by what the builder says of its records", () => {
    const usage = [
      "ID:           a\nType:         regular\nDescription:  imported sha256:9f3c\n",
      "ID:           b\nDescription:  mount / from exec /bin/sh -c cp /lock   /c/lock\nType: regular\n",
      "ID:           c\nDescription:  cached mount /c from exec /bin/sh -c cat /c/lock with id \"//c\"\n"
    ].join("\n")
    assert.isTrue(ImportedSteps.hasRun(usage, "cp /lock /c/lock"))
    assert.isFalse(ImportedSteps.hasRun(usage, "cat /c/lock"), "its mount is there, its result is not")
    assert.isTrue(ImportedSteps.hasImported(usage))
    assert.isFalse(ImportedSteps.hasImported(usage.slice(usage.indexOf("ID:           b"))))
  })
})
