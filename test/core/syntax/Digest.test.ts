import { assert, describe, it } from "@effect/vitest"
import * as Digest from "../../../src/core/syntax/Digest.ts"

describe("Digest", () => {
  it("is the SHA-256 of the text in UTF-8", () => {
    // sha256sum of nothing, of abc, and of é in UTF-8
    assert.strictEqual(Digest.sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert.strictEqual(Digest.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    assert.strictEqual(Digest.sha256("é"), "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c")
  })
})
