/**
 * The Debian package on a Debian 12 with docker: install, upgrade, remove, purge; all is as it was before.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Desktop from "../real-docker/Desktop.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Root from "../real-docker/Root.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Tree from "../real-docker/Tree.ts"
import { repository, run } from "../shell/program.ts"

/** A package of the built executable, under a version. */
const make = async (directory: string, version: string): Promise<string> => {
  const script = `import { makeDeb } from ${JSON.stringify(path.join(repository, "scripts/release/deb.mjs"))}
console.log(makeDeb(${
    JSON.stringify({
      version,
      directory,
      architecture: process.arch,
      executable: path.join(repository, "dist/docker-shim"),
      licenses: "licences",
      manPage: ".TH DOCKER-SHIM 1",
      changelog: "changes",
      time: 1_800_000_000
    })
  }))`
  const { code, stderr, stdout } = await run(process.execPath, ["--input-type=module", "-e", script])
  assert.strictEqual(code, 0, stderr)
  return stdout.trim()
}

describeReal("the Debian package", () => {
  let scratch: SessionDirectory.SessionDirectory
  let root = ""
  const umask = process.umask(0o022)
  const within = async (...words: readonly [string, ...ReadonlyArray<string>]): Promise<string> => {
    const { code, stderr, stdout } = await Root.run(root, "root", ...words)
    assert.strictEqual(code, 0, `${words.join(" ")}: ${stdout}${stderr}`)
    return stdout
  }
  /** Without dpkg's own lists and logs, which it writes anew. */
  const state = (): ReadonlyArray<string> =>
    Tree.read(root).filter((line) => !/^\/var\/(?:lib\/dpkg|log|cache)\b/.test(line))

  beforeAll(async () => {
    scratch = await SessionDirectory.create([])
    root = path.join(scratch.path, "debian")
    await Desktop.extract(root)
  })
  afterAll(async () => {
    process.umask(umask)
    await scratch.remove()
  })

  it("is the same each time", async () => {
    const [one, other] = [path.join(scratch.path, "one"), path.join(scratch.path, "other")]
    for (const directory of [one, other]) fs.mkdirSync(directory)
    const [first, second] = [await make(one, "0.2.0"), await make(other, "0.2.0")]
    assert.isTrue(fs.readFileSync(first).equals(fs.readFileSync(second)))
  })

  it("installs, upgrades, and goes without a trace", async () => {
    const before = state()
    const files = path.join(root, "tmp")
    for (const version of ["0.2.0", "0.2.1"]) {
      const deb = path.basename(await make(files, version))
      await within("dpkg", "--install", `/tmp/${deb}`)
      fs.rmSync(path.join(files, deb))
      assert.match(await within("docker", "--version"), /^Docker version /)
      assert.match(await within("docker-shim", "version"), /stand-alone/)
      assert.strictEqual(fs.readlinkSync(path.join(root, "usr/bin/docker")), "/usr/bin/docker-shim")
      assert.strictEqual((await within("dpkg-divert", "--truename", "/usr/bin/docker")).trim(), "/usr/bin/docker.real")
      assert.include(await within("dpkg-query", "-W", "docker-shim"), version)
    }
    await within("dpkg", "--remove", "docker-shim")
    assert.deepStrictEqual(state(), before)
    await within("dpkg", "--purge", "docker-shim")
    assert.deepStrictEqual(state(), before)
  })

  it("takes docker's place when docker comes after it", async () => {
    const docker = path.join(root, "usr/bin/docker")
    fs.renameSync(docker, `${docker}-later`)
    const deb = path.basename(await make(path.join(root, "tmp"), "0.2.0"))
    await within("dpkg", "--install", `/tmp/${deb}`)
    assert.isFalse(fs.existsSync(docker))
    fs.renameSync(`${docker}-later`, docker)
    await within("dpkg-trigger", "--no-await", "/usr/bin/docker")
    await within("dpkg", "--triggers-only", "docker-shim")
    assert.strictEqual(fs.readlinkSync(docker), "/usr/bin/docker-shim")
    await within("dpkg", "--purge", "docker-shim")
    assert.isFalse(fs.lstatSync(docker).isSymbolicLink())
  })
})
