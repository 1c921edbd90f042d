import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CacheKey from "../../../src/core/cache/CacheKey.ts"

const key = (subject: CacheKey.Subject, target?: string, ...platforms: ReadonlyArray<string>): CacheKey.CacheKey => ({
  subject,
  target,
  platforms
})
const image = (path: string, tag?: string): CacheKey.Subject => ({ _tag: "Image", path, tag })
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
    FastCheck.tuple(text, FastCheck.option(text, { nil: undefined })).map(([path, tag]) => image(path, tag)),
    FastCheck.tuple(text, FastCheck.option(text, { nil: undefined })).map(([where, file]) => context(where, file)),
    FastCheck.tuple(text, text).map(([directory, name]) => service(directory, name))
  ),
  target: FastCheck.option(text, { nil: undefined }),
  platforms: FastCheck.array(text, { maxLength: 3 })
})

/** A key without the tag that says nothing. */
const withTag = (one: CacheKey.CacheKey) =>
  one.subject._tag === "Image" && one.subject.tag === "latest" ? { ...one, subject: image(one.subject.path) } : one

const imageOf = ({ subject }: CacheKey.CacheKey) => subject._tag === "Image" ? subject.path : subject

describe("CacheKey", () => {
  describe("relation", () => {
    const long = "x".repeat(CacheKey.maxLength)
    const linux = "linux/arm64"

    it.each<[CacheKey.CacheKey, CacheKey.CacheKey, CacheKey.Relation | undefined]>([
      [key(image("app")), key(image("app")), "Key"],
      [key(image("app")), key(image("app", "latest")), "Key"],
      [key(image("app", "1")), key(image("app")), "Target"],
      [key(image("app", "1")), key(image("app", "2")), "Target"],
      [key(image("app", "1"), "dev"), key(image("app", "2"), "dev"), "Target"],
      [key(image("app"), "dev"), key(image("app")), "Image"],
      [key(image("app"), "dev"), key(image("app"), "test"), "Image"],
      [key(image("app", "1"), "dev"), key(image("app", "1"), "test"), "Image"],
      [key(image("app"), "dev", linux), key(image("app"), undefined, linux), "Image"],
      [key(image("app"), undefined, linux), key(image("app")), undefined],
      [key(image("app")), key(image("app2")), undefined],
      [key(image("app")), key(image("team/app")), undefined],
      [key(context("/w")), key(context("/w", "/w/Dev")), undefined],
      [key(service("shop", "web")), key(service("shop", "web"), "dev"), "Image"],
      [key(service("shop", "web")), key(service("shop", "api"), "dev"), undefined],
      [key(image("app", long)), key(image("app", long)), "Key"],
      [key(image("app", long)), key(image("app")), "Target"],
      [key(image("app")), key(image("app", long)), "Image"],
      [key(image("app", long)), key(image("app", `${long}y`)), "Image"],
      [key(image("app", long)), key(image("api", long)), undefined]
    ])("of %j to %j is %s", (one, other, expected) => {
      assert.strictEqual(CacheKey.relation(one)(CacheKey.print(other)), expected)
      const variant = CacheKey.printVariant(CacheKey.print(other), "9f3c01ab")
      assert.strictEqual(CacheKey.relation(one)(variant), expected)
    })

    it.each(["", "@dev", ".blobs", "app:1:2", "app@a@b", "app^1^2", "lost+found^", "%%00"])("is none to %j", (name) => {
      assert.isUndefined(CacheKey.relation(key(image("app")))(name))
    })

    it.prop("is as the parts of the keys say", [keys, keys, text, text], ([one, other, target, tag]) => {
      const cut = (part: CacheKey.CacheKey) => CacheKey.print(part).includes("%%")
      const related = CacheKey.relation(one)
      const retagged: CacheKey.CacheKey = one.subject._tag === "Image"
        ? { ...one, subject: image(one.subject.path, `${one.subject.tag ?? ""}${tag}`) }
        : one
      const named = CacheKey.print(retagged) === CacheKey.print(one) ? "Key" : cut(retagged) ? "Image" : "Target"
      assert.strictEqual(related(CacheKey.print(retagged)), named)
      assert.strictEqual(related(CacheKey.print({ ...one, target: `${one.target ?? ""}${target}` })), "Image")
      const isSameImage = JSON.stringify([one.subject._tag, one.platforms, imageOf(one)])
        === JSON.stringify([other.subject._tag, other.platforms, imageOf(other)])
      assert.strictEqual(related(CacheKey.print(other)) !== undefined, isSameImage)
    })

    it.prop("is symmetric, and that of one group", [keys, keys], ([one, other]) => {
      const [name, second] = [CacheKey.print(one), CacheKey.print(other)]
      const isRelated = CacheKey.relation(one)(second) !== undefined
      assert.strictEqual(CacheKey.relation(other)(name) !== undefined, isRelated)
      const image = CacheKey.groups(second)?.image ?? ""
      assert.strictEqual(image === (CacheKey.isCut(image) ? CacheKey.cutImage(one) : CacheKey.image(one)), isRelated)
    })
  })

  describe("groups", () => {
    it.prop("are those of a key's variants too", [
      keys,
      FastCheck.uint8Array({ minLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex"))
    ], ([one, origin]) => {
      const name = CacheKey.print(one)
      const variant = CacheKey.printVariant(name, origin)
      assert.isDefined(CacheKey.groups(name))
      assert.deepStrictEqual(CacheKey.groups(variant), CacheKey.groups(name))
      assert.isAtMost(variant.length, 143)
      assert.notStrictEqual(variant, name)
    })
  })

  describe("print", () => {
    it.each([
      [key(image("app")), "app"],
      [key(image("team/app")), "team+app"],
      [key(image("a/b_c")), "a+b_c"],
      [key(image("a_b/c")), "a_b+c"],
      [key(image("app", "latest")), "app"],
      [key(image("app", "1.2")), "app:1.2"],
      [key(image("team/app", "dev-web"), "builder", "linux/arm64"), "team+app:dev-web@builder~linux+arm64"],
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
      assert.match(CacheKey.print(long), /^a{64}%%[0-9a-f]{64}$/)
      assert.notStrictEqual(CacheKey.print(long), CacheKey.print(longer))
      assert.strictEqual(CacheKey.print(key(image("a".repeat(CacheKey.maxLength)))), "a".repeat(CacheKey.maxLength))
    })

    it.prop("gives different builds different names", [keys, keys], ([one, other]) => {
      const same = JSON.stringify(withTag(one)) === JSON.stringify(withTag(other))
      assert.strictEqual(CacheKey.print(one) === CacheKey.print(other), same)
    }, { fastCheck: { numRuns: 5000 } })

    it.prop("gives names that can only be a directory's in the cache", [keys], ([one]) => {
      const name = CacheKey.print(one)
      assert.match(name, /^[A-Za-z0-9_\-%+@~=#][A-Za-z0-9_\-.%+@~=#:]*$/)
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
