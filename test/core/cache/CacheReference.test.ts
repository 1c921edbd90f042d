import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type * as CacheKey from "../../../src/core/cache/CacheKey.ts"
import * as CacheReference from "../../../src/core/cache/CacheReference.ts"
import * as ImageName from "../../../src/core/syntax/ImageName.ts"

const origin = "9f3c01ab".repeat(4)

const key = (subject: CacheKey.Subject, target?: string, platforms: ReadonlyArray<string> = []): CacheKey.CacheKey => ({
  subject,
  target,
  platforms
})
const image = (path: string, tag?: string): CacheKey.Subject => ({ _tag: "Image", path, tag })
const references = (one: CacheKey.CacheKey, by = origin): CacheReference.References =>
  CacheReference.of("registry.example/cache", { key: one, origin: by })
const repositoryOf = (reference: string): string => reference.slice(0, reference.lastIndexOf(":"))

describe("CacheReference", () => {
  it.each([
    [key(image("team/app", "1.2"), "dev", ["linux/arm64"]), "registry.example/cache/team/app"],
    [
      key({ _tag: "Context", context: "/home/retro/work/Api", dockerfile: undefined }),
      "registry.example/cache/home/retro/work/api"
    ],
    [
      key({ _tag: "Service", directory: "/home/retro/ä", service: "web" }),
      "registry.example/cache/home/retro/c3-a4-web"
    ]
  ])("has all of one image in one repository: %j in %s", (one, repository) => {
    const all = CacheReference.all(references(one))
    assert.deepStrictEqual([...new Set(all.map(repositoryOf))], [repository])
    for (const reference of all) assert.match(reference, /:[0-9a-f]{32}$/)
    assert.lengthOf(new Set(all), all.length)
  })

  it("has an own for each build, one for each key, and one for each image and target", () => {
    const one = references(key(image("app", "3.9")))
    const other = references(key(image("app", "3.10")))
    const anotherBuild = references(key(image("app", "3.9")), "0".repeat(32))
    const target = references(key(image("app", "3.9"), "dev"))
    assert.notStrictEqual(one.own, anotherBuild.own)
    assert.deepStrictEqual([anotherBuild.key, anotherBuild.image], [one.key, one.image])
    assert.notStrictEqual(other.key, one.key)
    assert.strictEqual(other.image, one.image)
    assert.notStrictEqual(target.key, one.key)
    assert.notStrictEqual(target.image, one.image)
    // an image without a tag is no relative of all tags
    assert.notStrictEqual(references(key(image("app"))).key, one.image)
  })

  it("has none of an image for a build without a name", () => {
    const { image: last } = references(key({ _tag: "Context", context: "/work", dockerfile: undefined }))
    assert.isUndefined(last)
  })

  const text = FastCheck.string({ unit: "grapheme", maxLength: 200 })
  const anyKey = FastCheck.oneof(
    FastCheck.tuple(text, text).map(([context, target]) =>
      key({ _tag: "Context", context, dockerfile: undefined }, target)
    ),
    FastCheck.tuple(text, text).map(([path, tag]) => key(image(path, tag)))
  )

  it.prop("is a reference that a registry takes", [anyKey], ([one]) => {
    for (const reference of CacheReference.all(references(one))) assert.isDefined(ImageName.parse(reference))
  })

  it.prop("tells different builds apart", [anyKey, anyKey], ([one, other]) => {
    const [first, second] = [references(one), references(other)]
    const isOne = JSON.stringify(normal(one)) === JSON.stringify(normal(other))
    assert.strictEqual(first.own === second.own, isOne)
    assert.strictEqual(first.key === second.key, isOne)
  })
})

/** No tag is the tag latest. */
const normal = (one: CacheKey.CacheKey): unknown =>
  one.subject._tag === "Image" && one.subject.tag === "latest"
    ? { ...one, subject: { ...one.subject, tag: undefined } }
    : one
