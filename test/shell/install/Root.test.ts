import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Root from "../../../src/shell/install/Root.ts"

const root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-root-"))
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))
fs.mkdirSync(path.join(root, "usr/bin"), { recursive: true })
fs.symlinkSync("usr/bin", path.join(root, "bin"))
fs.symlinkSync("/usr", path.join(root, "absolute"))
fs.symlinkSync("../../../../usr", path.join(root, "above"))
fs.symlinkSync("loop", path.join(root, "loop"))
fs.symlinkSync("docker-shim", path.join(root, "usr/bin/docker"))

describe("Root", () => {
  it.each([
    ["/bin", "/usr/bin"],
    ["/absolute/bin", "/usr/bin"],
    ["/above/bin", "/usr/bin"],
    ["/usr/../bin/./x", "/usr/bin/x"],
    ["/none/at/all", "/none/at/all"],
    ["/", "/"]
  ])("leads from %s to %s, and never out of itself", (from, to) => {
    assert.strictEqual(Root.resolve(root, from), to)
  })

  it("follows no loop without end", () => {
    assert.strictEqual(Root.resolve(root, "/loop"), "/loop")
  })

  it("names the last part itself, link or not", () => {
    assert.strictEqual(Root.onMachine(root, "/bin/docker"), path.join(root, "usr/bin/docker"))
    assert.strictEqual(Root.onMachine("", "/nowhere/docker"), "/nowhere/docker")
  })
})
