import { assert, describe, it } from "@effect/vitest"
import * as RegistryEntries from "../../../src/core/facts/RegistryEntries.ts"

describe("RegistryEntries", () => {
  it("asks for the references of each build, and hears which is there", () => {
    const asked: RegistryEntries.Asked = {
      builds: [["r/app:1", "r/app:2"], ["r/web:3"], ["r/db:4"]],
      globals: [],
      env: {}
    }
    assert.strictEqual(
      RegistryEntries.kind.question(asked),
      "which of r/app:1, r/app:2, r/web:3, r/db:4 is in its registry?"
    )
    assert.strictEqual(
      RegistryEntries.kind.answer([
        { _tag: "Found", reference: "r/app:2" },
        { _tag: "None" },
        { _tag: "Unknown", why: "connection refused" }
      ], asked),
      "r/app:2, none, that is not known: connection refused"
    )
  })
})
