/**
 * The stand-alone executable on a Debian: updated while commands start, taken out after docker was purged, and what an
 * ordinary user is told over an installation of root's.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Root from "../real-docker/Root.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Tree from "../real-docker/Tree.ts"
import type { Ran } from "../shell/program.ts"

describeReal("an installation on Debian", () => {
  let scratch: SessionDirectory.SessionDirectory
  let root = ""
  let before: ReadonlyArray<string> = []
  const umask = process.umask(0o022)
  const at = (name: string): string => path.join(root, name)
  /** dpkg writes its list of diversions anew, with the same content, and keeps the one before. */
  const state = (): ReadonlyArray<string> =>
    Tree.read(root).filter((line) => !line.startsWith("/var/lib/dpkg/diversions-old ")).map((line) =>
      line.startsWith("/var/lib/dpkg/diversions ") ? line.replace(/ \S+ (\S+)$/, " $1") : line
    )
  const asRoot = (...words: readonly [string, ...ReadonlyArray<string>]): Promise<Ran> =>
    Root.run(root, "root", ...words)
  const asUser = (...words: readonly [string, ...ReadonlyArray<string>]): Promise<Ran> =>
    Root.run(root, "user", ...words)
  const out = async (ran: Promise<Ran>): Promise<string> => {
    const { code, stderr, stdout } = await ran
    assert.strictEqual(code, 0, stdout + stderr)
    return stdout
  }

  beforeAll(async () => {
    scratch = await SessionDirectory.create([])
    root = path.join(scratch.path, "debian")
    const build = await Root.makeDebian(root)
    fs.writeFileSync(at(`${Root.executable}-new`), Root.otherBuild(build), { mode: 0o755 })
    before = state()
  })
  beforeEach(() => assert.deepStrictEqual(state(), before))
  afterAll(async () => {
    process.umask(umask)
    await scratch.remove()
  })

  it.each([["ahead of docker", []], ["in place", ["--in-place"]]])(
    "is updated by install, %s, and every command that starts meanwhile runs",
    async (_, options) => {
      await out(asRoot(Root.executable, "install", ...options))
      assert.include(await out(asRoot("docker-shim", "version")), "(stand-alone, ")
      const failures: Array<Ran> = []
      const updating = new AbortController()
      let started = 0
      const starting = (async () => {
        while (!updating.signal.aborted) {
          started += 1
          const ran = await asRoot("docker", "--version")
          if (ran.code !== 0 || ran.stderr !== "") failures.push(ran)
        }
      })()
      for (const name of ["-new", "", "-new"]) {
        assert.match(
          await out(asRoot(`${Root.executable}${name}`, "install")),
          new RegExp(`^update /usr/local/bin/docker-shim from ${Root.executable}${name}\n(?:note: .*\n)?updated; `)
        )
      }
      updating.abort()
      await starting
      assert.deepStrictEqual(failures, [])
      assert.isAtLeast(started, 3)
      assert.include(await out(asRoot("docker-shim", "version")), "(STAND-alone, ")
      assert.include(await out(asRoot(`${Root.executable}-new`, "install")), "installed already; nothing to do\n")
      await out(asRoot("docker-shim", "uninstall"))
    }
  )

  it("is changed from one way to the other by the commands that install names", async () => {
    await out(asRoot(Root.executable, "install"))
    const refused = await asRoot("docker-shim", "install", "--in-place")
    assert.strictEqual(refused.code, 125)
    const [, commands = ""] = /to change that: (.*)\n/.exec(refused.stderr) ?? []
    await out(asRoot("sh", "-c", commands))
    assert.isTrue(fs.existsSync(at("usr/bin/docker.real")))
    await out(asRoot("docker-shim", "uninstall"))
    fs.rmSync(at("tmp/docker-shim"))
  })

  it("an ordinary user is told the truth over root's", async () => {
    await out(asRoot(Root.executable, "install", "--in-place"))
    assert.strictEqual(
      await out(asUser(Root.executable, "install")),
      "installed for all users already; nothing to do\n"
    )
    const update = await asUser(`${Root.executable}-new`, "install")
    assert.deepStrictEqual([update.code, update.stderr], [
      125,
      "docker-shim install: the installation for all users is another build than this one; "
      + `run '${Root.executable}-new install' as root\n`
    ])
    const uninstall = await asUser("docker-shim", "uninstall")
    assert.deepStrictEqual([uninstall.code, uninstall.stderr], [
      125,
      "docker-shim uninstall: docker-shim is installed for all users; run 'docker-shim uninstall' as root\n"
    ])
    const doctor = (await asUser("docker-shim", "doctor")).stdout
    assert.match(doctor, /^ok +PATH +docker is the shim: \/usr\/bin\/docker$/m)
    assert.match(doctor, /^ok +installation +complete, for all users$/m)
    assert.match(doctor, /^ok +older wrappers +none$/m)
    await out(asRoot("docker-shim", "uninstall"))
  })

  it("is taken out after docker was purged, and nothing dangles", async () => {
    await out(asRoot(Root.executable, "install", "--in-place"))
    await out(asRoot("dpkg", "--purge", "--force-depends", "docker-cli"))
    const doctor = (await asRoot("docker-shim", "doctor")).stdout
    assert.match(doctor, /^fail +installation +missing or changed: keep \/usr\/bin\/docker as/m)
    const uninstalled = await out(asRoot("docker-shim", "uninstall"))
    assert.include(uninstalled, "note: /usr/bin/docker.real is gone, so there is nothing to put back; ")
    assert.notInclude(uninstalled, "put /usr/bin/docker.real back")
    const docker = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
      /bin\/docker/.test(name)
    )
    assert.deepStrictEqual(docker, [])
  })
})
