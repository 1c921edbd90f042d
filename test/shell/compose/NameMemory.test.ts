import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { TopLevelName } from "../../../src/core/compose/ComposeFiles.ts"
import * as NameMemory from "../../../src/shell/compose/NameMemory.ts"
import * as Name from "../../../src/shell/compose/TopLevelName.ts"

const root = fs.mkdtempSync(path.join(os.tmpdir(), "name-memory-"))
const cache = path.join(root, "cache")
const env = { XDG_CACHE_HOME: cache }
const memory = path.join(cache, "docker-shim/names")
afterAll(() => fs.rmSync(root, { recursive: true }))

const filler = `# ${"x".repeat(2000)}\n`
const file = path.join(root, "compose.yaml")
const small = path.join(root, "small.yaml")

/** Files that a memory can be of have been there for a while. */
beforeAll(async () => {
  fs.writeFileSync(file, `name: shop\n${filler}`)
  fs.writeFileSync(small, "name: shop\n")
  await sleep(3100)
})
beforeEach(() => fs.rmSync(cache, { recursive: true, force: true }))

/** What is recalled, and whether the file was read for it. */
const recall = (
  of = file,
  name: TopLevelName = { _tag: "Plain", name: "shop" },
  where: Record<string, string> = env
) => {
  let wasRead = false
  const recalled = NameMemory.recall(of, where, () => {
    wasRead = true
    return name
  })
  return { recalled, wasRead }
}

describe("NameMemory", () => {
  it.each<TopLevelName>([{ _tag: "Plain", name: "shop" }, { _tag: "None" }, { _tag: "Computed" }])(
    "reads a file that stays as it is once, where it says %j",
    (name) => {
      assert.deepStrictEqual(recall(file, name), { recalled: name, wasRead: true })
      assert.deepStrictEqual(recall(file, { _tag: "Plain", name: "other" }), { recalled: name, wasRead: false })
    }
  )

  it("is of the whole way from a file to its name", () => {
    assert.deepStrictEqual(Name.ofFiles([file], env), { _tag: "Plain", name: "shop" })
    assert.lengthOf(fs.readdirSync(memory), 1)
    assert.deepStrictEqual(recall(file, { _tag: "None" }).recalled, { _tag: "Plain", name: "shop" })
  })

  it("has no answer of a small file, nor without a directory for it", () => {
    for (const [of, where] of [[small, env], [file, {}], [file, { HOME: "relative" }]] as const) {
      recall(of, undefined, where)
      assert.isTrue(recall(of, undefined, where).wasRead)
    }
    assert.isFalse(fs.existsSync(cache))
  })

  it.each(["", "{", "null", "{\"identity\":1}", "{\"identity\":1,\"name\":{\"_tag\":\"Plain\"}}"])(
    "reads the file again where the memory is damaged: %j",
    (damage) => {
      recall()
      const [answer = ""] = fs.readdirSync(memory)
      fs.writeFileSync(path.join(memory, answer), damage)
      assert.isTrue(recall().wasRead)
      assert.isFalse(recall().wasRead)
    }
  )

  it("reads a file again that changed, and remembers nothing of one that may still be changing", () => {
    recall()
    // as an editor does that writes the old time again
    const { atime, mtime } = fs.statSync(file)
    fs.writeFileSync(file, `name: sale\n${filler}`)
    fs.utimesSync(file, atime, mtime)
    assert.isTrue(recall().wasRead)
    assert.isTrue(recall().wasRead)
    assert.lengthOf(fs.readdirSync(memory), 1)
  })
})
