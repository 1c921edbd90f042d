import { assert, describe, it } from "vitest"
import { memo, memoOfLast, memoOfTexts } from "../../../src/core/argv/Memo.ts"

describe("memo", () => {
  it("makes a value once for an object, and another for another", () => {
    const made: Array<string> = []
    const first = memo((words: ReadonlyArray<string>) => {
      made.push(words.join())
      return words[0]
    })
    const [one, same] = [["a"], ["a"]]
    assert.deepStrictEqual([first(one), first(one), first(same), first([])], ["a", "a", "a", undefined])
    assert.deepStrictEqual(made, ["a", "a", ""])
  })
})

describe("memoOfTexts", () => {
  it("makes a value once for a text and an object, and another for another", () => {
    const made: Array<string> = []
    const upper = memoOfTexts((text) => {
      made.push(text)
      return text.toUpperCase()
    })
    const [one, other] = [{}, {}]
    const found = [upper(one)("a"), upper(one)("a"), upper(one)("b"), upper(other)("a")]
    assert.deepStrictEqual([found, made], [["A", "A", "B", "A"], ["a", "b", "a"]])
  })
})

describe("memoOfLast", () => {
  it("makes a value again as soon as one input is another, and no longer knows the one before", () => {
    const made: Array<string> = []
    const both = memoOfLast((words: ReadonlyArray<string>, end: string) => {
      made.push(`${words.join()}${end}`)
      return [...words, end]
    })
    const words = ["a"]
    const first = both(words, "b")
    assert.strictEqual(both(words, "b"), first)
    assert.deepStrictEqual(both(words, "c"), ["a", "c"])
    assert.deepStrictEqual(both(["a"], "c"), ["a", "c"])
    assert.deepStrictEqual(both(words, "b"), ["a", "b"])
    assert.deepStrictEqual(made, ["ab", "ac", "ac", "ab"])
  })
})
