import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as BuildFiles from "../../../src/shell/builder/BuildFiles.ts"

let root: string
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-dockerfile-"))
  fs.mkdirSync(path.join(root, "app/cache"), { recursive: true })
  fs.writeFileSync(path.join(root, "app/Dockerfile"), "FROM scratch\n")
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const ask = (cache = "elsewhere", file = "app/Dockerfile", context: string | undefined = "app") =>
  BuildFiles.reader()({
    _tag: "BuildFiles",
    path: path.join(root, file),
    context: path.join(root, context),
    cache: path.join(root, cache)
  })

describe("a Dockerfile", () => {
  it("is told apart by its text, whatever it is called", () => {
    const { digest } = ask()
    assert.match(digest ?? "", /^[0-9a-f]{64}$/)
    fs.renameSync(path.join(root, "app/Dockerfile"), path.join(root, "app/dockerfile"))
    assert.strictEqual(ask().digest, digest)
    fs.appendFileSync(path.join(root, "app/dockerfile"), "RUN true\n")
    assert.notStrictEqual(ask().digest, digest)
  })

  it("that is a pipe is not waited for", () => {
    execFileSync("mkfifo", [path.join(root, "app/Pipe")])
    assert.isUndefined(ask("elsewhere", "app/Pipe").digest)
    assert.isUndefined(ask("elsewhere", "app/Missing").digest)
    assert.isUndefined(ask("elsewhere", "app").digest)
  })
})

describe("a context", () => {
  it.each<[string, string | undefined, boolean]>([
    ["app/cache", undefined, true],
    ["app", undefined, true],
    ["apples", undefined, false],
    ["app/missing", undefined, false],
    ["app/cache", "other\n", true],
    ["app/cache", "cache\n", false],
    ["app/cache", "**\n!cache\n", true],
    ["app/cache", "cache\n!src\n", false],
    ["app/cache/deep", "cache\n", false],
    ["app/cache/deep", "cache\n!cache/deep\n", true]
  ])("sends the cache %s with the .dockerignore %j: %s", (cache, ignored, expected) => {
    fs.mkdirSync(path.join(root, "apples"))
    fs.mkdirSync(path.join(root, "app/cache/deep"))
    if (ignored !== undefined) fs.writeFileSync(path.join(root, "app/.dockerignore"), ignored)
    assert.strictEqual(ask(cache).sendsCache, expected)
  })

  it("is looked up once for a command, and so is the cache", () => {
    const read = BuildFiles.reader()
    const sendsCache = (reader = read) =>
      ["Dockerfile", "other"].map((name) =>
        reader({
          _tag: "BuildFiles",
          path: path.join(root, "app", name),
          context: path.join(root, "app"),
          cache: path.join(root, "app/cache")
        }).sendsCache
      )
    assert.deepStrictEqual(sendsCache(), [true, true])
    fs.rmdirSync(path.join(root, "app/cache"))
    assert.deepStrictEqual(sendsCache(), [true, true])
    assert.deepStrictEqual(sendsCache(BuildFiles.reader()), [false, false])
  })

  it("sends the cache also by another name", () => {
    fs.symlinkSync(path.join(root, "app"), path.join(root, "link"))
    assert.isTrue(ask("link/cache").sendsCache)
    assert.isTrue(ask("app/cache", "app/Dockerfile", "link").sendsCache)
  })
})
