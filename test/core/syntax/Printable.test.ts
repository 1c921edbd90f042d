import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Printable from "../../../src/core/syntax/Printable.ts"
import { isObeyed } from "./obeyed.ts"

const anyText = FastCheck.string({ unit: "binary", maxLength: 20 })

describe("text from outside", () => {
  it.each([
    ["a name", "a name"],
    ["größer 😀 文", "größer 😀 文"],
    ["a\nremoved 3 entries", "a\\nremoved 3 entries"],
    ["a\r\tb", "a\\r\\tb"],
    ["\u001b]52;c;aGk=\u0007", "\\x1b]52;c;aGk=\\x07"],
    ["\u009b31m", "\\x9b31m"],
    ["\udcff", "\\xff"],
    ["\ud800", "\\u{d800}"],
    ["\u202etxt.exe", "\\u{202e}txt.exe"]
  ])("%j is shown as %s", (text, shown) => {
    assert.strictEqual(Printable.escape(text), shown)
  })

  it.prop("is one line that a terminal shows and does not obey", [anyText], ([text]) => {
    assert.isFalse(isObeyed(Printable.escape(text)))
    assert.isFalse(isObeyed(Printable.lines(text).replace(/[\n\t]/g, "")))
  })

  it.prop("keeps its meaning in JSON", [FastCheck.array(anyText)], ([texts]) => {
    const printed = Printable.json(JSON.stringify(texts, undefined, 2))
    assert.isFalse(isObeyed(printed.replaceAll("\n", "")))
    assert.deepStrictEqual(JSON.parse(printed), texts)
  })
})
