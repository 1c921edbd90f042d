import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Digest from "../../../src/core/syntax/Digest.ts"
import * as Sha256 from "../../../src/shell/files/Sha256.ts"

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

describe("Sha256", () => {
  it("is that of FIPS 180-4", () => {
    assert.strictEqual(Sha256.hex("abc"), abc)
    assert.strictEqual(Sha256.blobDigest(new Uint8Array([97, 98, 99])), `sha256:${abc}`)
  })

  it.prop(
    "is the same in parts, and in the core",
    [FastCheck.string({ unit: "grapheme" }), FastCheck.string()],
    ([one, other]) => {
      assert.strictEqual(Sha256.begin().update(one).update(other).digest("hex"), Sha256.hex(one + other))
      assert.strictEqual(Sha256.hex(one), Digest.sha256(one))
    }
  )
})
