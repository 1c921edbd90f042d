import { assert, describe, it } from "vitest"
import * as SharedDirectoryError from "../../../src/shell/files/SharedDirectoryError.ts"

const system = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code })
const fail = (error: unknown) => (): unknown => {
  throw error
}

describe("SharedDirectoryError", () => {
  it("names the place as people know it, and keeps what the system said", () => {
    const cause = system("EACCES")
    const error = SharedDirectoryError.errorAt("/cache/app", cause)
    if (!(error instanceof SharedDirectoryError.SharedDirectoryError)) return assert.fail("another kind")
    assert.deepStrictEqual([error.code, error.place, error.cause], ["EACCES", "/cache/app", cause])
    assert.strictEqual(SharedDirectoryError.errorAt("/elsewhere", error), error)
    assert.throws(() => SharedDirectoryError.placed("/cache/app", fail(cause)), "/cache/app: EACCES")
  })

  it("leaves a mistake of the shim's own as it is", () => {
    const mistake = new TypeError("no")
    assert.strictEqual(SharedDirectoryError.errorAt("/cache", mistake), mistake)
  })

  it("takes only what is not there for absent", () => {
    assert.isUndefined(SharedDirectoryError.orAbsent(fail(system("ENOENT"))))
    for (const code of ["EACCES", "ENOTDIR", "EIO"]) {
      assert.throws(() => SharedDirectoryError.orAbsent(fail(system(code))), code)
    }
    assert.strictEqual(SharedDirectoryError.orAbsent(() => "there"), "there")
  })

  it("knows what is nothing of ours", () => {
    const { codes } = SharedDirectoryError
    const errors = [codes.kind, codes.large, codes.link, codes.foreign, codes.proc, "EACCES"].map(system)
    assert.deepStrictEqual(errors.map(SharedDirectoryError.isForeign), [true, true, false, false, false, false])
  })
})
