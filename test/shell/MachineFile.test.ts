/**
 * The machine's file of settings, as the built program reads it below an `/etc` of its own. Gives files to another user, and
 * so needs root.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as MachineFile from "../../src/shell/MachineFile.ts"
import { built, fixtures, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker")
const docker = path.join(shim.directory, "docker")
const env = { PATH: `${shim.directory}:${fixtures}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: shim.directory }
const scratch = path.join(shim.directory, "scratch")

beforeAll(() => {
  fs.mkdirSync(scratch)
})
afterAll(shim.remove)

describe("/etc/docker-shim.env", () => {
  const script = "mount -t tmpfs none /etc && printf '%s' \"$1\" > /etc/docker-shim.env && eval \"$2\" && shift 2 && "
    + "cd \"$1\" && shift && exec env -i PATH=\"$PATH\" HOME=\"$HOME\" \"$@\""
  /** Runs the shim with an emptied environment where `/etc` has this file; `more` changes the file. */
  const on = (text: string, more: string, words: ReadonlyArray<string>) => {
    return run("unshare", ["--mount", "sh", "-c", script, "sh", text, more, scratch, ...words], { env })
  }
  const settings = `WORKSPACE_DIR=/data/w\nDOCKER_SHIM_USER_PATH=${scratch}\n`
  const mount = [docker, "run", "-v", "./src:/x", "web"]
  const translated = "run\0-v\0/data/w/src:/x\0web\0"

  it("translates a path after the environment was emptied, and gives docker no more variables", async () => {
    const ran = await on(settings, ":", mount)
    assert.deepStrictEqual([ran.code, ran.stdout], [0, translated])
    assert.deepStrictEqual(ran.stderr.split("\0").filter((one) => one.startsWith("DOCKER_") || one.startsWith("W")), [
      "DOCKER_SHIM_DEPTH=1"
    ])
  })

  it("lets the environment win, also where that is empty", async () => {
    const ran = await on(settings, ":", ["WORKSPACE_DIR=/data/v", ...mount])
    assert.strictEqual(ran.stdout, translated.replace("/w/", "/v/"))
    assert.include((await on(settings, ":", ["WORKSPACE_DIR=", ...mount])).stdout, "\0./src:/x\0")
  })

  it.each([
    ["chmod 666 /etc/docker-shim.env", "users other than root may write it; chmod 644 it"],
    ["chmod 664 /etc/docker-shim.env", "users other than root may write it; chmod 644 it"],
    ["rm /etc/docker-shim.env && mkfifo /etc/docker-shim.env", "it is not a regular file"],
    ["rm /etc/docker-shim.env && mkdir /etc/docker-shim.env", "it is not a regular file"],
    ["head -c 70000 /dev/zero > /etc/docker-shim.env", "it is larger than 64 KiB"],
    ["rm /etc/docker-shim.env && ln -s docker-shim.env /etc/docker-shim.env", "it .+"]
  ])("says that it ignores the file after %s", async (more, why) => {
    const ran = await on(settings, more, mount)
    assert.strictEqual(ran.stdout, "run\0-v\0./src:/x\0web\0")
    assert.match(ran.stderr, new RegExp(`^docker-shim: /etc/docker-shim\\.env is ignored: ${why}\n`))
  })

  it.each([
    ["chmod 666", (file: string) => fs.chmodSync(file, 0o666), true],
    ["chown 12345", (file: string) => fs.chownSync(file, 12_345, 0), true],
    ["too much in it", (file: string) => fs.truncateSync(file, 70_000), false],
    ["a directory in its place", (file: string) => {
      fs.rmSync(file)
      fs.mkdirSync(file)
    }, false]
  ])("tells whether its rights are why it is ignored: %s", (_, change, hasWrongRights) => {
    const file = path.join(fs.mkdtempSync(path.join(scratch, "file-")), "docker-shim.env")
    fs.writeFileSync(file, "", { mode: 0o644 })
    assert.deepStrictEqual(MachineFile.read(file), { file, values: {} })
    change(file)
    assert.strictEqual(MachineFile.read(file).hasWrongRights, hasWrongRights)
  })

  it("says that it ignores another user's file", async () => {
    const ran = await on(settings, "chown 12345 /etc/docker-shim.env", mount)
    assert.match(
      ran.stderr,
      /^docker-shim: \/etc\/docker-shim\.env is ignored: it belongs to user 12345, not to root\n/
    )
  })

  it("refuses a wrong value and a wrong line, and names the file", async () => {
    const wrong = await on("DOCKER_SHIM_CACHE=maybe", ":", mount)
    assert.deepStrictEqual([wrong.code, wrong.stdout], [125, ""])
    assert.match(wrong.stderr, /^docker-shim: DOCKER_SHIM_CACHE="maybe" in \/etc\/docker-shim\.env is not accepted\n/)
    const line = await on("export A=b", ":", mount)
    assert.deepStrictEqual([line.code, line.stdout], [125, ""])
    assert.match(line.stderr, /^docker-shim: line 1 of \/etc\/docker-shim\.env="export A=b" is not accepted\n/)
  })

  it("names the file in explain and in doctor", async () => {
    const own = path.join(scratch, "docker-shim")
    fs.symlinkSync(built, own)
    const explained = await on(settings, ":", [own, "explain", "--json", "--", ...mount])
    assert.include(explained.stdout, "(WORKSPACE_DIR in /etc/docker-shim.env)")
    const examined = await on(settings, ":", ["DOCKER_SHIM_REAL_DOCKER=/bin/false", own, "doctor", "--json"])
    assert.include(
      examined.stdout,
      "set: DOCKER_SHIM_REAL_DOCKER; set in /etc/docker-shim.env: DOCKER_SHIM_USER_PATH, WORKSPACE_DIR"
    )
  })

  it("finds the real docker by it", async () => {
    const other = path.join(scratch, "named-by-the-machine")
    fs.writeFileSync(other, "#!/bin/sh\necho named\n", { mode: 0o755 })
    assert.strictEqual((await on(`DOCKER_SHIM_REAL_DOCKER=${other}`, ":", [docker, "ps"])).stdout, "named\n")
    const absent = await on("DOCKER_SHIM_REAL_DOCKER=/no/such", ":", [docker, "ps"])
    assert.deepStrictEqual([absent.code, absent.stderr.split("\n")[0]], [
      127,
      "docker-shim: DOCKER_SHIM_REAL_DOCKER in /etc/docker-shim.env=\"/no/such\" cannot be used: it does not exist"
    ])
  })
})
