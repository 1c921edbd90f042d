import { assert, describe, it } from "@effect/vitest"
import * as PathMapping from "../../../src/core/paths/PathMapping.ts"

const mapping = (from: string, to: string): PathMapping.PathMapping => ({ from, to, origin: "DOCKER_SHIM_PATH_MAP" })

describe("PathMapping", () => {
  it.each<[string, ReadonlyArray<PathMapping.PathMapping>, boolean?]>([
    ["", []],
    [" ; ;", []],
    ["/a=/b", [mapping("/a", "/b")]],
    [" /a = /b ; /c//d/=/e/../f", [mapping("/a", "/b"), mapping("/c/d", "/f")]],
    ["/a=/b=c", [mapping("/a", "/b=c")]],
    ["auto", [], true],
    ["/a=/b; auto ;", [mapping("/a", "/b")], true],
    ["/a=/auto", [mapping("/a", "/auto")]]
  ])("parse reads %j", (text, mappings, isAuto = false) => {
    assert.deepStrictEqual(PathMapping.parse(text), { _tag: "PathMap", mappings, isAuto })
  })

  it.each([
    ["/a", "\"/a\" has no \"=\""],
    ["/a=/b;c", "\"c\" has no \"=\""],
    ["a=/b", "\"a=/b\" has a path that is not absolute"],
    ["/a=b", "\"/a=b\" has a path that is not absolute"],
    ["=/b", "\"=/b\" has a path that is not absolute"],
    ["AUTO", "\"AUTO\" has no \"=\""]
  ])("parse refuses %j: %s", (text, reason) => {
    assert.deepStrictEqual(PathMapping.parse(text), { _tag: "PathMapError", reason })
  })

  it.each([
    ["/a/b", "/x/b"],
    ["/a", "/x"],
    ["/ab", undefined],
    ["/", undefined]
  ])("apply of /a=/x to %j gives %j", (path, mapped) => {
    assert.strictEqual(PathMapping.apply(mapping("/a", "/x"), path), mapped)
  })

  it.each([
    ["/", "/x", "/a", "/x/a"],
    ["/", "/x", "/", "/x"],
    ["/a", "/", "/a/b", "/b"],
    ["/a", "/", "/a", "/"],
    ["/", "/", "/a", "/a"],
    ["/", "/", "/", "/"]
  ])("apply of %s=%s to %j gives %j", (from, to, path, mapped) => {
    assert.strictEqual(PathMapping.apply(mapping(from, to), path), mapped)
  })

  it("holeOf finds what is mounted over a mapping, by whole segments", () => {
    const found = { ...mapping("/a", "/x"), holes: ["/a/b", "/a/c"] }
    assert.strictEqual(PathMapping.holeOf(found, "/a/b"), "/a/b")
    assert.strictEqual(PathMapping.holeOf(found, "/a/c/d"), "/a/c")
    assert.isUndefined(PathMapping.holeOf(found, "/a/bc"))
    assert.isUndefined(PathMapping.holeOf(mapping("/a", "/x"), "/a/b"))
  })

  it("longestMatch takes the longest, wherever it stands, and of two alike the first", () => {
    const [long, short, again] = [mapping("/a/b", "/1"), mapping("/a", "/2"), { ...mapping("/a/b", "/3") }]
    assert.strictEqual(PathMapping.longestMatch([long, short], "/a/b/c"), long)
    assert.strictEqual(PathMapping.longestMatch([short, long], "/a/b/c"), long)
    assert.strictEqual(PathMapping.longestMatch([long, again], "/a/b"), long)
    assert.strictEqual(PathMapping.longestMatch([long, short], "/a/bc"), short)
    assert.isUndefined(PathMapping.longestMatch([long, short], "/b"))
  })
})
