import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { readableShimDirectory, run } from "../../program.ts"

const shim = readableShimDirectory("docker-shim")
afterAll(shim.remove)
const root = path.join(shim.directory, "root")
const directory = path.join(root, "buildkit-cache")

const init = (...words: ReadonlyArray<string>) =>
  run(path.join(shim.directory, "docker-shim"), ["cache", "init", ...words], { env: { PATH: process.env["PATH"] } })

describe("docker-shim cache init", () => {
  it("makes the directory with its mode, and says so; the second time there is nothing to do", async () => {
    const made = await init("--root", root, "--mode", "775")
    assert.deepStrictEqual([made.code, made.stdout.split("\n")[0]], [0, `created ${directory}`])
    assert.strictEqual(fs.statSync(directory).mode & 0o7777, 0o775)
    assert.strictEqual(
      (await init("--root", root, "--mode", "0775")).stdout,
      `${directory} is there already, as you asked\n`
    )
  })

  it("ends with status 1 where something is not as asked, unless it is to be repaired", async () => {
    await init("--root", root, "--mode", "775")
    const wrong = await init("--root", root, "--mode", "0755", "--json")
    const told = JSON.parse(wrong.stdout) as {
      readonly done: ReadonlyArray<string>
      readonly wrong: ReadonlyArray<string>
    }
    assert.deepStrictEqual([wrong.code, told.done], [1, []])
    assert.strictEqual(told.wrong[0], `${directory}: mode 0775 instead of 0755; --repair changes it`)
    assert.strictEqual((await init("--root", root, "--mode", "0755", "--repair")).code, 0)
    assert.strictEqual(fs.statSync(directory).mode & 0o7777, 0o755)
  })

  it("says which directory this user may not make, and who can", async () => {
    const closed = path.join(shim.directory, "closed")
    fs.mkdirSync(closed, { mode: 0o555 })
    const words = ["cache", "init", "--root", closed]
    const { code, stderr } = await run(path.join(shim.directory, "docker-shim"), words, {
      env: { PATH: process.env["PATH"] },
      ...(process.getuid?.() === 0 ? { uid: 64321, gid: 64321 } : {})
    })
    assert.strictEqual(code, 125)
    const said =
      `docker-shim: ${closed}/buildkit-cache may not be used by this user\n\nRun the command as its owner or root`
    assert.strictEqual(stderr.slice(0, said.length), said)
  })

  const modes =
    "is not accepted; give octal bits without the sticky bit (which keeps users from replacing one another's "
    + "entries), such as 0777"
  it.each([
    [["--mode", "1777"], `--mode "1777" ${modes}`],
    [["--mode", "rwx"], `--mode "rwx" ${modes}`],
    [["--owner", "retro"], "--owner \"retro\" is not accepted; give numbers, such as 1000:1000"],
    [["--scope", "../x"], "--scope \"../x\" is not accepted: a name has 1 to 64 letters"]
  ])("refuses %j", async (words, message) => {
    const { code, stderr } = await init("--root", path.join(root, "none"), ...words)
    assert.strictEqual(code, 125)
    assert.include(stderr, message)
    assert.isFalse(fs.existsSync(path.join(root, "none")))
  })
})
