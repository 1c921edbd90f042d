import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"

const root = new URL("../../src", import.meta.url).pathname

const modules = ["core", "shell"].flatMap((part) =>
  fs.readdirSync(path.join(root, part), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
    .map((file) => `${part}/${file}`)
).sort()

const textOf = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")

/** The members of a service's shape, each with the line before it: `Context.Tag("…")<Name, { … }>`. */
const membersOf = (text: string): ReadonlyArray<{ readonly member: string; readonly before: string }> => {
  const [, shape = ""] = /Context\.Tag\([^)]*\)<\w+, \{\n([\s\S]*?)^\}>/m.exec(text) ?? []
  const lines = shape.split("\n")
  return lines.flatMap((line, at) =>
    /^ {2}readonly \w+/.test(line) ? [{ member: line.trim(), before: lines[at - 1] ?? "" }] : []
  )
}

describe("the source", () => {
  it("has a line of documentation for everything that a service offers", () => {
    const members = modules.flatMap((file) => membersOf(textOf(file)).map((one) => ({ file, ...one })))
    assert.isAbove(members.length, 25)
    assert.deepStrictEqual(members.filter(({ before }) => !before.endsWith("*/")), [])
  })

  it("says behind every error that it drops why that may be dropped", () => {
    const dropped = modules.flatMap((file) =>
      [...textOf(file).matchAll(/catch \{\n(.*)/g)].map(([, next = ""]) => ({ file, next: next.trim() }))
    )
    assert.isAbove(dropped.length, 10)
    // `attempt` itself: why is for its callers to say
    const bare = dropped.filter(({ file, next }) => file !== "shell/files/Attempt.ts" && !/(?:^| )\/\/ /.test(next))
    assert.deepStrictEqual(bare, [])
  })

  it.each([
    // each has a place for the errors that its users are told
    [/JSON\.parse\(/, [
      "core/syntax/JsonObject.ts",
      "shell/install/Installation.ts",
      "shell/services/ComposeConfig.ts"
    ]],
    [/createHash|@noble\/hashes/, ["core/syntax/Digest.ts", "shell/files/Sha256.ts"]]
  ])("does one thing in one place: %s", (pattern, places) => {
    assert.deepStrictEqual(modules.filter((file) => pattern.test(textOf(file))), places)
  })
})
