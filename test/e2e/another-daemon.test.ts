/**
 * Commands for another daemon than the session's, on two real engines: its paths, names and builds stay as they are. The
 * session's own daemon gets the mapping, however it is named.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import { generations } from "../shell/program.ts"

const work = "/home/retro/work"

/** The lines of the shim. */
const said = ({ stderr }: Client.Outcome): ReadonlyArray<string> =>
  stderr.split("\n").filter((line) => line.startsWith("docker-shim:"))

describeReal.each(generations)("a command of docker %s", (suite) => {
  let shared: SessionDirectory.SessionDirectory
  let cache: string
  let session: ShimmedSession.ShimmedSession
  /** Has other files at the user's paths, and is no session of this user's. */
  let other: Session.Session
  beforeAll(async () => {
    shared = await SessionDirectory.create([])
    cache = shared.below("cache")
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12", cache })
    other = await Session.start({ suite, workspace: { id: "ses2" } })
    await BaseImage.load(other)
    for (const [files, owner] of [[session.files, "session"], [other.workspace?.enginesOwn ?? "", "other"]] as const) {
      mkdirSync(join(files, "app/src"), { recursive: true })
      writeFileSync(join(files, "app/src/owner"), `${owner}\n`)
    }
    writeFileSync(join(session.files, "app/Dockerfile"), "FROM bb\nRUN head -c 16 /dev/urandom > /stamp\n")
    writeFileSync(
      join(session.files, "app/compose.yaml"),
      "services: {web: {build: ., init: true, command: sleep 600, volumes: ['./src:/src', 'data:/data']}}\nvolumes: {data: }\n"
    )
    await session.direct(["context", "create", "other", "--docker", `host=unix://${other.socket}`])
  })
  afterAll(async () => {
    await session.stop()
    await other.stop()
    await shared.remove()
  })

  /** Ways to name the other daemon: words before the command, and what the environment has. */
  const ways = (): Readonly<
    Record<string, readonly [ReadonlyArray<string>, Readonly<Record<string, string | undefined>>]>
  > => {
    const far = `unix://${other.socket}`
    const declared = { DOCKER_SHIM_DOCKER_HOST: `unix://${session.socket}`, DOCKER_SHIM_PROJECT_SCOPE: "project" }
    return {
      "-H": [["-H", far], {}],
      "--context": [["--context", "other"], {}],
      "DOCKER_HOST, where the session's is declared": [[], { ...declared, DOCKER_HOST: far }],
      "DOCKER_CONTEXT, where the session's is declared": [
        [],
        { ...declared, DOCKER_HOST: undefined, DOCKER_CONTEXT: "other" }
      ]
    }
  }
  const names = [
    "-H",
    "--context",
    "DOCKER_HOST, where the session's is declared",
    "DOCKER_CONTEXT, where the session's is declared"
  ]
  const docker = async (way: string, ...words: ReadonlyArray<string>): Promise<Client.Outcome> => {
    const [globals, env] = ways()[way] ?? [[], {}]
    const outcome = await session.run("docker", [...globals, ...words], {
      cwd: join(work, "app"),
      env: { DOCKER_SHIM_DAEMON_SOCKET: session.socket, ...env }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }
  const listed = async (...words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
    (await other.docker([...words])).split("\n").filter((line) => line !== "").sort()

  describe.each(names)("for another daemon, named by %s", (way) => {
    it("mounts what that daemon has there, and says that no path was translated", async () => {
      for (
        const mount of [["-v", `${work}/app/src:/src`], ["--mount", `type=bind,source=${work}/app/src,target=/src`]]
      ) {
        const outcome = await docker(way, "run", "--rm", ...mount, "bb", "cat", "/src/owner")
        assert.strictEqual(outcome.stdout, "other\n")
        const [line = "", ...more] = said(outcome)
        assert.include(line, `no path is translated: unix://${other.socket} is not this session's daemon`)
        assert.deepStrictEqual(more, [])
      }
    })

    it("never gets the session's socket", async () => {
      const { stdout } = await docker(way, "create", "-v", "/var/run/docker.sock:/s", "bb")
      const format = "{{json .HostConfig.Binds}}"
      assert.strictEqual(await other.docker(["inspect", "-f", format, stdout.trim()]), `["/var/run/docker.sock:/s"]`)
      await other.docker(["rm", stdout.trim()])
    })

    it("builds there without the shared cache, and says so", async () => {
      const outcome = await docker(way, "build", "--no-cache", "-t", "built", ".")
      assert.deepStrictEqual(readdirSync(cache), [])
      assert.lengthOf(await listed("images", "-q", "built"), 1)
      const [line = "", ...more] = said(outcome)
      assert.include(line, "build cache not shared: ")
      assert.deepStrictEqual(more, [])
    })

    it("keeps a project's name and paths there", async () => {
      const outcome = await docker(way, "compose", "up", "-d", "--build")
      assert.deepStrictEqual(await listed("ps", "-a", "--format", "{{.Names}}"), ["app-web-1"])
      assert.deepStrictEqual(await listed("volume", "ls", "-q"), ["app_data"])
      assert.strictEqual(await other.docker(["exec", "app-web-1", "cat", "/src/owner"]), "other")
      assert.deepStrictEqual(readdirSync(cache), [])
      assert.lengthOf(said(outcome), 1)
      await docker(way, "compose", "down", "-v", "--rmi", "local", "-t", "0")
      assert.deepStrictEqual(await listed("ps", "-aq"), [])
      assert.strictEqual(await session.direct(["ps", "-aq"]), "", "nothing of it is on the session's daemon")
    })
  })

  it("for the session's own daemon gets its mapping, name and cache, however that is named", async () => {
    const own = `unix://${session.socket}`
    for (const globals of [[], ["-H", own]]) {
      const run = async (...words: ReadonlyArray<string>) =>
        Client.stdoutOf(await session.run("docker", [...globals, ...words], { cwd: join(work, "app") }))
      assert.strictEqual(await run("run", "--rm", "-v", "./src:/src", "bb", "cat", "/src/owner"), "session")
      await run("compose", "up", "-d", "--build")
      assert.strictEqual(await run("exec", "helix-task-12-app-web-1", "cat", "/src/owner"), "session")
      await run("compose", "down", "-v", "-t", "0")
    }
    assert.include(readdirSync(cache), "app#web")
  })
})
