import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Quantity from "../../../src/core/syntax/Quantity.ts"

describe("Quantity", () => {
  it.each([
    ["0", 0],
    ["1024", 1024],
    ["20GB", 20e9],
    ["20gb", 20e9],
    ["20 GB", 20e9],
    ["20g", 20e9],
    ["1.5kB", 1500],
    ["512MiB", 512 * 1024 ** 2],
    ["2TiB", 2 * 1024 ** 4]
  ])("parseSize reads %s", (text, bytes) => {
    assert.strictEqual(Quantity.parseSize(text), bytes)
  })

  it.each(["", "GB", "-1GB", "1e3", "20XB", "20GB ", "1,5GB", "NaN", "1constructor"])(
    "parseSize refuses %j",
    (text) => {
      assert.isUndefined(Quantity.parseSize(text))
    }
  )

  it.each([["14d", 14 * 86_400], ["36h", 36 * 3600], ["1h30m", 5400], ["2w", 14 * 86_400], ["0s", 0]])(
    "parseAge reads %s",
    (text, seconds) => {
      assert.strictEqual(Quantity.parseAge(text), seconds)
    }
  )

  it.each(["", "14", "d", "1.5d", "-1d", "1d ", "1y"])("parseAge refuses %j", (text) => {
    assert.isUndefined(Quantity.parseAge(text))
  })

  it.each([[0, "0B"], [999, "999B"], [1000, "1kB"], [1_550_000, "1.55MB"], [999_999, "1MB"], [999_994, "999.99kB"], [
    20e9,
    "20GB"
  ], [5e15, "5000TB"]])(
    "printSize prints %d",
    (bytes, text) => {
      assert.strictEqual(Quantity.printSize(bytes), text)
    }
  )

  it.each([[0, "0 entries"], [1, "1 entry"], [2, "2 entries"]])("printCount prints %d", (count, text) => {
    assert.strictEqual(Quantity.printCount(count, "entry", "entries"), text)
  })

  it.prop("printSize is read back within a hundredth", [FastCheck.integer({ min: 0, max: 1e15 })], ([bytes]) => {
    const back = Quantity.parseSize(Quantity.printSize(bytes))
    assert.closeTo(back ?? Number.NaN, bytes, Math.max(bytes * 0.011, 0))
  })

  it.each([
    [-5, "0 seconds"],
    [1.9, "1 second"],
    [59, "59 seconds"],
    [60, "1 minute"],
    [3599, "59 minutes"],
    [3600, "1 hour"],
    [7200, "2 hours"],
    [86_400, "1 day"],
    [604_799, "6 days"],
    [604_800, "1 week"]
  ])("printAge prints %d", (seconds, text) => {
    assert.strictEqual(Quantity.printAge(seconds), text)
  })
})
