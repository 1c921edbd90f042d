/**
 * Compose projects through the shim on real engines, where user and engine see the files at different paths.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Case from "../compose-corpus/Case.ts"
import * as Containers from "../compose-corpus/Containers.ts"
import * as Model from "../compose-corpus/Model.ts"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { quote } from "../real-docker/Namespace.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import { built } from "../shell/program.ts"

const userPath = "/home/retro/work"

const setting: Model.Setting = {
  userPath,
  daemonPath: "/data/workspaces/ses1",
  daemonSocket: undefined,
  session: "helix-task-12",
  cache: "/buildkit-cache"
}

/** Started for real: all whose containers can run offline and show something. */
const started = [
  "bind-colon",
  "bind-long",
  "bind-short",
  "bind-symlink",
  "bind-targets",
  "bind-tricky-names",
  "configs-file",
  "deploy-replicas",
  "directory with space, comma & 'quotes' é",
  "dollars",
  "include-short",
  "secrets-file",
  "volume-bind-driver"
]

describeReal.each(["28.5", "26.1"] as const)("compose of docker %s on an engine", (suite) => {
  let session: ShimmedSession.ShimmedSession
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
  })
  afterAll(async () => {
    await session.stop()
  })

  /** Puts a project of the corpus among the user's files, and says how to run there. */
  const place = (name: string, as = name): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } => {
    Case.place(Case.find(name), session.files, as)
    return { cwd: join(userPath, as), env: Case.find(name).env ?? {} }
  }
  const succeed = async (args: ReadonlyArray<string>, options: Client.RunOptions): Promise<Client.Outcome> => {
    const outcome = await session.compose(args, options)
    Client.stdoutOf(outcome)
    assert.notInclude(outcome.stderr, "docker-shim:", "nothing was left out")
    return outcome
  }
  const services = (containers: ReadonlyArray<Containers.Container>) => containers.map(({ service }) => service)

  it.each(started)("runs %s with the user's files, once, and takes all of it away", async (name) => {
    const one = Case.find(name)
    const options = place(name)
    const before = listing(session.files, name)
    const shown = await session.directCompose([...one.args ?? [], "config", "--format", "json"], options)
    const model = Model.parse(Client.stdoutOf(shown))
    const wanted = Model.withValues(Model.translate(model, setting), one.expects ?? {})
    const project = String(wanted["name"])

    await succeed([...one.args ?? [], "up", "-d"], options)
    const containers = await Containers.of(session, project)
    assert.deepStrictEqual([...new Set(services(containers))], Object.keys(wanted["services"] ?? {}).sort())
    for (const container of containers) {
      const { binds, service } = container
      assert.deepStrictEqual(binds, Containers.wantedBinds(wanted, service), service)
      if (container.state !== "running") continue
      const files = Containers.wantedFiles(session, model, service)
      assert.deepStrictEqual(await Containers.read(session, container, Object.keys(files)), files, service)
    }

    await succeed([...one.args ?? [], "up", "-d"], options)
    assert.deepStrictEqual((await Containers.of(session, project)).filter(isRunning), containers.filter(isRunning))

    await succeed([...one.args ?? [], "down", "-v", "-t", "1"], options)
    assert.deepStrictEqual(await Containers.traces(session, project), [])
    assert.deepStrictEqual(session.temporaryFiles(), [])
    assert.includeMembers([...listing(session.files, name)], [...before], "no file of the project was lost")
    assert.deepStrictEqual(readdirSync(session.workspace?.enginesOwn ?? ""), [], "nothing was made in the wrong place")
  })

  it("says what the engine says of a source that is not there and must not be made", async () => {
    const outcome = await session.compose(["up", "-d"], place("bind-not-created"))
    assert.strictEqual(outcome.code, 1)
    assert.include(outcome.stderr, "bind source path does not exist: /data/workspaces/ses1/bind-not-created/absent")
    assert.isFalse(existsSync(join(session.files, "bind-not-created/absent")))
    await succeed(["down"], { cwd: join(userPath, "bind-not-created") })
  })

  it("takes words within containers, and services named like commands, for what they are", async () => {
    const options = place("inner-commands")
    const project = "helix-task-12-inner-commands"
    await succeed(["up", "-d", "up", "web", "job"], options)
    assert.deepStrictEqual(services(await Containers.of(session, project)), ["job", "up", "web"])
    for (
      const command of [
        ["exec", "-T", "web", "build"],
        ["exec", "-T", "up", "grep", "-f", "/up/d.txt", "/up/d.txt"],
        ["logs", "-f", "job"],
        ["run", "--rm", "-T", "app", "tool", "-f", "x.yaml"],
        ["run", "--rm", "-T", "app", "-v", "./data:/data", "build", "--", "up"]
      ]
    ) {
      // `logs -f` goes on in newer versions; at its limit, stderr gets what its threads did
      const isEndless = command[0] === "logs"
      const limited = { ...options, timeout: isEndless ? 10_000 : 120_000 }
      const shimmed = await session.compose(command, limited)
      const direct = await session.directCompose(["-p", project, ...command], limited)
      const [one, other] = [shimmed, direct].map((ran) => comparable(isEndless ? { ...ran, stderr: "" } : ran, project))
      assert.deepStrictEqual(one, other, command.join(" "))
    }
    assert.strictEqual((await succeed(["run", "--rm", "-T", "reader"], options)).stdout, "inner\n")
    await succeed(["down", "-t", "1"], options)
    assert.deepStrictEqual(await Containers.traces(session, project), [])
  })

  it("translates run -v, from wherever it is called", async () => {
    const options = { ...place("inner-commands"), cwd: join(userPath, "inner-commands/below") }
    const run = async (...words: ReadonlyArray<string>) =>
      (await succeed(["run", "--rm", "-T", ...words], options)).stdout
    assert.strictEqual(await run("-v", "./more:/m", "reader", "/m/m.txt"), "more\n")
    assert.strictEqual(await run("-v=../data:/m:ro", "reader", "/m/d.txt"), "inner\n")
    assert.strictEqual(
      await run("--volume", `${userPath}/inner-commands/below:/m`, "reader", "/m/more/m.txt"),
      "more\n"
    )
    assert.strictEqual(await run("reader", "/data/d.txt"), "inner\n")
    await succeed(["down"], options)
  })

  it("finds a project from everywhere in it, and in every way of calling Compose", async () => {
    const options = place("override-compose")
    const below = { cwd: join(userPath, "override-compose/kept") }
    const project = "helix-task-12-override-compose"
    const plugins = join(session.directory, "plugin-config")
    const real = join(session.suite.bin, "cli-plugins")
    mkdirSync(join(plugins, "cli-plugins"), { recursive: true })
    symlinkSync(built, join(plugins, "cli-plugins/docker-compose"))
    symlinkSync(join(real, "docker-buildx"), join(plugins, "cli-plugins/docker-buildx"))
    const asPlugin = {
      ...below,
      env: { DOCKER_CONFIG: plugins, DOCKER_SHIM_REAL_COMPOSE: join(real, "docker-compose") }
    }
    const docker = join(session.suite.bin, "docker")
    const plugin = async (...args: ReadonlyArray<string>) =>
      Client.stdoutOf(await session.run(docker, ["compose", ...args], asPlugin))
    const standalone = async (...args: ReadonlyArray<string>) =>
      Client.stdoutOf(await session.run("docker-compose", args, below))

    await plugin("up", "-d")
    const containers = await Containers.of(session, project)
    assert.deepStrictEqual(services(containers), ["web"])
    assert.deepStrictEqual(containers[0]?.binds, {
      "/src": "/data/workspaces/ses1/override-compose/patched",
      "/kept": "/data/workspaces/ses1/override-compose/kept"
    })
    const id = containers[0]?.id
    assert.strictEqual(await plugin("ps", "-q"), id)
    assert.strictEqual(await standalone("ps", "-q"), id)
    assert.strictEqual((await succeed(["ps", "-q"], options)).stdout.trim(), id)
    await standalone("up", "-d")
    await succeed(["up", "-d"], below)
    assert.deepStrictEqual(await Containers.of(session, project), containers)
    assert.strictEqual(await standalone("exec", "-T", "web", "cat", "/src/p.txt"), "patched")
    const viaBoth = await session.run("docker", ["compose", "exec", "-T", "web", "cat", "/kept/k.txt"], asPlugin)
    assert.strictEqual(Client.stdoutOf(viaBoth), "kept", "the shim as docker and below it as the plugin")
    assert.strictEqual(await plugin("version", "--short"), await session.direct(["compose", "version", "--short"]))
    await standalone("down", "-t", "1")
    assert.deepStrictEqual(await Containers.traces(session, project), [])
    assert.deepStrictEqual(session.temporaryFiles(), [])
  })

  it("keeps projects, and sessions that share an engine, apart", async () => {
    const shop = place("service-named-up", "shop")
    const blog = place("service-named-up", "blog")
    const other = { ...shop, env: { HELIX_TASK_NUMBER: "13" } }
    // two at once in one directory, and a third elsewhere
    await Promise.all([
      succeed(["up", "-d", "up"], shop),
      succeed(["up", "-d", "up"], other),
      succeed(["up", "-d", "build"], blog)
    ])
    const of = async (project: string) => services(await Containers.of(session, project))
    assert.deepStrictEqual(await of("helix-task-12-shop"), ["up"])
    assert.deepStrictEqual(await of("helix-task-13-shop"), ["up"])
    assert.deepStrictEqual(await of("helix-task-12-blog"), ["build"])

    await succeed(["down", "-t", "1"], other)
    assert.deepStrictEqual(await of("helix-task-13-shop"), [])
    assert.strictEqual((await succeed(["exec", "-T", "up", "cat", "/up/u.txt"], shop)).stdout, "up\n")
    await succeed(["down", "-t", "1"], shop)
    assert.deepStrictEqual(await of("helix-task-12-shop"), [])
    assert.deepStrictEqual(await of("helix-task-12-blog"), ["build"])
    await succeed(["down", "-t", "1"], blog)
    assert.deepStrictEqual(session.temporaryFiles(), [])
  })

  it("stops, lists and takes down what Compose would without it", async () => {
    /** What every command left or printed, the project's name taken out. */
    const life = async (compose: typeof session.compose, directory: string, project: string) => {
      const options = place("lifecycle", directory)
      const run = async (...args: ReadonlyArray<string>) => comparable(await compose(args, options), project)
      const listed = async (...args: ReadonlyArray<string>) =>
        (await session.direct(args)).replaceAll(project, "PROJECT").replaceAll(/\b[0-9a-f]{64}\b|-run-[0-9a-f]+/g, "…")
          .split("\n").sort()
      await session.direct(["volume", "create", "lifecycle-given"])
      Client.stdoutOf(await compose(["up", "-d", "--build"], options))
      Client.stdoutOf(await compose(["run", "-d", "job"], options))
      const services = await run("ps", "--services")
      const names = await listed("ps", "-a", "--format", "{{.Names}}")
      const images = await run("config", "--images")
      await compose(["stop", "-t", "1"], options)
      const stopped = await stopOrder(session, project)
      const unknown = await run("stop", "ghost")
      const down = await run("down", "-t", "1")
      const afterDown = [await listed("volume", "ls", "-q"), await listed("network", "ls", "--format", "{{.Name}}")]
      const downAll = await run("down", "-v", "--rmi", "local", "-t", "1")
      const left = [
        await listed("ps", "-a", "--format", "{{.Names}}"),
        await listed("images", "--format", "{{.Repository}}:{{.Tag}}"),
        await listed("volume", "ls", "-q"),
        await listed("network", "ls", "--format", "{{.Name}}")
      ]
      const ids = await session.direct(["ps", "-aq"])
      if (ids !== "") await session.direct(["rm", "-f", "-v", ...ids.split("\n")])
      await session.direct(["rmi", "-f", "lifecycle/tagged"])
      await session.direct(["network", "prune", "-f"])
      await session.direct(["volume", "prune", "-a", "-f"])
      return { services, names, images, stopped, unknown, down, afterDown, downAll, left }
    }
    const direct = await life(session.directCompose, "lifecycle-direct", "lifecycle-direct")
    const shimmed = await life(session.compose, "lifecycle-shim", "helix-task-12-lifecycle-shim")
    assert.deepStrictEqual(shimmed, direct)
    assert.deepStrictEqual(direct.stopped, ["web", "api", "db"], "dependents first")
  })

  it("runs in a project directory that cannot be written", async () => {
    const { cwd } = place("override-compose", "read-only")
    const inside = (command: string) =>
      session.run("sh", [
        "-c",
        `mount --bind ${quote(cwd)} ${quote(cwd)} && mount -o remount,bind,ro ${quote(cwd)} && cd ${
          quote(cwd)
        } && ${command}`
      ])
    assert.notStrictEqual((await inside("touch x")).code, 0)
    Client.stdoutOf(await inside("docker compose up -d"))
    const [web] = await Containers.of(session, "helix-task-12-read-only")
    assert.strictEqual(web?.binds["/src"], "/data/workspaces/ses1/read-only/patched")
    Client.stdoutOf(await inside("docker compose down -t 1"))
    assert.deepStrictEqual(session.temporaryFiles(), [])
  })

  it("takes files from descriptors and standard input", async () => {
    const { cwd } = place("override-compose", "piped")
    const more = "services: {web: {volumes: [\"./kept:/more\"]}}"
    const substituted = `docker compose -f compose.yaml -f <(echo ${quote(more)}) up -d`
    Client.stdoutOf(await session.run("bash", ["-c", substituted], { cwd }))
    const binds = async () => (await Containers.of(session, "helix-task-12-piped"))[0]?.binds
    const at = (directory: string) => `/data/workspaces/ses1/piped/${directory}`
    assert.deepStrictEqual(await binds(), { "/kept": at("kept"), "/more": at("kept"), "/src": at("src") })

    const stdin = "services: {web: {image: bb, command: sleep 600, init: true, volumes: [\"./patched:/from-stdin\"]}}"
    Client.stdoutOf(await session.compose(["-f", "-", "up", "-d"], { cwd, stdin }))
    assert.deepStrictEqual(await binds(), { "/from-stdin": at("patched") })
    await succeed(["down", "-t", "1"], { cwd })
    assert.deepStrictEqual(session.temporaryFiles(), [])
  })

  it("neither uses nor touches what older wrappers left", async () => {
    const { cwd } = place("override-compose", "leftovers")
    const config = join(session.directory, "old-config")
    const plugins = join(config, "cli-plugins")
    mkdirSync(plugins, { recursive: true })
    cpSync(join(session.suite.bin, "cli-plugins/docker-compose"), join(plugins, "docker-compose.real"))
    symlinkSync(built, join(plugins, "docker-compose"))
    symlinkSync(join(session.suite.bin, "cli-plugins/docker-buildx"), join(plugins, "docker-buildx"))
    const stale = "services: {web: {image: nothing, volumes: [\"/stale:/src\"]}}\n"
    const left = [".hydra-resolved.compose.yaml", ".hydra-resolved.docker-compose.yml", "compose.yaml.hydra-resolved"]
    for (const name of left) writeFileSync(join(session.files, "leftovers", name), stale)

    for (const docker of ["docker", join(session.suite.bin, "docker")]) {
      const options = { cwd, env: { DOCKER_CONFIG: config } }
      Client.stdoutOf(await session.run(docker, ["compose", "up", "-d"], options))
      const [web] = await Containers.of(session, "helix-task-12-leftovers")
      assert.strictEqual(web?.binds["/src"], "/data/workspaces/ses1/leftovers/patched")
      Client.stdoutOf(await session.run(docker, ["compose", "down", "-t", "1"], options))
    }
    for (const name of left) assert.strictEqual(readFileSync(join(session.files, "leftovers", name), "utf8"), stale)
    assert.isTrue(existsSync(join(plugins, "docker-compose.real")))
  })

  it("ends `up` on Ctrl-C as Compose does, its containers stopped", async () => {
    const { cwd } = place("override-compose", "foreground")
    const interrupt = async (docker: string, name: string): Promise<number | null> => {
      const child = session.spawn(docker, ["compose", "-p", name, "up"], { cwd, stdio: ["ignore", "ignore", "ignore"] })
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
      const isUp = async () => (await Containers.of(session, name)).some(isRunning)
      for (let tries = 0; tries < 300 && !(await isUp()); tries++) await sleep(100)
      await sleep(300)
      process.kill(-(child.pid ?? 0), "SIGINT")
      return ended
    }
    const shimmed = await interrupt("docker", "shimmed")
    assert.deepStrictEqual((await Containers.of(session, "shimmed")).map(({ state }) => state), ["exited"])
    assert.deepStrictEqual(session.temporaryFiles(), [])
    assert.strictEqual(shimmed, await interrupt(join(session.suite.bin, "docker"), "direct"))
    for (const name of ["shimmed", "direct"]) await session.directCompose(["-p", name, "down"], { cwd })
  })

  describe("build cache", () => {
    let fresh: ShimmedSession.ShimmedSession
    beforeAll(async () => {
      fresh = await ShimmedSession.start({ suite, id: "ses2", task: "13", cache: session.cache })
    })
    afterAll(() => fresh.stop())

    const five = ["left", "right", "third", "fourth", "fifth"]
    /** What the steps of each service's image wrote when they really ran. */
    const stamps = async (from: ShimmedSession.ShimmedSession, stack: string, built: ReadonlyArray<string>) =>
      Promise.all(
        built.map(async (service) =>
          `${service} ${await from.direct(["run", "--rm", `${stack}/${service}`, "cat", "/base", "/own"])}`
        )
      )
    const variants: ReadonlyArray<
      readonly [string, ReadonlyArray<string>, ReadonlyArray<string>, Readonly<Record<string, string>>]
    > = [
      ["build", ["build"], five, {}],
      ["up --build", ["up", "-d", "--build"], five, {}],
      ["up with missing images", ["up", "-d"], five, {}],
      ["run --build", ["run", "--rm", "-T", "--build", "third", "true"], ["third"], {}],
      // what builds in 2.40 depends on these; in 2.26 always Compose itself
      ...(suite === "26.1" ? [] : [
        ["build -q", ["build", "-q", "third"], ["third"], {}],
        ["build without bake", ["build", "third"], ["third"], { COMPOSE_BAKE: "false" }]
      ] as const)
    ]

    it.each(variants)("is filled by %s here and hit by the same there", async (name, command, images, env) => {
      const stack = name.replaceAll(/[^a-z]+/g, "-")
      const build = async (where: ShimmedSession.ShimmedSession) => {
        Case.place(Case.find("build-five"), where.files, stack)
        const outcome = await where.compose(command, { cwd: join(userPath, stack), env: { ...env, STACK: stack } })
        Client.stdoutOf(outcome)
        assert.notInclude(outcome.stderr, "docker-shim:", "nothing was left out")
        assert.deepStrictEqual(where.temporaryFiles(), [])
        return stamps(where, stack, images)
      }
      const cold = await build(session)
      await fresh.renewEngine()
      await ShimmedSession.load(fresh)
      assert.deepStrictEqual(await build(fresh), cold)
      const entries = readdirSync(session.cache).filter((entry) => entry.startsWith(stack))
      assert.lengthOf(entries, images.length, `an entry for each: ${entries.join(" ")}`)
    })
  })
})

const isRunning = ({ state }: Containers.Container): boolean => state === "running"

/** The names below a directory of the user's. */
const listing = (files: string, name: string): ReadonlyArray<string> =>
  readdirSync(join(files, name), { recursive: true, encoding: "utf8" })

/** The services of a project in the order in which their containers ended. */
const stopOrder = async (
  session: ShimmedSession.ShimmedSession,
  project: string
): Promise<ReadonlyArray<string | undefined>> => {
  const chain = ["db", "api", "web"]
  const ids = await session.direct(["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`])
  const format = "{{.State.FinishedAt}} {{index .Config.Labels \"com.docker.compose.service\"}}"
  const lines = await session.direct(["inspect", "--format", format, ...ids.split("\n")])
  return lines.split("\n").sort().map((line) => line.split(" ")[1]).filter((service) => chain.includes(service ?? ""))
}

/** Without what differs from one call to the next: times, random names, the project's name, the order of progress. */
const comparable = ({ code, signal, stderr, stdout }: Client.Outcome, project = "PROJECT"): unknown => {
  const plain = (text: string) =>
    text.replaceAll(project, "PROJECT").replaceAll(/time="[^"]*"/g, "").replaceAll(/-run-[0-9a-f]+/g, "")
      .replaceAll(/ +\d\d:\d\d +/g, " ").split("\n")
  return { code, signal, stdout: plain(stdout).sort(), stderr: plain(stderr).sort() }
}
