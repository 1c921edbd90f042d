import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import { SharedDirectoryError } from "../../../src/shell/files/SharedDirectoryError.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"

const caught = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return assert.fail("no error")
}

describe("SystemError", () => {
  it("has the code of what the system said, and of nothing else", () => {
    assert.strictEqual(SystemError.code(caught(() => fs.readFileSync("/no/such/file"))), "ENOENT")
    assert.deepStrictEqual([new Error("no"), { code: "ENOENT" }, undefined, "ENOENT"].map(SystemError.code), [
      "",
      "",
      "",
      ""
    ])
  })

  it.each([
    [() => fs.readFileSync("/no/such/file"), "/cache does not exist"],
    [() => fs.readFileSync("/etc/passwd/in"), "/cache is not a directory"],
    [() => {
      throw new SharedDirectoryError("EACCES", "/cache/.blobs")
    }, "/cache/.blobs may not be used by this user"],
    [() => {
      throw new Error("it burns")
    }, "/cache cannot be used (it burns)"]
  ])("is told in words: %#", (run, words) => {
    assert.strictEqual(SystemError.describe(caught(run), "/cache"), words)
  })

  it("tells from a description which failure it is about", () => {
    const codes = ["ENOENT", "EACCES", "EROFS", "ENOSPC", "EDQUOT"] as const
    for (const code of codes) {
      const description = `app was not stored: ${
        SystemError.describe(new SharedDirectoryError(code, "/a/b"), "/a")
      }; see doctor`
      assert.deepStrictEqual(codes.filter((one) => SystemError.tells(description, one)), [code])
    }
    assert.isTrue(
      SystemError.tells(SystemError.describe(new SharedDirectoryError("EPERM", "/a"), "/a"), "ENOENT", "EACCES")
    )
    assert.isFalse(SystemError.tells("/a has only 3MB free", ...codes))
  })
})
