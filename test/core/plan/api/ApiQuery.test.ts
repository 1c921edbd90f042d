import { assert, describe, it } from "vitest"
import * as ApiQuery from "../../../../src/core/plan/api/ApiQuery.ts"

const values = (target: string): ReadonlyArray<string> | undefined =>
  ApiQuery.find(target, "dir")?.map(({ value }) => value)

describe("find", () => {
  it.each([
    ["/x?dir=/a", ["/a"]],
    ["/x?a=1&dir=%2Fa+b%20c&dir=/d=e&dirs=/f", ["/a b c", "/d=e"]],
    ["/x?%64ir=/a;dir=/b", ["/a", "/b"]],
    ["/x?dir", [""]],
    ["/x?dir=/%C3%A4\xc3\xa4", ["/ää"]],
    ["/x?dir=/a%zz&dir=%2&d%ir=1&?dir=/b#c", []],
    ["/x?y?dir=/a&dir=/b?c#d", ["/b?c#d"]],
    ["/x/dir=/a", []],
    ["/x?dir=/%ff", undefined],
    ["/x?dir=/\xe4", undefined],
    ["/x?%ff=/a&DIR=/b", []]
  ])("%s has the values %j", (target, wanted) => {
    assert.deepStrictEqual(values(target), wanted)
  })
})

describe("replace", () => {
  it("puts values in their places, and leaves the rest as it was written", () => {
    const target = "/x?a=%2f&dir=%2Fhome&b&dir=/home;%64ir=+&c=%zz"
    const places = ApiQuery.find(target, "dir") ?? []
    assert.strictEqual(
      ApiQuery.replace(target, places.map((at, nth) => ({ at, value: `/d/${nth}&ä?` }))),
      "/x?a=%2f&dir=/d/0%26%C3%A4%3F&b&dir=/d/1%26%C3%A4%3F;%64ir=/d/2%26%C3%A4%3F&c=%zz"
    )
  })

  it("leaves a word without a value that is not replaced", () => {
    assert.strictEqual(ApiQuery.replace("/x?dir", []), "/x?dir")
  })
})
