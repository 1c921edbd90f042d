/**
 * That sessions are what they are said to be, and that nothing is left of them.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Suite from "../real-docker/Suite.ts"
import * as Traces from "../real-docker/Traces.ts"

/** What the machine's own directories hold at the places where sessions have theirs. */
const machines = ["/data", "/home/retro"].map((path) => existsSync(path) ? readdirSync(path).sort() : [])

describeReal("real docker", () => {
  const sessions: Array<Session.Session> = []
  const start = async (options: Session.SessionOptions): Promise<Session.Session> => {
    const session = await Session.start(options)
    sessions.push(session)
    return session
  }
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.stop()))
  })

  describe("engines", () => {
    it.each(
      [
        ["28.5", "containerd"],
        ["28.5", "classic"],
        ["26.1", "containerd"],
        ["26.1", "classic"],
        ["20.10", "classic"]
      ] as const
    )("%s with the %s store runs a container", async (suite, store) => {
      const session = await start({ suite, store })
      await BaseImage.load(session)
      assert.isTrue(session.suite.versions.docker.startsWith(`${suite}.`))
      const info = await session.docker(["info", "--format", "{{.ServerVersion}} {{.DriverStatus}}"])
      assert.isTrue(info.startsWith(session.suite.versions.docker))
      assert.strictEqual(info.includes("io.containerd.snapshotter.v1"), store === "containerd")
      assert.strictEqual(await session.docker(["run", "--rm", "bb", "echo", "hi"]), "hi")
    })

    it("builds FROM bb with a RUN step, in each generation", async () => {
      for (const suite of ["28.5", "26.1", "20.10"] as const) {
        const session = await start({ suite })
        await BaseImage.load(session)
        const dockerfile = "FROM bb\nRUN echo built > /stamp\n"
        await session.docker(["build", "-q", "-t", "app", "-"], { stdin: dockerfile })
        assert.strictEqual(await session.docker(["run", "--rm", "app", "cat", "/stamp"]), "built")
        await session.stop()
      }
    })

    it("runs Compose v1, its service names resolving", async () => {
      const session = await start({ workspace: { id: "v1" } })
      await BaseImage.load(session)
      const files = session.workspace?.files ?? ""
      writeFileSync(
        join(files, "docker-compose.yml"),
        "version: '3'\nservices: {web: {image: bb, command: sleep 60, init: true}, app: {image: bb, command: nslookup web}}\n"
      )
      const compose = join(await Suite.locateComposeV1(), "docker-compose")
      Client.stdoutOf(await session.run(compose, ["up", "-d", "web"]))
      assert.match(Client.stdoutOf(await session.run(compose, ["run", "--rm", "app"])), /172\.\d+\.0\.2/)
    })

    it("starts empty under the same paths after a hard kill, or with its data", async () => {
      const session = await start({ workspace: { id: "ses1" } })
      await BaseImage.load(session)
      await session.docker(["run", "-d", "--name", "web", "bb", "sleep", "1000"])
      const before = Traces.collect(session.directory)
      await session.renewEngine({ keepData: true })
      assert.strictEqual(await session.docker(["ps", "-a", "--format", "{{.Names}}"]), "web")
      const socket = session.socket
      await session.renewEngine()
      assert.strictEqual(await session.docker(["images", "-q"]), "")
      assert.strictEqual(await session.docker(["ps", "-aq"]), "")
      assert.strictEqual(session.socket, socket)
      const now = Traces.collect(session.directory).processes
      const watcher = [...before.processes].filter(([path, started]) => now.get(path) === started)
      assert.lengthOf(watcher, 1, "all but the session's watcher ended with the engine")
    })
  })

  describe("workspace", () => {
    it("is at another path for the engine than for the user", async () => {
      const session = await start({ workspace: { id: "ses1" } })
      await BaseImage.load(session)
      const workspace = session.workspace
      assert.isDefined(workspace)
      writeFileSync(join(workspace.files, "file.txt"), "real")
      const list = (path: string) => session.docker(["run", "--rm", "-v", `${path}:/m`, "bb", "ls", "-A", "/m"])

      assert.strictEqual(Client.stdoutOf(await session.run("cat", ["file.txt"])), "real")
      assert.strictEqual(await list("/home/retro/work"), "")
      assert.strictEqual(await list("/data/workspaces/ses1"), "file.txt")

      await session.docker(["run", "--rm", "-v", "/data/workspaces/ses1:/m", "bb", "sh", "-c", "echo out > /m/out"])
      assert.strictEqual(Client.stdoutOf(await session.run("cat", ["/home/retro/work/out"])), "out")
      await list("/home/retro/work/made")
      assert.deepStrictEqual(readdirSync(workspace.enginesOwn), ["made"])
      assert.deepStrictEqual(["/data", "/home/retro"].map(namesIn), machines)
    })

    it("shares a directory between the clients of two sessions, which see nothing else of each other", async () => {
      const shared = await SessionDirectory.create([])
      const mounts = [{ source: shared.path, target: "/docker-shim-e2e-shared", seenBy: "client" }] as const
      const [one, two] = await Promise.all([
        start({ workspace: { id: "same" }, mounts }),
        start({ suite: "26.1", workspace: { id: "same" }, mounts })
      ])
      await BaseImage.load(one)
      await one.docker(["volume", "create", "only-one"])
      Client.stdoutOf(await one.run("sh", ["-c", "echo 1 > /docker-shim-e2e-shared/shared; echo 1 > mine"]))

      assert.strictEqual(Client.stdoutOf(await two.run("cat", ["/docker-shim-e2e-shared/shared"])), "1")
      assert.strictEqual(Client.stdoutOf(await two.run("ls", ["-A"])), "")
      assert.strictEqual(await two.docker(["images", "-q"]), "")
      assert.strictEqual(await two.docker(["volume", "ls", "-q"]), "")
      await BaseImage.load(two)
      const run = ["run", "--rm", "-v", "/docker-shim-e2e-shared:/m", "bb", "ls", "-A", "/m"]
      assert.strictEqual(await two.docker(run), "", "the engine sees nothing of the shared directory")
      await shared.remove()
    })
  })

  describe("client", () => {
    let session: Session.Session
    beforeAll(async () => {
      session = await Session.start({ workspace: { id: "ses1" }, env: { COLOUR: "blue", GONE: "x" } })
    })
    afterAll(() => session.stop())

    it("gives code, signal, output, and takes stdin", async () => {
      const outcome = await session.run("sh", ["-c", "cat; echo err >&2; exit 3"], { stdin: "in" })
      assert.deepStrictEqual(outcome, { code: 3, signal: null, stdout: "in", stderr: "err\n" })
    })

    it("has the session's environment and working directory and nothing of this process's", async () => {
      mkdirSync(join(session.workspace?.files ?? "", "sub"))
      const options = { env: { GONE: undefined, MORE: "a b" }, cwd: "/home/retro/work/sub" }
      const variables = Client.stdoutOf(await session.run("env", [], options)).split("\n").sort()
      assert.deepStrictEqual(variables.filter((variable) => !variable.startsWith("PATH=")), [
        "COLOUR=blue",
        `DOCKER_CONFIG=${session.directory}/config`,
        `DOCKER_HOST=unix://${session.socket}`,
        "HOME=/home/retro",
        "MORE=a b",
        "PWD=/home/retro/work/sub"
      ])
    })

    it("ends a command at its time limit, its children too", async () => {
      // a child that lived on would keep the pipes open, and the test would not end in its time
      const { stderr, ...outcome } = await session.run("sh", ["-c", "sleep 1000 | sleep 1000"], { timeout: 200 })
      assert.deepStrictEqual(outcome, { code: null, signal: "SIGKILL", stdout: "" })
      assert.match(stderr, /^no end within 200 ms:\n\d+ S \w+ sh -c sleep 1000 \| sleep 1000\n/)
      assert.strictEqual(stderr.match(/^\d+ S \w+ sleep 1000$/gm)?.length, 2)
    })

    it("ends a docker at its time limit with what each of its threads did", async () => {
      const { stderr } = await session.run("docker", ["events"], { timeout: 2_000 })
      assert.match(stderr, /^no end within 2000 ms:\n\d+ S \w+ docker events\n/)
      assert.match(stderr, /^goroutine 1 /m)
    })

    it("hands out the command itself, to be signalled", async () => {
      const child = session.spawn("sh", ["-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done"])
      await once(child.stdout ?? child, "data")
      child.kill("SIGUSR1")
      assert.deepStrictEqual(await once(child, "exit"), [42, null])
    })
  })

  describe("stop", () => {
    it("leaves no process, mount, namespace, cgroup or directory", async () => {
      const target = `/docker-shim-e2e-target-${process.pid}/below`
      const session = await start({
        workspace: { id: "ses1" },
        mounts: [{ source: "/usr", target, seenBy: "both" }]
      })
      await BaseImage.load(session)
      await session.docker(["network", "create", "own"])
      await session.docker(["run", "-d", "--network", "own", "--init", "-v", `${target}:/m`, "bb", "sleep", "1000"])
      await session.docker(["build", "-q", "-"], { stdin: "FROM bb\nRUN echo x > /x\n" })
      session.spawn("sh", ["-c", "sleep 1000 & setsid sleep 1001"])
      await sleep(200)
      const traces = Traces.collect(session.directory)
      assert.isAtLeast(traces.processes.size, 8)
      assert.isAtLeast(traces.namespaces.size, 6)
      assert.isAbove((await Traces.remaining(traces)).length, 20)

      await session.stop()

      // what was the client's is now the init process's, which may take a second to collect it
      assert.deepStrictEqual(await Traces.remaining(traces, 5_000), [])
      assert.isFalse(existsSync(`/docker-shim-e2e-target-${process.pid}`))
      assertNoMountPoints()
    })

    it("takes mount points away although a container has something at a path of that name", async () => {
      const target = `/docker-shim-e2e-target-${process.pid}`
      const holder = await start({})
      await BaseImage.load(holder)
      await holder.docker(["run", "-d", "--init", "-v", `/usr:${target}:ro`, "bb", "sleep", "1000"])
      const session = await start({ mounts: [{ source: "/usr", target, seenBy: "client" }] })
      assert.isTrue(existsSync(target))

      await session.stop()

      assert.isFalse(existsSync(target))
    })

    it("leaves alone what another session started while the machine had a mount below this one", async () => {
      const [session, other] = [await start({}), await start({})]
      const mount = join(session.directory, "mount")
      mkdirSync(mount)
      // in namespaces of their own: what other tests start meanwhile would inherit a mount of the machine's
      const inheritors = [["mark"], ["home"], []].map((marks) => {
        const binds = marks.map((name) => join(other.directory, name)).map((path) => `mount --bind ${path} ${path} && `)
        const script = `mount -t tmpfs tmpfs ${mount} && ${binds.join("")}echo mounted && exec sleep 1000`
        return spawn("unshare", ["--mount", "sh", "-c", script], { stdio: ["ignore", "pipe", "inherit"] })
      })
      try {
        await Promise.all(inheritors.map(({ stdout }) => once(stdout, "data")))
        const unmarkedEnd = once(inheritors.at(-1) ?? process, "exit")

        await session.stop()
        await unmarkedEnd

        assert.deepStrictEqual(inheritors.map(({ signalCode }) => signalCode), [null, null, "SIGKILL"])
      } finally {
        for (const inheritor of inheritors) inheritor.kill("SIGKILL")
      }
    })

    it("is done by the session itself when its process is killed", async () => {
      const orphan = await startOrphan()
      orphan.process.kill("SIGKILL")
      assert.deepStrictEqual(await Traces.remaining(orphan.traces, 15_000), [])
      assertNoMountPoints()
    })

    it("is done by the next start when everything was killed", async () => {
      const orphan = await startOrphan()
      const watcher = [...orphan.traces.processes.keys()].find((path) =>
        readFileSync(`${path}/cmdline`, "utf8").includes("\0watch\0")
      )
      assert.isDefined(watcher)
      process.kill(Number(basename(watcher)), "SIGKILL")
      orphan.process.kill("SIGKILL")
      await once(orphan.process, "exit")
      assert.isTrue(existsSync(orphan.traces.directory))

      await start({})

      assert.deepStrictEqual(await Traces.remaining(orphan.traces, 5_000), [])
    })
  })

  describe("recording daemon", () => {
    let daemon: RecordingDaemon.RecordingDaemon
    beforeAll(async () => {
      daemon = await RecordingDaemon.start()
    })
    afterAll(() => daemon.stop())

    describe.each([["20.10", "1.41"], ["26.1", "1.45"], ["28.5", "1.51"]] as const)(
      "with docker %s",
      (generation, api) => {
        const docker = async (...args: ReadonlyArray<string>): Promise<string> => {
          daemon.clear()
          return Client.stdoutOf(await Client.run(daemon.client(await Suite.locate(generation)), "docker", args))
        }

        it("records a create", async () => {
          await docker(
            "create",
            "--name",
            "web",
            "-v",
            "/a:/b:ro",
            "--mount",
            "type=bind,source=/c,target=/d",
            "bb",
            "ls"
          )
          const [created] = daemon.find("POST", "/containers/create")
          assert.isDefined(created)
          assert.strictEqual(created.apiVersion, api)
          assert.strictEqual(created.query["name"], "web")
          const { Cmd, HostConfig, Image } = created.body as {
            readonly Cmd: unknown
            readonly Image: unknown
            readonly HostConfig: { readonly Binds: unknown; readonly Mounts: unknown }
          }
          assert.deepStrictEqual({ Cmd, Image, Binds: HostConfig.Binds, Mounts: HostConfig.Mounts }, {
            Cmd: ["ls"],
            Image: "bb",
            Binds: ["/a:/b:ro"],
            Mounts: [{ Type: "bind", Source: "/c", Target: "/d" }]
          })
        })

        it.each([
          [["run", "-d", "bb"], "POST /containers/create"],
          [["run", "--rm", "bb"], "POST /containers/create"],
          [["run", "-i", "--rm", "bb"], "POST /containers/create"],
          [["volume", "create", "-o", "device=/x", "data"], "POST /volumes/create"],
          [["service", "create", "--detach", "--network", "n", "--secret", "s", "bb"], "POST /services/create"],
          [["service", "update", "--detach", "--mount-add", "type=bind,src=/a,dst=/b", "web"], "GET /services/web"]
        ])("lets %j end with code 0", async (args, request) => {
          await docker(...args)
          assert.include(daemon.requests.map(({ method, path }) => `${method} ${path}`), request)
        })
      }
    )
  })
})

/** What a directory of the machine holds; many a desktop has such directories of its own. */
const namesIn = (path: string): ReadonlyArray<string> => existsSync(path) ? readdirSync(path).sort() : []

/** The machine's own mount points are as they were, unless another run's sessions need them. */
const assertNoMountPoints = (): void => {
  if (readdirSync("/tmp").some((name) => join("/tmp", name).startsWith(SessionDirectory.BASE))) return
  assert.deepStrictEqual(["/data", "/home/retro"].map(namesIn), machines)
}

const startOrphan = async (): Promise<{ readonly process: ChildProcess; readonly traces: Traces.Traces }> => {
  const viteNode = fileURLToPath(new URL("../../node_modules/vite-node/vite-node.mjs", import.meta.url))
  const program = fileURLToPath(new URL("../real-docker/orphan.ts", import.meta.url))
  const child = spawn(process.execPath, [viteNode, program], { stdio: ["ignore", "pipe", "inherit"] })
  const directory = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve)
    child.once("exit", () => reject(new Error("the orphan's program ended by itself")))
  })
  return { process: child, traces: Traces.collect(directory) }
}
