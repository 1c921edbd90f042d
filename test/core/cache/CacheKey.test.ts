import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheKey from "../../../src/core/cache/CacheKey.ts"

const key = (subject: CacheKey.Subject, target?: string, ...platforms: ReadonlyArray<string>): CacheKey.CacheKey => ({
  subject,
  target,
  platforms
})
const image = (path: string): CacheKey.Subject => ({ _tag: "Image", path })
const context = (where: string, dockerfile?: string): CacheKey.Subject => ({
  _tag: "Context",
  context: where,
  dockerfile
})
const service = (directory: string, name: string): CacheKey.Subject => ({ _tag: "Service", directory, service: name })

const text = FastCheck.oneof(
  FastCheck.string({ minLength: 1, unit: "grapheme" }),
  FastCheck.string({
    minLength: 1,
    maxLength: 6,
    unit: FastCheck.constantFrom("a", "/", "+", "%", "@", "~", "=", "#", ".", "2", "B")
  })
)
const keys = FastCheck.record({
  subject: FastCheck.oneof(
    text.map(image),
    FastCheck.tuple(text, FastCheck.option(text, { nil: undefined })).map(([where, file]) => context(where, file)),
    FastCheck.tuple(text, text).map(([directory, name]) => service(directory, name))
  ),
  target: FastCheck.option(text, { nil: undefined }),
  platforms: FastCheck.array(text, { maxLength: 3 })
})

describe("CacheKey", () => {
  describe("areRelatives", () => {
    it.each([
      ["app", "app@dev", true],
      ["app@test", "app@dev", true],
      ["app~linux+arm64", "app@dev~linux+arm64", true],
      ["app", "app", false],
      ["app", "app2@dev", false],
      ["app", "team+app@dev", false],
      ["app", "app@dev~linux+arm64", false],
      ["shop#web", "shop#api@dev", false],
      ["shop#web", "shop#web@dev", true],
      ["", "@dev", false]
    ])("of %s and %s is %s", (one, other, expected) => {
      assert.strictEqual(CacheKey.areRelatives(one, other), expected)
      assert.strictEqual(CacheKey.areRelatives(other, one), expected)
    })

    it.prop(
      "is so of the same subject and platforms with other targets",
      [keys, keys, text],
      ([one, other, target]) => {
        const [name, related, stranger] = [one, { ...one, target: `${one.target ?? ""}${target}` }, other].map(
          CacheKey.print
        )
        const isCut = [name, related].some((printed) => printed?.includes("%%"))
        assert.strictEqual(CacheKey.areRelatives(name ?? "", related ?? ""), !isCut)
        const sameButTarget =
          CacheKey.print({ ...one, target: undefined }) === CacheKey.print({ ...other, target: undefined })
        assert.isTrue(sameButTarget || !CacheKey.areRelatives(name ?? "", stranger ?? ""))
      }
    )
  })

  describe("print", () => {
    it.each([
      [key(image("app")), "app"],
      [key(image("team/app")), "team+app"],
      [key(image("a/b_c")), "a+b_c"],
      [key(image("a_b/c")), "a_b+c"],
      [key(image("app"), "builder"), "app@builder"],
      [key(image("app"), "dev", "linux/arm64"), "app@dev~linux+arm64"],
      [key(image("app"), undefined, "linux/amd64", "linux/arm64"), "app~linux+amd64~linux+arm64"],
      [key(context("/home/retro/work/api")), "=+home+retro+work+api"],
      [key(context("/w/api", "/w/api/docker/Dev.file")), "=+w+api=+w+api+docker+Dev.file"],
      [key(context("https://host/r.git#main:sub")), "=https%3A++host+r.git%23main%3Asub"],
      [key(service("/home/retro/work/shop", "web")), "+home+retro+work+shop#web"],
      [key(image("..")), "%2E."],
      [key(image(".blobs")), "%2Eblobs"],
      [key(image("../../etc/x")), "%2E.+..+etc+x"],
      [key(context("/w/a b,c'd\"é")), "=+w+a%20b%2Cc%27d%22%C3%A9"]
    ])("names %j", (input, expected) => {
      assert.strictEqual(CacheKey.print(input), expected)
    })

    it("cuts what is long and keeps it apart by a hash", () => {
      const long = key(image("a".repeat(CacheKey.maxLength + 1)))
      const longer = key(image("a".repeat(CacheKey.maxLength + 2)))
      assert.match(CacheKey.print(long), /^a{74}%%[0-9a-f]{64}$/)
      assert.notStrictEqual(CacheKey.print(long), CacheKey.print(longer))
      assert.strictEqual(CacheKey.print(key(image("a".repeat(CacheKey.maxLength)))), "a".repeat(CacheKey.maxLength))
    })

    it.prop("gives different builds different names", [keys, keys], ([one, other]) => {
      const same = JSON.stringify(one) === JSON.stringify(other)
      assert.strictEqual(CacheKey.print(one) === CacheKey.print(other), same)
    }, { fastCheck: { numRuns: 5000 } })

    it.prop("gives names that can only be a directory's in the cache", [keys], ([one]) => {
      const name = CacheKey.print(one)
      assert.match(name, /^[A-Za-z0-9_\-%+@~=#][A-Za-z0-9_\-.%+@~=#]*$/)
      assert.isAtMost(name.length, CacheKey.maxLength)
    })

    it("takes text that is no Unicode", () => {
      assert.strictEqual(CacheKey.print(key(image("a\uD800b"))), "a%EF%BF%BDb")
    })

    it("keeps bytes apart that are no UTF-8", () => {
      assert.strictEqual(CacheKey.print(key(context("/w/caf\uDCE9"))), "=+w+caf%E9")
      assert.strictEqual(CacheKey.print(key(context("/w/caf\uDCE8\uD83D\uDC80"))), "=+w+caf%E8%F0%9F%92%80")
    })
  })
})
