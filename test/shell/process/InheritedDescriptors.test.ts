import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-inherited-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

/** The descriptors that a Node which was started with some finds to be its user's. */
const marked = (redirections: string): unknown => {
  // bundled, so that no loader opens files of its own before
  const script = path.join(home, "marked.mjs")
  const source = path.resolve("src/shell/process/InheritedDescriptors.ts")
  if (!fs.existsSync(script)) {
    fs.writeFileSync(
      path.join(home, "marked.ts"),
      `import { marked } from ${JSON.stringify(source)}\nconsole.log(JSON.stringify(marked()))\n`
    )
    const words = ["--bundle", "--platform=node", "--format=esm", `--outfile=${script}`]
    spawnSync("node_modules/.bin/esbuild", [path.join(home, "marked.ts"), ...words])
  }
  const ran = spawnSync("bash", ["-c", `exec ${process.execPath} ${script} ${redirections}`], { encoding: "utf8" })
  return JSON.parse(ran.stdout)
}

describe("InheritedDescriptors", () => {
  it.each<[string, ReadonlyArray<number>]>([
    ["", []],
    ["3</etc/hostname", [3]],
    ["3</etc/hostname 5</etc/hostname 7>/dev/null", [3, 5, 7]],
    // what lies behind a gap above 15 is passed on by itself
    ["3</etc/hostname 63</etc/hostname", [3]]
  ])("with %j are %j", (redirections, descriptors) => {
    assert.deepStrictEqual(marked(redirections), descriptors)
  })
})
