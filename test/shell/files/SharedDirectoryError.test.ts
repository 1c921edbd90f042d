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

  it("names a file that is still under another name as people know it", () => {
    const { SharedDirectoryError: Failed, moved } = SharedDirectoryError
    const place = (error: unknown): string => error instanceof Failed ? error.place : assert.fail("another kind")
    assert.strictEqual(place(moved(new Failed("EACCES", "/cache/.new-1"), "/cache/.new-1", "/cache/app")), "/cache/app")
    assert.strictEqual(
      place(moved(new Failed("EIO", "/cache/.new-1/a"), "/cache/.new-1", "/cache/app")),
      "/cache/app/a"
    )
    assert.strictEqual(
      place(moved(new Failed("EIO", "/cache/.new-12"), "/cache/.new-1", "/cache/app")),
      "/cache/.new-12"
    )
    const mistake = new TypeError("no")
    assert.strictEqual(moved(mistake, "/cache/.new-1", "/cache/app"), mistake)
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
