import { assert, describe, it } from "@effect/vitest"
import * as CsvRecord from "../../../src/core/syntax/CsvRecord.ts"

describe("CsvRecord", () => {
  it.each([
    ["a,b", ["a", "b"]],
    ["", undefined],
    ["\n\na", ["a"]],
    ["a\nb", ["a"]],
    ["a\r\nb", ["a"]],
    ["a\rb", ["a\rb"]],
    ["a,", ["a", ""]],
    ["\"a,b\",c", ["a,b", "c"]],
    ["\"a\"\"b\"", ["a\"b"]],
    ["\"a\r\nb\"", ["a\nb"]],
    ["a\"b", undefined],
    ["\"a", undefined],
    ["\"a\"b", undefined]
  ])("reads %j as %j", (text, fields) => {
    assert.deepStrictEqual(CsvRecord.parse(text)?.map((field) => field.text), fields)
  })

  it.each([
    [["a", "b"], "a,b"],
    [["a,b", "c\"d", "e\nf"], "\"a,b\",\"c\"\"d\",\"e\nf\""],
    [[" a", "\\."], "\" a\",\"\\.\""]
  ])("prints %j", (fields, text) => {
    assert.strictEqual(CsvRecord.print(fields), text)
    assert.deepStrictEqual(CsvRecord.parse(text)?.map((field) => field.text), fields)
  })

  it("changes one field and no other byte", () => {
    const text = "type=bind,\"source=/a\",x\nrest"
    const field = CsvRecord.parse(text)?.[1]
    assert.isDefined(field)
    assert.strictEqual(CsvRecord.withField(text, field, "source=/b,c"), "type=bind,\"source=/b,c\",x\nrest")
  })
})
