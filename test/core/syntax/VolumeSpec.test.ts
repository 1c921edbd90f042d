import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as VolumeSpec from "../../../src/core/syntax/VolumeSpec.ts"

const bind = (source: string, rest: string): VolumeSpec.VolumeSpec => ({ _tag: "Bind", source, rest })
const named = (source: string, rest: string): VolumeSpec.VolumeSpec => ({ _tag: "Named", source, rest })
const anonymous = (target: string): VolumeSpec.VolumeSpec => ({ _tag: "Anonymous", target })
const refused = (text: string): VolumeSpec.VolumeSpec => ({ _tag: "Refused", text })

const anyText = FastCheck.oneof(
  FastCheck.string({ unit: "grapheme" }),
  FastCheck.string({ unit: FastCheck.constantFrom(":", "/", ".", "a", "C", "\\", "~", ",", " ") })
)

describe("VolumeSpec", () => {
  describe("parse", () => {
    it("refuses as many colons as a word can have", () => {
      const text = "a:".repeat(65_000)
      assert.deepStrictEqual(VolumeSpec.parse(text), refused(text))
    })

    it.each([
      ["/a:/b", bind("/a", "/b")],
      ["./a:/b:ro", bind("./a", "/b:ro")],
      [".:/b", bind(".", "/b")],
      ["..:/b:ro,z", bind("..", "/b:ro,z")],
      [".hidden:/b", bind(".hidden", "/b")],
      ["~/a:/b", bind("~/a", "/b")],
      ["/a,b c:/d", bind("/a,b c", "/d")],
      ["/:/host", bind("/", "/host")],
      ["data:/b", named("data", "/b")],
      ["work/x:/b", named("work/x", "/b")],
      ["/home/retro/work/cache", anonymous("/home/retro/work/cache")],
      ["a:/x", anonymous("a:/x")],
      ["/", anonymous("/")],
      [".:", anonymous(".:")],
      ["C:\\a:/b", refused("C:\\a:/b")],
      ["C:/a:/b", refused("C:/a:/b")],
      ["ä:b:/c", refused("ä:b:/c")],
      ["Ca:/b", named("Ca", "/b")],
      ["/a:b:/c", bind("/a", "b:/c")],
      ["/a:b:/c:ro", refused("/a:b:/c:ro")],
      ["", refused("")],
      ["/a::/b", refused("/a::/b")],
      [":/b/c", refused(":/b/c")],
      ["/a:/b:", refused("/a:/b:")],
      ["/a:/b:ro:z", refused("/a:/b:ro:z")]
    ])("reads %j", (text, expected) => {
      assert.deepStrictEqual(VolumeSpec.parse(text), expected)
    })

    it.prop("is undone by print", [anyText], ([text]) => {
      assert.strictEqual(VolumeSpec.print(VolumeSpec.parse(text)), text)
    })
  })

  describe("withSource", () => {
    it.prop(
      "changes the source and nothing else",
      [
        FastCheck.stringMatching(/^[./][^:]{1,8}$/),
        FastCheck.stringMatching(/^\/[a-z,]{1,8}$/),
        FastCheck.constantFrom("", ":ro", ":z,ro")
      ],
      ([source, target, options]) => {
        const text = `${source}:${target}${options}`
        assert.strictEqual(VolumeSpec.source(text), source)
        assert.strictEqual(VolumeSpec.withSource(text, "/new"), `/new:${target}${options}`)
      }
    )

    it("says where the syntax cannot hold the path", () => {
      assert.isUndefined(VolumeSpec.withSource("/a:/b", "/c:d"))
      assert.isUndefined(VolumeSpec.withSource("data:/b", "/c"))
    })
  })
})
