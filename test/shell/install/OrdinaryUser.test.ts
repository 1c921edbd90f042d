/**
 * Installing as a user who may write nothing but their own home.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Tree from "../../real-docker/Tree.ts"
import { built, copyBuilt, type Ran, run, starting } from "../program.ts"

const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-user-"))
const home = path.join(directory, "home")
const system = path.join(directory, "usr/bin")
const shim = path.join(directory, "opt/dist", path.basename(built))
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

/** Tests that root runs are run as somebody else. */
const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}

beforeAll(() => {
  fs.chmodSync(directory, 0o755)
  fs.mkdirSync(system, { recursive: true })
  fs.writeFileSync(path.join(system, "docker"), "#!/bin/sh\nexit 1\n", { mode: 0o755 })
  // the package, where the other user can read it
  copyBuilt(path.join(directory, "opt"))
  fs.mkdirSync(path.join(home, ".local/bin"), { recursive: true })
  for (const name of ["", ".local", ".local/bin"]) fs.chownSync(path.join(home, name), user.uid ?? -1, user.gid ?? -1)
  fs.chmodSync(system, 0o555)
})

const shimRun = (searched: ReadonlyArray<string>, ...words: ReadonlyArray<string>): Promise<Ran> => {
  const [program, ...first] = starting(shim)
  const env = { PATH: [...searched, system, "/usr/bin", "/bin"].join(":"), HOME: home }
  return run(program, [...first, ...words], { env, cwd: home, ...user })
}

describe("docker-shim install, for an ordinary user", () => {
  it("skips directories on PATH that the user may not search, as a shell does", async () => {
    const closed = path.join(directory, "closed")
    fs.mkdirSync(closed)
    fs.writeFileSync(path.join(closed, "docker"), "#!/bin/sh\nexit 1\n", { mode: 0o755 })
    fs.chmodSync(closed, 0)
    const own = path.join(home, ".local/bin")
    const planned = await shimRun([closed, own], "install", "--dry-run")
    assert.deepStrictEqual([planned.code, planned.stderr], [0, ""])
    assert.include(planned.stdout, path.join(own, "docker"))
    for (const command of ["doctor", "uninstall"]) {
      const ran = await shimRun([closed, own], command)
      assert.notInclude(ran.stdout + ran.stderr, "EACCES", command)
    }
    fs.chmodSync(closed, 0o700)
    fs.rmSync(closed, { recursive: true })
  })

  it("goes into the user's own directories, and out of them again", async () => {
    const before = Tree.read(directory)
    const own = path.join(home, ".local/bin")
    const ran = await shimRun([own], "install")
    assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
    const steps = ran.stdout.split("\n").map((line) => line.replaceAll(home, "~").replaceAll(shim, "SHIM"))
    const isCopied = shim.endsWith("docker-shim")
    assert.deepStrictEqual(steps, [
      "make directory ~/.local/state",
      "make directory ~/.local/state/docker-shim",
      isCopied ? "copy SHIM to ~/.local/bin/docker-shim" : "link ~/.local/bin/docker-shim -> SHIM",
      `link ~/.local/bin/docker -> ${isCopied ? "~/.local/bin/docker-shim" : "SHIM"}`,
      "installed; see 'docker-shim doctor'",
      ""
    ])
    const docker = await run(path.join(own, "docker"), ["--version"], {
      env: { PATH: `${own}:${system}:${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: home },
      ...user
    })
    assert.deepStrictEqual([docker.code, docker.stderr], [1, ""])
    assert.strictEqual((await shimRun([own], "uninstall")).code, 0)
    assert.deepStrictEqual(Tree.read(directory), before)
  })

  describe("over an installation for all users", () => {
    const record = path.join(directory, "var/lib/docker-shim/install.json")
    const target = path.join("/", path.relative(directory, shim))
    const installed = (mode: number, steps: ReadonlyArray<unknown>): void => {
      const request = { isInPlace: true }
      fs.mkdirSync(path.dirname(record), { recursive: true })
      fs.writeFileSync(record, JSON.stringify({ version: 1, request, steps, isComplete: true }))
      fs.chmodSync(record, mode)
    }
    /** Below a root, which is the directory of this test. */
    const below = async (...words: ReadonlyArray<string>): Promise<readonly [number | null, string]> => {
      const [program, ...first] = starting(shim)
      const env = { PATH: "/usr/local/bin:/usr/bin", HOME: "/home" }
      const ran = await run(program, [...first, ...words, "--root", directory], { env, cwd: home, ...user })
      return [ran.code, ran.stdout + ran.stderr]
    }
    const link = { _tag: "Link", path: "/usr/local/bin/docker", target }
    afterAll(() => fs.rmSync(path.join(directory, "var"), { recursive: true, force: true }))

    it("install says that it is there, or what to do as root", async () => {
      installed(0o644, [link])
      assert.deepStrictEqual(await below("install"), [
        125,
        "docker-shim install: the installation for all users is damaged; "
        + `run '${target} install' as root\n`
      ])
      fs.mkdirSync(path.join(directory, "usr/local/bin"), { recursive: true })
      fs.symlinkSync(target, path.join(directory, "usr/local/bin/docker"))
      assert.deepStrictEqual(await below("install"), [0, "installed for all users already; nothing to do\n"])
      fs.rmSync(path.join(directory, "usr/local"), { recursive: true })
    })

    it("uninstall says who can", async () => {
      installed(0o644, [link])
      assert.deepStrictEqual(await below("uninstall"), [
        125,
        "docker-shim uninstall: docker-shim is installed for all users; run 'docker-shim uninstall' as root\n"
      ])
    })

    it("a record that is damaged is no sign that nothing is installed", async () => {
      installed(0o644, [{ _tag: "Link" }])
      const [code, text] = await below("install")
      assert.strictEqual(code, 125)
      assert.include(text, "it is not a record of an installation: nobody can tell what was installed")
    })
  })

  it.each<[string, ReadonlyArray<string>, string]>([
    [
      "no directory of the user's on PATH",
      ["install"],
      `none of the usual directories that this user can write to comes before ${system}/docker on PATH; `
      + `put one of your own there (export PATH=${home}/.local/bin:$PATH) and install again, or pass one with --dir`
    ],
    ["a directory that is not the user's", ["install", "--dir", "/usr/bin"], "this user cannot write to /usr/bin"],
    [
      "the place of a docker that is not the user's",
      ["install", "--in-place"],
      `this user cannot write to ${system}`
    ]
  ])("refuses with %s", async (_, words, reason) => {
    const before = Tree.read(directory)
    const ran = await shimRun([], ...words)
    assert.deepStrictEqual(ran, { code: 125, signal: null, stdout: "", stderr: `docker-shim install: ${reason}\n` })
    assert.deepStrictEqual(Tree.read(directory), before)
  })
})
