import { it } from "@effect/vitest"
import { FastCheck } from "effect"
import { assert, describe } from "vitest"
import * as JsonText from "../../../src/core/syntax/JsonText.ts"

const parse = (text: string): string => JsonText.parse(text)._tag

/** The texts of a field of the document, as they stand. */
const texts = (text: string, name: string): ReadonlyArray<string> => {
  const document = JsonText.parse(text)
  return document._tag === "Json"
    ? JsonText.fields(document.value, name).map((value) =>
      text.slice(value.node.offset, value.node.offset + value.node.length)
    )
    : []
}

describe("parse", () => {
  it.each([
    ["{}", "Json"],
    [" \t\r\n[1]", "Json"],
    ["{} {", "Json"],
    ["{}}", "Json"],
    [`{"a":1}\u0000`, "Json"],
    ["", "NoJson"],
    ["null {}", "NoJson"],
    ["1", "NoJson"],
    [`"{}"`, "NoJson"],
    ["{", "NoJson"],
    [`{"a`, "NoJson"],
    ["{]", "NoJson"],
    ["{}}".slice(0, 1), "NoJson"],
    ["\ufeff{}", "NoJson"],
    ["\u00a0{}", "NoJson"],
    ["{\"a\":1,}", "NoJson"],
    ["{/**/}", "NoJson"],
    ["{'a':1}", "NoJson"],
    [`{"a":"\n"}`, "NoJson"],
    [`{"a":01}`, "NoJson"],
    [`${"[".repeat(1_000)}${"]".repeat(1_000)}`, "Json"],
    [`${"[".repeat(1_001)}${"]".repeat(1_001)}`, "Unread"],
    [`${"[".repeat(10_000)}${"]".repeat(10_000)}`, "Unread"],
    // Go refuses those itself
    [`${"[".repeat(10_001)}${"]".repeat(10_001)}`, "NoJson"],
    [`{}${"[".repeat(20_000)}`, "Json"],
    [`[${"0,".repeat(199_990)}0]`, "Json"],
    [`[${"0,".repeat(200_000)}0]`, "Unread"],
    [`["${",".repeat(300_000)}"]`, "Json"]
  ])("of %s is %s", (text, tag) => {
    assert.strictEqual(parse(text), tag)
  })

  it("says why it does not read a document", () => {
    assert.deepStrictEqual(JsonText.parse("[".repeat(1_001) + "]".repeat(1_001)), {
      _tag: "Unread",
      why: "it is nested more than 1000 levels deep"
    })
  })

  const json = FastCheck.json({ noUnicodeString: false })
  const damaged = FastCheck.tuple(
    json,
    FastCheck.nat(200),
    FastCheck.constantFrom(
      "",
      ",",
      "\"",
      "{",
      "}",
      "[",
      "]",
      ":",
      "0",
      "-",
      ".",
      "e",
      "\\",
      "\\u12",
      "\n",
      "\u0001",
      "t",
      "true",
      " ",
      "\u00a0"
    )
  ).map(([text, at, word]) =>
    text.slice(0, at % (text.length + 1)) + word + text.slice((at % (text.length + 1)) + at % 2)
  )

  it.prop("is of JSON's own opinion", [FastCheck.oneof(json, damaged)], ([text]) => {
    let isJson = true
    try {
      isJson = typeof JSON.parse(text) === "object" && JSON.parse(text) !== null
    } catch {
      isJson = false
    }
    const document = JsonText.parse(text)
    // what has more behind its first value is no JSON as a whole
    if (isJson) assert.strictEqual(document._tag, "Json")
    else if (document._tag === "Json") {
      assert.isBelow(document.value.node.length, text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, "").length)
    } else assert.strictEqual(document._tag, "NoJson")
  }, { fastCheck: { numRuns: 2_000 } })
})

describe("fields", () => {
  it.each([
    [`{"Binds":1,"binds":2,"BINDS":3}`, "Binds", ["1", "2", "3"]],
    [`{"Bind\u017f":1,"\\u0042inds":2}`, "Binds", ["1", "2"]],
    [`{"Network\u212a":1}`, "NetworkK", ["1"]],
    [`{"\u017fource":1,"source":2,"\u017f":3}`, "Source", ["1", "2"]],
    // Go folds no others
    [`{"B\u0131nds":1,"B\u0130nds":2,"Bindß":3}`, "Binds", []],
    [`{"a":{"Binds":1}}`, "Binds", []]
  ])("of %s by the name %s are %j", (text, name, found) => {
    assert.deepStrictEqual(texts(text, name), found)
  })
})

describe("replace", () => {
  it("puts texts in the place of others, in whatever order they are given, and changes nothing around them", () => {
    const text = ` { "a" : ["x","y"], "b":1.50e+00 } tail`
    const document = JsonText.parse(text)
    assert.ok(document._tag === "Json")
    const strings = JsonText.fields(document.value, "a").flatMap(JsonText.elements).flatMap((one) =>
      JsonText.string(one) ?? []
    )
    const replaced = JsonText.replace(text, strings.reverse().map((at) => ({ at, value: `<${at.value}">` })))
    assert.strictEqual(replaced, ` { "a" : ["<x\\">","<y\\">"], "b":1.50e+00 } tail`)
  })

  it("of ten thousand texts takes no time that grows with their square", () => {
    const text = `[${Array.from({ length: 20_000 }, () => `"x"`).join(",")}]${" ".repeat(1 << 20)}`
    const document = JsonText.parse(text)
    assert.ok(document._tag === "Json")
    const strings = JsonText.elements(document.value).flatMap((one) => JsonText.string(one) ?? [])
    const begun = performance.now()
    assert.lengthOf(JsonText.replace(text, strings.map((at) => ({ at, value: "yy" }))), text.length + strings.length)
    assert.isBelow(performance.now() - begun, 2_000)
  })
})
