import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as OverlayOptions from "../../../src/core/syntax/OverlayOptions.ts"

describe("OverlayOptions", () => {
  it.each([
    ["lowerdir=/a:/b,upperdir=/u,workdir=/w", ["/a", "/b", "/u", "/w"]],
    ["rw,index=off,lowerdir=/a::/b,metacopy=on", ["/a", "/b"]],
    ["lowerdir+=/a,datadir+=/d", ["/a", "/d"]],
    ["lowerdir=/a\\:b:/c\\,d,upperdir=/u:v", ["/a:b", "/c,d", "/u:v"]],
    ["lowerdir=a:/b:./c", ["/b"]],
    ["bind", []],
    ["addr=10.0.0.1,rw", []],
    ["lowerdir", []],
    ["xlowerdir=/a", []],
    ["", []],
    ["lowerdir=/a\\", ["/a\\"]]
  ])("finds in %j %j", (text, paths) => {
    assert.deepStrictEqual(OverlayOptions.sources(text), paths)
  })

  it("escapes what separates", () => {
    assert.strictEqual(
      OverlayOptions.withSources("lowerdir=/a:/b,upperdir=/u", ["/x:y", "/b", "/z,\\"]),
      "lowerdir=/x\\:y:/b,upperdir=/z\\,\\\\"
    )
  })

  const text = FastCheck.array(
    FastCheck.constantFrom("lowerdir=", "upperdir=", "workdir=", "/", "a", ":", ",", "\\", "=", "ro"),
    { maxLength: 12 }
  ).map((parts) => parts.join(""))

  it.prop("changes no byte where no path changes, and puts in what is then found", [text], ([options]) => {
    const paths = OverlayOptions.sources(options)
    assert.strictEqual(OverlayOptions.withSources(options, paths), options)
    const others = paths.map((path, at) => `/new:${at},${path}`)
    assert.deepStrictEqual(OverlayOptions.sources(OverlayOptions.withSources(options, others)), others)
  })
})
