/**
 * The override files that stay after a command, with real Compose: containers name them, an editor gives them back past the
 * shim, and they go when the project does.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import * as Containers from "../compose-corpus/Containers.ts"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import { generations } from "../shell/program.ts"

const work = "/home/retro/work"

const bound = "services:\n  web: {image: bb, init: true, command: sleep 600, volumes: ['./src:/src']}\n"

describeReal.each(generations)("overrides that stay, with compose of docker %s", (suite) => {
  let session: ShimmedSession.ShimmedSession
  /** The user's directory of overrides, on the machine. */
  let kept: string
  const env = { XDG_CACHE_HOME: `${work}/.user-cache` }
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
    kept = join(session.files, ".user-cache/docker-shim/overrides")
  })
  beforeEach(() => rmSync(join(session.files, ".user-cache"), { recursive: true, force: true }))
  afterAll(async () => {
    await session.stop()
  })

  const place = (directory: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(session.files, directory, "src"), { recursive: true })
    writeFileSync(join(session.files, directory, "src/s.txt"), directory)
    for (const [file, content] of Object.entries(files)) writeFileSync(join(session.files, directory, file), content)
    return { cwd: join(work, directory), env }
  }
  const overrides = (): ReadonlyArray<string> => existsSync(kept) ? readdirSync(kept).sort() : []
  const succeed = async (args: ReadonlyArray<string>, options: Client.RunOptions): Promise<string> =>
    Client.stdoutOf(await session.compose(args, options))
  /** The files that a project's containers name, as an editor gives them back. */
  const labelled = async (project: string): Promise<ReadonlyArray<string>> => {
    const [id] = await Containers.of(session, project)
    const label = await session.direct([
      "inspect",
      "--format",
      "{{index .Config.Labels \"com.docker.compose.project.config_files\"}}",
      id?.id ?? ""
    ])
    return label.split(",").flatMap((file) => ["-f", file])
  }

  it("are named by containers and ls, work past the shim, are not added twice, and go with down", async () => {
    const options = place("shop", { "compose.yaml": bound })
    const project = "helix-task-12-shop"
    await succeed(["up", "-d"], options)
    const [file = ""] = overrides()
    assert.match(file, /^helix-task-12-shop-[0-9a-f]{16}\.yaml$/)
    assert.strictEqual(statSync(join(kept, file)).mode & 0o777, 0o600)
    assert.strictEqual(statSync(kept).mode & 0o777, 0o700)
    assert.deepStrictEqual(session.temporaryFiles(), [])
    const [before] = await Containers.of(session, project)
    const given = await labelled(project)
    const inside = `${work}/.user-cache/docker-shim/overrides/${file}`
    assert.deepStrictEqual(given, ["-f", `${work}/shop/compose.yaml`, "-f", inside])
    assert.include(await session.direct(["compose", "ls"], options), inside)

    // an editor, past the shim
    const editor = async (...words: ReadonlyArray<string>) =>
      Client.stdoutOf(await session.directCompose(["-p", project, ...given, ...words], { cwd: "/", env }))
    await editor("restart", "-t", "1")
    await editor("up", "-d")
    const [restarted] = await Containers.of(session, project)
    assert.strictEqual(restarted?.id, before?.id)
    assert.strictEqual(restarted?.binds["/src"], "/data/workspaces/ses1/shop/src")

    // an editor that gives no name, past the shim and through it, also without the session's variables
    const nameless = async (program: "compose" | "directCompose", task: string | undefined) =>
      Client.stdoutOf(
        await session[program]([...given, "ps", "--format", "{{.Name}}"], {
          cwd: "/",
          env: { ...env, HELIX_TASK_NUMBER: task }
        })
      )
    assert.strictEqual(await nameless("directCompose", undefined), `${project}-web-1`)
    for (const task of [undefined, "12", "13"]) {
      assert.strictEqual(await nameless("compose", task), `${project}-web-1`)
    }

    // the same through the shim, by -f and by COMPOSE_FILE
    await succeed(["-p", project, ...given, "up", "-d"], options)
    const list = given.filter((word) => word !== "-f").join(":")
    await succeed(["up", "-d"], { ...options, env: { ...env, COMPOSE_FILE: list } })
    assert.deepStrictEqual(await labelled(project), given)
    assert.strictEqual((await Containers.of(session, project))[0]?.id, before?.id)
    assert.deepStrictEqual(overrides(), [file])

    await succeed(["-p", project, ...given, "down", "-t", "1"], options)
    assert.deepStrictEqual(overrides(), [])
    assert.deepStrictEqual(await Containers.of(session, project), [])
    // a file that is gone is no reason to fail: the shim takes it out
    await succeed(["-p", project, ...given, "ps"], options)
  })

  it("stay with what is not taken down: another project, another clone, other files, a down that fails", async () => {
    const shop = place("shop", {
      "compose.yaml": bound,
      "more.yaml": "services: {more: {image: bb, volumes: ['./src:/m']}}\n"
    })
    const one = place("a/clone", { "compose.yaml": bound })
    const other = place("b/clone", { "compose.yaml": bound })
    await succeed(["-p", "shop", "create"], shop)
    await succeed(["-p", "one", "create"], one)
    await succeed(["-p", "two", "create"], other)
    await succeed(["-p", "shop", "-f", "more.yaml", "create"], shop)
    const names = () => overrides().map((file) => file.replace(/-[0-9a-f]{16}\.yaml$/, ""))
    assert.deepStrictEqual(names(), ["one", "shop", "shop", "two"])
    await succeed(["-p", "one", "down"], one)
    await succeed(["-p", "other", "down"], other)
    await succeed(["-p", "shop", "down", "web"], shop)
    const failed = await session.compose(["-p", "shop", "down"], {
      ...shop,
      env: { ...env, DOCKER_HOST: "unix:///absent" }
    })
    assert.notStrictEqual(failed.code, 0)
    assert.deepStrictEqual(names(), ["shop", "shop", "two"])
    await succeed(["-p", "shop", "down"], shop)
    assert.deepStrictEqual(names(), ["shop", "two"])
    await succeed(["-p", "shop", "-f", "more.yaml", "down"], shop)
    // by its name alone, from elsewhere
    await succeed(["-p", "two", "down"], { cwd: "/", env })
    assert.deepStrictEqual(names(), [])
  })

  it("go when their project's files are gone", async () => {
    const gone = place("gone", { "compose.yaml": bound })
    const stays = place("stays", { "compose.yaml": bound })
    await succeed(["-p", "gone", "create"], gone)
    await succeed(["-p", "stays", "create"], stays)
    rmSync(join(session.files, "gone"), { recursive: true })
    await succeed(["-p", "stays", "create"], stays)
    assert.deepStrictEqual(overrides().map((file) => file.slice(0, 5)), ["stays"])
    await session.direct(["rm", "-f", "gone-web-1", "stays-web-1"])
    await session.direct(["network", "prune", "-f"])
  })

  it("are the same for each run, also for a container that is told its files", async () => {
    const told = bound.replace("volumes", "environment: ['FILES=${COMPOSE_FILE:-none}'], volumes")
    const options = place("told", { "compose.yaml": told })
    const ids = async () => (await Containers.of(session, "helix-task-12-told")).map(({ id }) => id)
    await succeed(["up", "-d"], options)
    const first = await ids()
    await succeed(["up", "-d"], options)
    assert.deepStrictEqual(await ids(), first)
    await succeed(["down", "-t", "1"], options)
  })

  it("name no cache that is gone after the command", async () => {
    const options = place("built", {
      Dockerfile: "FROM bb\nRUN echo built\n",
      "compose.yaml": bound.replace("image: bb", "build: ., security_opt: []")
    })
    const project = "helix-task-12-built"
    await succeed(["up", "-d", "--build"], options)
    const [file = ""] = overrides()
    assert.include(readFileSync(join(kept, file), "utf8"), "/data/workspaces/ses1/built/src")
    assert.notInclude(readFileSync(join(kept, file), "utf8"), "type=local")
    assert.deepStrictEqual(session.temporaryFiles(), [])
    const given = await labelled(project)
    const again = await session.directCompose(["-p", project, ...given, "up", "-d", "--build"], { cwd: "/", env })
    Client.stdoutOf(again)
    assert.notInclude(again.stderr, "cache")
    await succeed(["down", "-t", "1", "--rmi", "local"], options)
    assert.deepStrictEqual(overrides(), [])

    // nothing to translate: the cache alone made an override
    const plain = place("plain", {
      Dockerfile: "FROM bb\nRUN echo plain\n",
      "compose.yaml": "services: {job: {build: ., command: 'true', security_opt: []}}\n"
    })
    await succeed(["up", "-d", "--build"], plain)
    const files = await labelled("helix-task-12-plain")
    assert.strictEqual(files.length, 4)
    const past = ["-p", "helix-task-12-plain", ...files, "up", "-d", "--build"]
    Client.stdoutOf(await session.directCompose(past, { cwd: "/", env }))
    await succeed(["down", "-t", "1", "--rmi", "local"], plain)
    assert.deepStrictEqual(overrides(), [])
  })

  it("are not made by what leaves no container behind", async () => {
    const options = place("brief", { Dockerfile: "FROM bb\n", "compose.yaml": bound.replace("image: bb", "build: .") })
    await succeed(["build"], options)
    await succeed(["run", "--rm", "-T", "--no-deps", "web", "true"], options)
    await succeed(["up", "-d", "--dry-run"], options)
    await succeed(["config", "-q"], options)
    assert.deepStrictEqual(overrides(), [])
    assert.deepStrictEqual(session.temporaryFiles(), [])
  })
})
