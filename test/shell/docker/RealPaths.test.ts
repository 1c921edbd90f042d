import { it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe } from "vitest"
import * as RealPaths from "../../../src/shell/docker/RealPaths.ts"

const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-test-")))
afterAll(() => fs.rmSync(base, { recursive: true }))

let count = 0
/** So deep that no link leads out of what is this run's own: what is looked at once is taken to stay. */
const fresh = (): string => {
  const directory = path.join(base, String(count++), "1/2/3/4")
  fs.mkdirSync(directory, { recursive: true })
  return directory
}

const { array, constantFrom, oneof, record } = FastCheck

type What = "directory" | "file" | { readonly target: string; readonly absolute: boolean }

const names = constantFrom("a", "b", "c", "d")
const relative = array(oneof(names, constantFrom("..")), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"))

/** Directories, files and links, some of which lead nowhere, in circles or out and back. */
const trees = array(
  record({
    at: array(names, { minLength: 1, maxLength: 3 }),
    what: oneof(
      constantFrom<What>("directory", "file"),
      relative.map((target): What => ({ target, absolute: false })),
      names.map((target): What => ({ target, absolute: true }))
    )
  }),
  { maxLength: 12 }
)

const root = fresh()
const at = (name: string): string => path.join(root, name)
fs.mkdirSync(at("there/sub"), { recursive: true })
fs.symlinkSync("there", at("link"))
fs.symlinkSync("gone", at("dangling"))
fs.symlinkSync("dangling", at("second"))
fs.symlinkSync("loop", at("loop"))

describe("resolve", () => {
  it.each([
    ["there", { resolved: "there", exists: true }],
    ["link/sub", { resolved: "there/sub", exists: true }],
    ["link/none/below", { resolved: "there/none/below", exists: false }],
    ["none", { resolved: "none", exists: false }],
    ["dangling", { resolved: "gone", exists: false, link: "dangling" }],
    ["dangling/a/b", { resolved: "gone/a/b", exists: false, link: "dangling/a/b" }],
    ["link/../dangling", { resolved: "gone", exists: false, link: "dangling" }],
    ["second", { resolved: "gone", exists: false, link: "second" }],
    ["loop", { resolved: "loop", exists: false, link: "loop" }]
  ])("resolves %s", (name, { link, resolved, ...rest }: { resolved: string; exists: boolean; link?: string }) => {
    assert.deepStrictEqual(RealPaths.resolve(at(name)), {
      ...rest,
      resolved: at(resolved),
      ...(link === undefined ? {} : { link: at(link) })
    })
  })
  it.prop(
    "gives what the kernel does for a path that exists",
    { tree: trees, asked: array(array(names, { maxLength: 4 }), { minLength: 1, maxLength: 6 }) },
    ({
      asked,
      tree
    }) => {
      const root = fresh()
      for (const { at, what } of tree) {
        const file = path.join(root, ...at)
        try {
          if (what === "directory") fs.mkdirSync(file, { recursive: true })
          else if (what === "file") fs.writeFileSync(file, "", { flag: "wx" })
          else fs.symlinkSync(what.absolute ? path.join(root, what.target) : what.target, file)
        } catch {
          // the place is taken, or its parent is no directory: another tree
        }
      }
      // the paths of one command: what is remembered of one must not change what is said of the next
      const resolve = RealPaths.resolver()
      for (const parts of asked) {
        const file = path.join(root, ...parts)
        let expected: string | undefined
        try {
          expected = fs.realpathSync.native(file)
        } catch {
          // it leads nowhere
        }
        const real = resolve(file)
        assert.strictEqual(real.exists, expected !== undefined)
        if (expected !== undefined) assert.strictEqual(real.resolved, expected)
        assert.deepStrictEqual(real, RealPaths.resolver()(file))
      }
    },
    { fastCheck: { numRuns: 500 } }
  )

  it("ends where links go in a circle, and where a path is longer than the system takes", () => {
    const root = fresh()
    fs.symlinkSync("two", path.join(root, "one"))
    fs.symlinkSync("one", path.join(root, "two"))
    assert.isFalse(RealPaths.resolve(path.join(root, "one/x")).exists)
    const long = `/${"x/".repeat(2048)}`
    assert.deepStrictEqual(RealPaths.resolve(long), { resolved: long, exists: false })
  })
})
