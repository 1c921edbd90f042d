import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll } from "vitest"
import * as RealPaths from "../../../src/shell/docker/RealPaths.ts"

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-real-paths-")))
afterAll(() => fs.rmSync(root, { recursive: true }))
const at = (name: string): string => path.join(root, name)

fs.mkdirSync(at("there/sub"), { recursive: true })
fs.symlinkSync("there", at("link"))
fs.symlinkSync("gone", at("dangling"))
fs.symlinkSync("dangling", at("second"))
fs.symlinkSync("loop", at("loop"))

describe("RealPaths", () => {
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
})
