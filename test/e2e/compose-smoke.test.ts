/**
 * Real Compose through the shim, in a session whose engine sees the user's files elsewhere.
 */
import { once } from "node:events"
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { built } from "../shell/program.ts"

describeReal("compose through the shim", () => {
  describe.each(["28.5", "26.1"] as const)("with Docker %s", (suite) => {
    let session: Session.Session
    let shim: string
    beforeAll(async () => {
      session = await Session.start({ suite, workspace: { id: "ses1" } })
      await BaseImage.load(session)
      shim = join(session.directory, "shim")
      mkdirSync(shim)
      for (const name of ["docker", "docker-compose"]) symlinkSync(built, join(shim, name))
    })
    afterAll(() => session.stop())

    const project = (name: string, files: Readonly<Record<string, string>>): string => {
      const directory = join(session.workspace?.files ?? "", name)
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(join(directory, file, ".."), { recursive: true })
        writeFileSync(join(directory, file), content)
      }
      return `/home/retro/work/${name}`
    }
    const run = (name: string, args: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
      session.run(join(shim, name), args, {
        ...options,
        env: {
          WORKSPACE_DIR: "/data/workspaces/ses1",
          HELIX_TASK_NUMBER: "12",
          XDG_RUNTIME_DIR: session.directory,
          ...options.env
        }
      })
    const docker = async (args: ReadonlyArray<string>, options: Client.RunOptions = {}) =>
      Client.stdoutOf(await run("docker", args, options))
    const leftovers = () => readdirSync(session.directory).filter((name) => name.startsWith("docker-shim-"))

    it("mounts what the user sees, under the session's name, and leaves nothing", async () => {
      const cwd = project("shop", {
        "compose.yaml": "services:\n  web: {image: bb, command: ls -A /src, volumes: ['./src:/src']}\n",
        "compose.override.yaml": "services:\n  web: {environment: {A: b}}\n",
        "src/file.txt": "x"
      })
      const outcome = await run("docker", ["compose", "up", "--no-color"], { cwd: `${cwd}/src` })
      assert.include(outcome.stdout, "file.txt", outcome.stderr)
      assert.include(await docker(["compose", "ps", "-a"], { cwd }), "helix-task-12-shop-web-1")
      assert.include(await docker(["compose", "config"], { cwd }), "name: helix-task-12-shop")
      assert.deepStrictEqual(leftovers(), [])
      await docker(["compose", "down", "-v"], { cwd: `${cwd}/src` })
      assert.strictEqual(await session.docker(["ps", "-aq"]), "")
    })

    it("shares what it builds with the next session, service by service", async () => {
      const cache = join(session.directory, "cache")
      mkdirSync(cache, { recursive: true })
      const env = { DOCKER_SHIM_CACHE_DIR: cache, COMPOSE_BAKE: "true" }
      const cwd = project("stack", {
        "compose.yaml": "services:\n  web: {build: ./web, command: 'true'}\n  api: {build: ./api, command: 'true'}\n",
        "web/Dockerfile": "FROM bb\nRUN cat /proc/sys/kernel/random/uuid > /stamp\n",
        "api/Dockerfile": "FROM bb\nRUN cat /proc/sys/kernel/random/uuid > /stamp\n"
      })
      const stamp = async (service: string) =>
        docker(["run", "--rm", `helix-task-12-stack-${service}`, "cat", "/stamp"], { env })
      const first = await run("docker", ["compose", "build", "-q"], { cwd, env })
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepStrictEqual(readdirSync(cache).filter((name) => !name.startsWith(".")).sort(), [
        "stack#api",
        "stack#web"
      ])
      const stamps = [await stamp("web"), await stamp("api")]
      await session.renewEngine()
      await BaseImage.load(session)
      const second = await run("docker", ["compose", "up", "-d"], { cwd, env })
      assert.strictEqual(second.code, 0, second.stderr)
      assert.deepStrictEqual([await stamp("web"), await stamp("api")], stamps)
      await docker(["compose", "down"], { cwd, env })
      assert.deepStrictEqual(leftovers(), [])
    })

    it("reads what can be read only once and still hands it on", async () => {
      const cwd = project("once", { "src/file.txt": "x" })
      const yaml = "services:\n  web: {image: bb, command: ls /src, volumes: ['./src:/src']}\n"
      const piped = await run("docker", ["compose", "-f", "-", "run", "--rm", "web"], { cwd, stdin: yaml })
      assert.strictEqual(piped.stdout.trim(), "file.txt", piped.stderr)
      writeFileSync(join(session.workspace?.files ?? "", "once", "more.yaml"), yaml)
      const script = `exec ${shim}/docker compose --project-directory . -f <(cat more.yaml) run --rm web`
      const substituted = await session.run("bash", ["-c", script], {
        cwd,
        env: { WORKSPACE_DIR: "/data/workspaces/ses1" }
      })
      assert.strictEqual(substituted.stdout.trim(), "file.txt", substituted.stderr)
      await docker(["compose", "-f", "more.yaml", "down"], { cwd })
    })

    it("works as docker's plugin and stand-alone, planned once", async () => {
      const cwd = project("forms", {
        "compose.yaml": "services:\n  web: {image: bb, command: ls /src, volumes: ['./src:/src']}\n",
        "src/file.txt": "x"
      })
      const config = join(session.directory, "plugins")
      mkdirSync(join(config, "cli-plugins"), { recursive: true })
      symlinkSync(built, join(config, "cli-plugins/docker-compose"))
      const real = join(session.suite.bin, "cli-plugins/docker-compose")
      const env = {
        WORKSPACE_DIR: "/data/workspaces/ses1",
        HELIX_TASK_NUMBER: "12",
        XDG_RUNTIME_DIR: session.directory,
        DOCKER_CONFIG: config,
        DOCKER_SHIM_REAL_COMPOSE: real
      }
      const words = ["compose", "run", "--rm", "web"]
      const plugin = await session.run("docker", words, { cwd, env })
      assert.strictEqual(plugin.stdout.trim(), "file.txt", plugin.stderr)
      const both = await run("docker", words, { cwd, env: { ...env, DOCKER_SHIM_DEBUG: "1" } })
      assert.strictEqual(both.stdout.trim(), "file.txt", both.stderr)
      assert.lengthOf(both.stderr.match(/docker-shim: services.web.volumes/g) ?? [], 1, both.stderr)
      const alone = await run("docker-compose", words.slice(1), { cwd, env })
      assert.strictEqual(alone.stdout.trim(), "file.txt", alone.stderr)
      await run("docker-compose", ["down"], { cwd, env })
    })

    it("leaves nothing after a kill, at the latest with the next run", async () => {
      const cwd = project("killed", {
        "compose.yaml": "services:\n  web: {image: bb, init: true, command: sleep 60, volumes: ['./src:/src']}\n"
      })
      const env = { WORKSPACE_DIR: "/data/workspaces/ses1", XDG_RUNTIME_DIR: session.directory }
      const child = session.spawn(join(shim, "docker"), ["compose", "up"], { cwd, env })
      const [directory] = await until(() => leftovers().length > 0 ? leftovers() : undefined)
      assert.strictEqual(statSync(join(session.directory, directory ?? "")).mode & 0o777, 0o700)
      for (const file of readdirSync(join(session.directory, directory ?? ""))) {
        assert.strictEqual(statSync(join(session.directory, directory ?? "", file)).mode & 0o777, 0o600)
      }
      child.kill("SIGKILL")
      await once(child, "exit")
      assert.deepStrictEqual(leftovers(), [directory])
      await docker(["compose", "-p", "killed", "create"], { cwd, env })
      assert.deepStrictEqual(leftovers(), [])
      await docker(["compose", "-p", "killed", "down", "-t", "1"], { cwd })
    })

    it("says what Compose says of a project that it refuses", async () => {
      const cwd = project("refused", {
        "compose.yaml": "services:\n  web: {image: 'bb', command: 'echo ${NEEDED:?it is needed}'}\n"
      })
      for (const command of [["up", "-d"], ["config"], ["build"], ["ps"], ["down"], ["logs"]]) {
        const real = await session.run("docker", ["compose", ...command], { cwd })
        const outcome = await run("docker", ["compose", ...command], { cwd })
        assert.deepStrictEqual(outcome, real)
        assert.notStrictEqual(outcome.code, 0)
      }
    })
  })
})

/** What there is as soon as there is something; within 20 seconds. */
const until = async <A>(look: () => A | undefined): Promise<A> => {
  const end = Date.now() + 20_000
  while (Date.now() < end) {
    const found = look()
    if (found !== undefined) return found
    await sleep(50)
  }
  throw new Error("nothing came")
}
