import { assert, describe, it } from "@effect/vitest"
import * as PosixPath from "../../../src/core/paths/PosixPath.ts"

describe("PosixPath", () => {
  it.each([
    ["/", "/"],
    ["//a//b/", "/a/b"],
    ["/a/./b/../c", "/a/c"],
    ["/../..", "/"],
    ["/..a/...", "/..a/..."],
    ["", "."],
    [".", "."],
    ["a/..", "."],
    ["..", ".."],
    ["../../a", "../../a"],
    ["a/../../b", "../b"]
  ])("normalize of %j is %j", (path, normalized) => {
    assert.strictEqual(PosixPath.normalize(path), normalized)
  })

  it.each([["/a", "b", "/a/b"], ["/a", "../b", "/b"], ["/a", "/b/", "/b"], ["a", "b", "a/b"]])(
    "join of %j and %j is %j",
    (directory, path, joined) => {
      assert.strictEqual(PosixPath.join(directory, path), joined)
    }
  )

  it.each([
    "x",
    "./x",
    "x/y",
    ".",
    "./",
    "..",
    "../x",
    "./../x",
    ".x",
    "x/",
    "x//y",
    "x/./y",
    "x/..",
    "",
    "/",
    "/x/../y/"
  ])(
    "joinTo joins %j to any directory as join does",
    (path) => {
      for (const directory of ["/", "/a", "/a/b"]) {
        assert.strictEqual(PosixPath.joinTo(directory)(path), PosixPath.join(directory, path))
      }
    }
  )

  it.each([["/a/b/c", ["/a/b", "/a", "/"]], ["/a", ["/"]], ["/", []], ["a/b", ["a"]]])(
    "the parents of %j are %j",
    (path, parents) => {
      assert.deepStrictEqual(PosixPath.parents(path), parents)
    }
  )

  it.each([["/a/b", "b"], ["b", "b"], ["/a/", ""], ["/", ""]])("basename of %j is %j", (path, name) => {
    assert.strictEqual(PosixPath.basename(path), name)
  })

  it.each([
    ["/a", "/a", true],
    ["/a/b", "/a", true],
    ["/ab", "/a", false],
    ["/", "/a", false],
    ["/a", "/", true],
    ["/", "/", true],
    ["a", "/", false]
  ])("isWithin of %j and %j is %j", (path, directory, within) => {
    assert.strictEqual(PosixPath.isWithin(path, directory), within)
  })
})
