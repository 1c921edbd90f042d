/**
 * On a Debian where nothing but docker is installed, with each line of Node and the package, and with the stand-alone
 * executable alone: install, a build that another session made, a doctor that finds nothing, and no trace of it afterwards.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import * as Desktop from "../real-docker/Desktop.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type * as Session from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import * as Suite from "../real-docker/Suite.ts"
import * as Tree from "../real-docker/Tree.ts"
import * as Pages from "../shell/Pages.ts"
import { repository } from "../shell/program.ts"

/** How the shim comes onto the machine; gives the program to run there. */
const arrivals: ReadonlyArray<readonly [name: string, bring: (root: string) => string | Promise<string>]> = [
  ...Suite.NODES.map((line) =>
    [`Node ${line} and the package`, async (root: string) => {
      fs.copyFileSync(await Suite.locateNode(line), path.join(root, "usr/local/bin/node"))
      for (const name of ["package.json", "dist/docker-shim.cjs", "dist/chunks"]) {
        fs.cpSync(path.join(repository, name), path.join(root, "opt/docker-shim", name), {
          recursive: true,
          // not in the package
          filter: (file) => !file.endsWith(".compiled")
        })
      }
      return "/opt/docker-shim/dist/docker-shim.cjs"
    }] as const
  ),
  ["the stand-alone executable", (root) => {
    fs.copyFileSync(path.join(repository, "dist/docker-shim"), path.join(root, "root/docker-shim"))
    return "/root/docker-shim"
  }]
]

/** What differs from machine to machine in a sample of `docs/start`: the build, the disk, and what the cache holds. */
const withoutFigures = (printed: string): string =>
  printed.replace(/build \w+(?:\+changes)?/, "build").replace(/^(ok +cache (?:mount|space|entries|size)).*/gm, "$1")
    .trim()

describeReal("a fresh machine", () => {
  const sessions: Array<Session.Session> = []
  let shared: Shared.SharedSessions
  let scratch: SessionDirectory.SessionDirectory
  const umask = process.umask(0o022)

  beforeAll(async () => {
    scratch = await SessionDirectory.create([])
    shared = await Shared.create()
    for (const id of ["ses1", "ses2"]) {
      const env = { WORKSPACE_DIR: `/data/workspaces/${id}`, HELIX_SESSION_ID: id }
      sessions.push(await shared.start({ workspace: { id }, env }))
    }
  })
  afterAll(async () => {
    process.umask(umask)
    await shared.stop()
    await scratch.remove()
  })

  it.each(arrivals)("with %s gets the shim, works, and is as it was", async (name, bring) => {
    const root = path.join(scratch.path, path.basename(name))
    await Desktop.extract(root)
    const program = await bring(root)
    const before = Tree.read(root)
    const [first, second] = sessions as [Session.Session, Session.Session]
    const homes = sessions.map((session) => path.join(session.directory, "home-client"))
    const run = async (session: Session.Session, file: string, ...args: ReadonlyArray<string>): Promise<string> =>
      Client.stdoutOf(await Desktop.run(session, root, file, args))

    const installed = await run(first, program, "install")
    assert.include(installed, "installed; see 'docker-shim doctor'")
    assert.strictEqual(installed.includes("\ncompile /opt/docker-shim/dist/chunks for Node v"), name.startsWith("Node"))
    for (const session of sessions) {
      const files = session.workspace?.files ?? ""
      fs.writeFileSync(
        path.join(files, "Dockerfile"),
        `FROM bb\nRUN echo ${name} && head -c 16 /dev/urandom > /stamp\n`
      )
      await run(session, "docker", "build", "-q", "-t", "app", ".")
    }
    const stamps = await Promise.all(
      sessions.map((session) => run(session, "docker", "run", "--rm", "app", "od", "/stamp"))
    )
    assert.lengthOf(new Set(stamps), 1)
    const mounted = ["--rm", "-v", "/home/retro/work:/x", BaseImage.NAME, "ls", "/x"]
    assert.strictEqual(await run(second, "docker", "run", ...mounted), "Dockerfile")

    for (const session of sessions) {
      const { findings } = JSON.parse(await run(session, "docker-shim", "doctor", "--json")) as {
        readonly findings: ReadonlyArray<{ readonly state: string; readonly evidence: string }>
      }
      assert.isAtLeast(findings.length, 20)
      assert.include(findings[0]?.evidence, `(${name.replace(/^the | executable| and the package/g, "")}`)
      assert.deepStrictEqual(findings.filter(({ state }) => state !== "ok"), [])
    }

    assert.include(await run(first, "docker-shim", "uninstall"), "uninstalled")
    assert.deepStrictEqual(Tree.read(root), before)
    assert.deepStrictEqual(Tree.read(homes[0] ?? "").filter((line) => line.includes("docker-shim")), [])
    fs.rmSync(root, { recursive: true })
  })

  it("prints what docs/start shows", async () => {
    const root = path.join(scratch.path, "shown")
    await Desktop.extract(root)
    fs.copyFileSync(path.join(repository, "dist/docker-shim"), path.join(root, "root/docker-shim"))
    const [session] = sessions as [Session.Session]
    const run = async (file: string, ...args: ReadonlyArray<string>): Promise<string> =>
      withoutFigures(Client.stdoutOf(await Desktop.run(session, root, file, args)))
    const shown = (page: string, command: string): string =>
      withoutFigures(Pages.shown(Pages.text(`docs/start/${page}.md`), command))

    const planned = await run("/root/docker-shim", "install", "--dry-run")
    assert.strictEqual(planned, shown("install", "./docker-shim install --dry-run"))
    await run("/root/docker-shim", "install")
    fs.writeFileSync(path.join(session.workspace?.files ?? "", "Dockerfile"), "FROM bb\nRUN echo shown\n")
    await run("docker", "build", "-q", "-t", "app", ".")
    assert.strictEqual(await run("docker-shim", "doctor"), shown("getting-started", "docker-shim doctor"))
    const unmapped = "docker-shim doctor | grep -A 1 mapping"
    assert.strictEqual(
      await run("env", "-u", "WORKSPACE_DIR", "sh", "-c", unmapped),
      shown("getting-started", unmapped)
    )
    const removed = await run("docker-shim", "uninstall", "--dry-run")
    assert.strictEqual(removed, shown("install", "docker-shim uninstall --dry-run"))
  })
})
