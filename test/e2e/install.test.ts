/**
 * From nothing to two sessions that share a build, and back: install, doctor, build, uninstall.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { built, shimDirectory, starting } from "../shell/program.ts"

/** Everything below a directory, with kinds, modes, contents and targets. */
const snapshot = (directory: string): unknown =>
  fs.readdirSync(directory, { recursive: true, encoding: "utf8" }).sort().map((name) => {
    const file = path.join(directory, name)
    const stat = fs.lstatSync(file)
    return [
      name,
      stat.mode,
      stat.uid,
      stat.isFile() ? fs.readFileSync(file, "latin1") : stat.isSymbolicLink() ? fs.readlinkSync(file) : ""
    ]
  })

const [program, ...rest] = starting(built)

interface Findings {
  readonly findings: ReadonlyArray<{ readonly part: string; readonly state: string; readonly evidence: string }>
}

describeReal("docker-shim install, in real sessions", () => {
  const scratch = shimDirectory()
  const site = path.join(scratch.directory, "site")
  const sessions: Array<Session.Session> = []
  const umask = process.umask(0o022)
  afterAll(async () => {
    process.umask(umask)
    await Promise.all(sessions.map((session) => session.stop()))
    scratch.remove()
  })

  const start = async (id: string): Promise<Session.Session> => {
    const session = await Session.start({
      workspace: { id },
      mounts: [
        { source: path.join(scratch.directory, "cache"), target: "/buildkit-cache", seenBy: "client" },
        { source: path.join(site, "state"), target: "/var/lib/docker-shim", seenBy: "client" }
      ],
      env: { WORKSPACE_DIR: `/data/workspaces/${id}`, HELIX_SESSION_ID: id }
    })
    sessions.push(session)
    await BaseImage.load(session)
    const config = JSON.stringify({ cliPluginsExtraDirs: [path.join(site, "plugins")] })
    fs.writeFileSync(path.join(session.directory, "config/config.json"), config)
    return session
  }

  /** With the directory for the shim first on PATH. */
  const run = (session: Session.Session, file: string, args: ReadonlyArray<string>): Promise<Client.Outcome> =>
    session.run(file, args, { env: { PATH: `${site}/bin:${session.client.env["PATH"] ?? ""}` } })
  /** The shim's own command with some variables changed. */
  const ownWith = (
    one: Session.Session,
    env: Readonly<Record<string, string>>,
    ...args: ReadonlyArray<string>
  ): Promise<Client.Outcome> =>
    one.run(program, [...rest, ...args], { env: { PATH: `${site}/bin:${one.client.env["PATH"] ?? ""}`, ...env } })
  const own = (session: Session.Session, ...args: ReadonlyArray<string>): Promise<Client.Outcome> =>
    run(session, program, [...rest, ...args])

  beforeAll(() => {
    for (const name of ["cache", "site/bin", "site/plugins", "site/state"]) {
      fs.mkdirSync(path.join(scratch.directory, name), { recursive: true })
    }
  })

  it("is taken in, is well, shares a build, and is gone again", async () => {
    const [first, second] = [await start("ses1"), await start("ses2")]
    const before = snapshot(site)

    const sick = await own(first, "doctor", "--json")
    assert.strictEqual(sick.code, 2, sick.stdout)
    assert.include(sick.stdout, "docker-shim install")

    const words = ["install", "--dir", path.join(site, "bin"), "--plugin-dir", path.join(site, "plugins")]
    const said = Client.stdoutOf(await own(first, ...words, "--dry-run")).split("\n").slice(0, -1)
    assert.deepStrictEqual(snapshot(site), before)
    const done = Client.stdoutOf(await own(first, ...words)).split("\n").slice(0, -1)
    assert.deepStrictEqual(done, said)
    assert.strictEqual(Client.stdoutOf(await own(first, ...words)), "installed already; nothing to do")

    const well = await own(first, "doctor", "--json")
    const { findings } = JSON.parse(well.stdout) as Findings
    assert.deepStrictEqual(findings.filter(({ state }) => state !== "ok"), [])
    assert.strictEqual(well.code, 0)

    // a shell that lost its settings: the daemon's directory of that name is empty, and doctor says so
    const lost = await ownWith(first, { WORKSPACE_DIR: "" }, "doctor", "--json")
    assert.strictEqual(lost.code, 2, lost.stdout)
    const mapping = (JSON.parse(lost.stdout) as Findings).findings.find(({ part }) => part === "mapping")
    assert.strictEqual(mapping?.state, "fail")
    assert.match(
      mapping?.evidence ?? "",
      /the daemon does not see a file made in \/home\/retro\/work: mounts of it are empty$/
    )

    for (const session of [first, second]) {
      fs.writeFileSync(
        path.join(session.workspace?.files ?? "", "Dockerfile"),
        "FROM bb\nRUN head -c 16 /dev/urandom > /stamp\n"
      )
      Client.stdoutOf(await run(session, "docker", ["build", "-q", "-t", "app", "."]))
    }
    const stamp = (session: Session.Session) => run(session, "docker", ["run", "--rm", "app", "od", "/stamp"])
    assert.strictEqual(Client.stdoutOf(await stamp(first)), Client.stdoutOf(await stamp(second)))

    const listed = ["-v", "/home/retro/work:/x", "bb", "ls", "/x"]
    assert.strictEqual(Client.stdoutOf(await run(first, "docker", ["run", "--rm", ...listed])), "Dockerfile")

    const complete = ["__complete", "run", "--vol"]
    assert.strictEqual(
      Client.stdoutOf(await run(first, "docker", complete)),
      Client.stdoutOf(await first.run("docker", complete))
    )

    Client.stdoutOf(await own(first, "uninstall"))
    assert.deepStrictEqual(snapshot(site), before)
  })
})
