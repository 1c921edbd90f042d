import { afterAll, afterEach, assert, describe, it } from "vitest"
import * as UmaskCheck from "../../../src/shell/doctor/UmaskCheck.ts"
import { finding } from "./examination.ts"

describe("UmaskCheck", () => {
  const before = process.umask(0o022)
  afterEach(() => void process.umask(0o022))
  afterAll(() => void process.umask(before))

  it.each([[0o022, "ok"], [0o002, "warn"], [0o000, "warn"]])("of %i is %s", async (mask, state) => {
    process.umask(mask)
    assert.strictEqual((await finding(UmaskCheck.check, "umask")).state, state)
  })
})
