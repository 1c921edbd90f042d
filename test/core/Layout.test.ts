import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"

const root = new URL("../../src/core", import.meta.url).pathname
const tests = new URL(".", import.meta.url).pathname

/** The rooms of the core, files and folders, each of which imports only those before it. */
const order = [
  "Invocation.ts",
  "paths",
  "syntax",
  "settings",
  "argv",
  "builder",
  "cache",
  "compose",
  "ExecPlan.ts",
  "facts",
  "explain",
  "plan",
  "Plan.ts",
  "index.ts"
]

const modules = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  .sort()

const textOf = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")

const roomOf = (file: string): string => file.split("/")[0] ?? ""

const importsOf = (file: string): ReadonlyArray<string> =>
  [...textOf(file).matchAll(/^(?:import|export) (?:[^"]*? from )?"(\.[^"]+)"$/gm)].map(([, target = ""]) =>
    path.join(path.dirname(file), target)
  )

describe("src/core", () => {
  it("has the rooms that are known, at most 14", () => {
    const rooms = fs.readdirSync(root).filter((name) => name !== "tsconfig.json")
    assert.deepStrictEqual(rooms.sort(), [...order].sort())
    assert.isAtMost(rooms.length, 14)
  })

  it("imports nothing against the order of its rooms", () => {
    const arrows = modules.flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    assert.isAbove(arrows.length, 300)
    const climbing = arrows.filter(({ file, target }) => order.indexOf(roomOf(target)) > order.indexOf(roomOf(file)))
    assert.deepStrictEqual(climbing, [])
    for (const { target } of arrows) assert.include(modules, target)
  })

  it("has a test by name for every module that does anything", () => {
    const untested = modules.filter((file) =>
      /^export (?:const|function|class) /m.test(textOf(file))
      && !file.endsWith(".generated.ts")
      && !fs.existsSync(path.join(tests, file.replace(/\.ts$/, ".test.ts")))
    )
    assert.deepStrictEqual(untested, [])
  })
})
