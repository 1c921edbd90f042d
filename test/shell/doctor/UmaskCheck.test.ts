import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { afterAll, afterEach, assert, describe, it, vi } from "vitest"
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

  it.each([
    ["there is no /proc", () => {
      throw new Error("ENOENT")
    }],
    ["the kernel does not tell it", () => "Name:\tnode\n"]
  ])("is not checked where %s", async (_, read) => {
    const reading = vi.spyOn(fs, "readFileSync").mockImplementation(read)
    syncBuiltinESMExports()
    try {
      assert.strictEqual((await finding(UmaskCheck.check, "umask")).state, "unchecked")
    } finally {
      reading.mockRestore()
      syncBuiltinESMExports()
    }
  })
})
