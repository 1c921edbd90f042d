import { assert, describe, it } from "@effect/vitest"
import * as ShellWord from "../../../src/core/syntax/ShellWord.ts"

describe("ShellWord", () => {
  it.each([
    ["a-b=/c.d:e,f@%+_", "a-b=/c.d:e,f@%+_"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it'\\''s'"],
    ["$x", "'$x'"],
    ["a\nb", "'a\nb'"]
  ])("quotes %j as %s", (word, quoted) => {
    assert.strictEqual(ShellWord.quote(word), quoted)
  })
})
