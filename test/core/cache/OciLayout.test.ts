import { assert, describe, it } from "@effect/vitest"
import * as OciLayout from "../../../src/core/cache/OciLayout.ts"

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
const blob = (letter: string, more = {}) => ({ mediaType: "m", digest: digest(letter), size: 3, ...more })
const named = (name: string) => ({ annotations: { "org.opencontainers.image.ref.name": name } })

describe("OciLayout", () => {
  it("latestManifest finds the one of the tag latest", () => {
    const manifests = [blob("a"), blob("b", named("other")), blob("c", named("latest"))]
    assert.deepStrictEqual(OciLayout.latestManifest(JSON.stringify({ manifests })), blob("c"))
  })

  it.each([
    "",
    "[]",
    "{}",
    "null",
    JSON.stringify({ manifests: [blob("a")] }),
    JSON.stringify({ manifests: [{ ...named("latest"), digest: "sha256:../x", size: 1 }] }),
    JSON.stringify({ manifests: [{ ...named("latest"), digest: digest("a") }] })
  ])("latestManifest finds none in %j", (text) => {
    assert.isUndefined(OciLayout.latestManifest(text))
  })

  it("references gives config, layers and manifests", () => {
    const text = JSON.stringify({ config: blob("a"), layers: [blob("b")], manifests: [blob("c", { mediaType: 1 })] })
    assert.deepStrictEqual(OciLayout.references(text), [blob("a"), blob("b"), blob("c", { mediaType: "" })])
    assert.deepStrictEqual(OciLayout.references(JSON.stringify({ layers: [blob("b")] })), [blob("b")])
  })

  it.each(["{", "{}", "{\"config\":{}}", JSON.stringify({ layers: [blob("a"), {}] }), "{\"layers\":[1]}"])(
    "references gives none for %j",
    (text) => {
      assert.isUndefined(OciLayout.references(text))
    }
  )

  it("references reads as many as any build leaves, and no more", () => {
    const print = (count: number): string => JSON.stringify({ layers: Array.from({ length: count }, () => blob("a")) })
    assert.lengthOf(OciLayout.references(print(OciLayout.mostDescriptors)) ?? [], OciLayout.mostDescriptors)
    assert.isUndefined(OciLayout.references(print(OciLayout.mostDescriptors + 1)))
  })

  it("a document that is too long or too deep is none", () => {
    const index = JSON.stringify({ manifests: [blob("a", named("latest"))] })
    assert.isDefined(OciLayout.latestManifest(index))
    assert.isUndefined(OciLayout.latestManifest(index + " ".repeat(OciLayout.maxDocumentSize)))
    assert.isUndefined(OciLayout.references("[".repeat(1_000_000)))
    assert.isUndefined(OciLayout.references(`${"{\"a\":".repeat(17)}1${"}".repeat(17)}`))
  })

  it("withBlob exchanges a blob wherever it is named", () => {
    const of = (letter: string) =>
      JSON.stringify({ config: blob(letter), layers: [blob("b"), blob(letter)], other: [blob("a")], manifests: 1 })
    assert.strictEqual(OciLayout.withBlob(of("a"), digest("a"), { digest: digest("c"), size: 3 }), of("c"))
    assert.isUndefined(OciLayout.withBlob(of("a"), digest("d"), { digest: digest("c"), size: 3 }))
    assert.isUndefined(OciLayout.withBlob("{", digest("a"), { digest: digest("c"), size: 3 }))
  })

  it("blobName is a path below the store", () => {
    assert.strictEqual(OciLayout.blobName("sha256:ab"), "sha256/ab")
  })
})
