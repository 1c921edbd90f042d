import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as JsonObject from "../../../src/core/syntax/JsonObject.ts"

const names = FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom("__proto__", "constructor", "0", "length"))
const objects = FastCheck.dictionary(names, FastCheck.jsonValue(), { noNullPrototype: true })

describe("JsonObject", () => {
  it.prop("reads what is JSON", [FastCheck.jsonValue()], ([value]) => {
    assert.deepStrictEqual(JsonObject.parse(JSON.stringify(value)), JSON.parse(JSON.stringify(value)))
  })

  it.each(["", "{", "nul", "{'a': 1}", "[1,]", "Usage: docker buildx history"])("finds nothing in %j", (text) => {
    assert.isUndefined(JsonObject.parse(text))
  })

  it("tells objects and lists of texts from all else", () => {
    const values = [{}, [], ["a", ""], ["a", 1], null, "a", undefined]
    assert.deepStrictEqual(values.filter(JsonObject.isObject), [{}])
    assert.deepStrictEqual(values.filter(JsonObject.isTexts), [[], ["a", ""]])
  })

  it.prop("finds each field that an object has, and no other", [objects, names], ([object, name]) => {
    for (const [own, value] of Object.entries(object)) assert.strictEqual(JsonObject.field(object, own), value)
    if (!Object.hasOwn(object, name)) assert.isUndefined(JsonObject.field(object, name))
    assert.deepStrictEqual(JsonObject.entries(JsonObject.fields(object)), JsonObject.entries(object))
  })

  it.prop("finds nothing in what is no object", [FastCheck.jsonValue(), names], ([value, name]) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return
    assert.isUndefined(JsonObject.field(value, name))
    assert.deepStrictEqual([JsonObject.entries(value), JsonObject.list(value, name)], [[], []])
  })

  it("takes no field for one of another kind", () => {
    const object = { empty: "", text: "a", number: 1, list: ["a", 1, null, "b"], none: null }
    assert.deepStrictEqual(
      ["empty", "text", "number", "list", "none"].map((name) => JsonObject.text(object, name)),
      [undefined, "a", undefined, undefined, undefined]
    )
    assert.deepStrictEqual(JsonObject.texts(object, "list"), ["a", "b"])
    assert.deepStrictEqual(JsonObject.list(object, "text"), [])
  })
})
