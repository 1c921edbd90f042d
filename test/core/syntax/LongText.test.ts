import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as LongText from "../../../src/core/syntax/LongText.ts"

const texts = FastCheck.string({ unit: FastCheck.constantFrom("a", "b", "\\", "ä", "😀") })

describe("LongText", () => {
  it.prop(
    "finds what a text's own method finds",
    { text: texts, word: texts.filter((one) => one !== "") },
    ({ text, word }) => {
      assert.strictEqual(LongText.includes(text, word), text.includes(word))
      assert.isTrue(LongText.includes(`${text}${word}${text}`, word))
    }
  )
})
