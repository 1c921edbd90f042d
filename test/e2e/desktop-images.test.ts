/**
 * The Dockerfile fragments of docs/operate/desktop-images.md, as they stand on the page, built by a real engine on a Debian, and
 * desktops of these images at work in a session.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Suite from "../real-docker/Suite.ts"
import { repository } from "../shell/program.ts"

const page = fs.readFileSync(path.join(repository, "docs/operate/desktop-images.md"), "utf8")

/** The Dockerfile lines below a heading of the page. */
const fragment = (heading: string): string => {
  const below = page.slice(page.indexOf(`## ${heading}\n`))
  return /```dockerfile\n([\s\S]*?)```/.exec(below.slice(0, below.indexOf("\n## ", 1)))?.[1] ?? ""
}

/** An image as it was with the bash wrappers. */
const withWrappers = `FROM debian
RUN mv /usr/bin/docker /usr/bin/docker.real
COPY docker-wrapper.sh /usr/bin/docker
RUN cd /usr/libexec/docker/cli-plugins && mv docker-compose docker-compose.real
COPY docker-compose-wrapper.sh /usr/libexec/docker/cli-plugins/docker-compose
`

const images: ReadonlyArray<readonly [name: string, dockerfile: string]> = [
  ["sway", `FROM debian\n${fragment("sway")}`],
  ["ubuntu", `FROM debian\n${fragment("Ubuntu desktop")}`],
  ["migrating", `${withWrappers}${fragment("sway")}`]
]

describeReal("docs/operate/desktop-images.md", () => {
  let session: Session.Session
  let cache: string
  let stamp: string | undefined

  beforeAll(async () => {
    session = await Session.start({ workspace: { id: "ses1" } })
    await BaseImage.load(session)
    await session.docker(["import", await Suite.locateDebian(), "debian"])
    cache = path.join(session.directory, "cache")
    fs.mkdirSync(cache)
    const files = session.workspace?.files ?? ""
    fs.mkdirSync(path.join(files, "app"))
    fs.writeFileSync(path.join(files, "app/Dockerfile"), "FROM bb\nRUN head -c 16 /dev/urandom | md5sum > /stamp\n")
    fs.writeFileSync(
      path.join(files, "compose.yaml"),
      "services:\n  web:\n    image: bb\n    init: true\n    command: ls /x\n    volumes: [\"./app:/x\"]\n"
    )
  })
  afterAll(() => session.stop())

  const build = (name: string, dockerfile: string): Promise<Client.Outcome> => {
    const context = path.join(session.directory, `context-${name}`)
    fs.mkdirSync(context)
    fs.copyFileSync(path.join(repository, "dist/docker-shim"), path.join(context, "docker-shim"))
    for (const wrapped of ["docker", "docker-compose"]) {
      const script = `#!/bin/bash\nexec "$(dirname "$0")/${wrapped}.real" "$@"\n`
      fs.writeFileSync(path.join(context, `${wrapped}-wrapper.sh`), script, { mode: 0o755 })
    }
    fs.writeFileSync(path.join(context, "Dockerfile"), dockerfile)
    return session.run("docker", ["build", "-q", "-t", name, context])
  }

  it.each(images)("%s is built, and works", async (name, dockerfile) => {
    assert.include(dockerfile, "docker-shim install --in-place")
    Client.stdoutOf(await build(name, dockerfile))

    const given = [
      ...["-v", `${session.socket}:/var/run/docker.sock`, "-v", "/data/workspaces/ses1:/home/retro/work"],
      ...["-v", `${cache}:/buildkit-cache`, "-e", "WORKSPACE_DIR=/data/workspaces/ses1", "-e", "HELIX_SESSION_ID=ses1"]
    ]
    await session.docker(["run", "-d", "--init", "--name", name, ...given, name, "sleep", "1000"])
    const desktop = (...words: ReadonlyArray<string>): Promise<Client.Outcome> =>
      session.run("docker", ["exec", "-w", "/home/retro/work", name, ...words])
    const docker = async (...words: ReadonlyArray<string>): Promise<string> =>
      Client.stdoutOf(await desktop("docker", ...words))

    const doctor = await desktop("docker-shim", "doctor", "--json")
    const { findings } = JSON.parse(doctor.stdout) as { readonly findings: ReadonlyArray<{ readonly state: string }> }
    assert.isAtLeast(findings.length, 20)
    assert.deepStrictEqual(findings.filter(({ state }) => state !== "ok"), [])

    assert.strictEqual(await docker("run", "--rm", "-v", "/home/retro/work/app:/x", "bb", "ls", "/x"), "Dockerfile")

    await docker("compose", "up", "-d")
    await docker("compose", "wait", "web").catch(() => "") // it may be over already
    assert.strictEqual(await docker("compose", "logs", "--no-log-prefix", "web"), "Dockerfile")
    assert.strictEqual(
      await docker("compose", "ps", "-a", "--format", "{{.Name}}"),
      "helix-session-ses1-work-web-1"
    )
    await docker("compose", "down")

    // each desktop's session would have a daemon of its own, which has built nothing yet
    await session.docker(["builder", "prune", "-af"])
    await docker("build", "-q", "-t", "app", "app")
    const built = await docker("run", "--rm", "app", "cat", "/stamp")
    assert.match(built, /^[0-9a-f]{32}/)
    assert.strictEqual(built, stamp ?? built)
    stamp = built
    await session.docker(["rm", "-f", name])
    await session.docker(["rmi", "-f", "app"])
  })

  it("a build that knows nothing of the cache makes something else", async () => {
    await session.docker(["builder", "prune", "-af"])
    await session.docker(["build", "-q", "-t", "control", "app"])
    assert.notStrictEqual(await session.docker(["run", "--rm", "control", "cat", "/stamp"]), stamp)
  })
})
