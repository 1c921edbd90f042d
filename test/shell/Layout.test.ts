import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"

const root = new URL("../../src/shell", import.meta.url).pathname

const modules = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  .sort()

const textOf = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")

/** The members of a service's shape, each with the line before it: `Context.Tag("…")<Name, { … }>`. */
const membersOf = (text: string): ReadonlyArray<{ readonly member: string; readonly before: string }> => {
  const [, shape = ""] = /Context\.Tag\([^)]*\)<\w+, \{\n([\s\S]*?)^\}>/m.exec(text) ?? []
  const lines = shape.split("\n")
  return lines.flatMap((line, at) =>
    /^ {2}readonly \w+/.test(line) ? [{ member: line.trim(), before: lines[at - 1] ?? "" }] : []
  )
}

describe("src/shell", () => {
  it("has a line of documentation for everything that a service offers", () => {
    const members = modules.flatMap((file) => membersOf(textOf(file)).map((one) => ({ file, ...one })))
    assert.isAbove(members.length, 25)
    assert.deepStrictEqual(members.filter(({ before }) => !before.endsWith("*/")), [])
  })
})
