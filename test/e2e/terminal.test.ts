/**
 * The real docker at a real terminal, called directly and through the shim: what is seen must be the same. The programs of
 * `test/shell/Terminal.test.ts` see each signal; here docker, buildx and Compose answer them.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { shimDirectory } from "../shell/program.ts"
import * as Terminal from "../terminal/Terminal.ts"

/** What was seen of one run: how it ended, and what else the case looks at. */
type Seen = Readonly<Record<string, unknown>>

/** One way to call docker: its file, and the environment in which `docker` is that file. */
interface Way {
  readonly docker: string
  readonly env: Readonly<Record<string, string>>
}

/** Busybox asks the terminal where its cursor is, behind the prompt. */
const prompt = /# (?:\W+6n)?$/

describeReal("docker at a terminal", () => {
  const scratch = shimDirectory("docker")
  const work = path.join(scratch.directory, "work")
  const terminals: Array<Terminal.Terminal> = []
  let session: Session.Session
  let ways: { readonly direct: Way; readonly shim: Way }

  beforeAll(async () => {
    session = await Session.start()
    await BaseImage.load(session)
    fs.mkdirSync(path.join(scratch.directory, "cache"))
    fs.mkdirSync(work)
    fs.writeFileSync(
      path.join(work, "compose.yaml"),
      // services that take their time to stop: a second Ctrl-C comes before Compose is done
      "services:\n  web: {image: bb, init: true, command: sh -c 'trap \"\" TERM; echo web is up; sleep 1000'}\n"
        + "  app: {build: ., image: app, init: true, command: sh -c 'trap \"\" TERM; echo app is up; sleep 1000'}\n"
    )
    fs.writeFileSync(
      path.join(work, "Dockerfile"),
      "FROM bb\nARG SECONDS=0\nARG ONCE\nRUN echo began && sleep $SECONDS\n"
    )
    await session.docker(["build", "-q", "-t", "app", "."], { cwd: work })
    const { env } = session.client
    ways = {
      direct: { docker: path.join(session.suite.bin, "docker"), env },
      shim: {
        docker: path.join(scratch.directory, "docker"),
        env: {
          ...env,
          PATH: `${scratch.directory}:${env["PATH"] ?? ""}`,
          WORKSPACE_DIR: "/data/ses1",
          HELIX_TASK_NUMBER: "12",
          DOCKER_SHIM_CACHE_DIR: path.join(scratch.directory, "cache")
        }
      }
    }
  })
  afterEach(async () => {
    for (const terminal of terminals.splice(0)) terminal.stop()
    await removeContainers()
  })
  afterAll(async () => {
    await session.stop()
    scratch.remove()
  })

  const removeContainers = async (): Promise<void> => {
    const containers = (await session.docker(["ps", "-aq"])).split("\n").filter((one) => one !== "")
    if (containers.length > 0) await session.docker(["rm", "-f", ...containers])
  }

  const start = ({ env }: Way, file: string, words: ReadonlyArray<string>): Terminal.Terminal => {
    const terminal = Terminal.start(file, words, { env: { PS1: "$ ", ...env }, cwd: work })
    terminals.push(terminal)
    return terminal
  }
  const docker = (way: Way, ...words: ReadonlyArray<string>): Terminal.Terminal => start(way, way.docker, words)

  /** A shell with job control, in which `docker` is the way's. */
  const shell = async (way: Way): Promise<Terminal.Terminal> => {
    const terminal = start(way, "bash", ["--norc", "--noprofile", "-i"])
    await terminal.shows(/\$ $/)
    return terminal
  }

  /** Sees the same in both ways, and what is expected of each. */
  const alike = async (see: (way: Way) => Promise<Seen>, expected: Seen): Promise<void> => {
    assert.deepStrictEqual({ direct: await see(ways.direct), shim: await see(ways.shim) }, {
      direct: expected,
      shim: expected
    })
  }

  /** Processes of the session that a terminal's first process leads. */
  const left = (group: number): ReadonlyArray<string> =>
    fs.readdirSync("/proc").filter((one) => /^\d+$/.test(one)).flatMap((pid) => {
      try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1")
        const [, , , leader] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
        return Number(leader) === group ? [`${pid} ${stat}`] : []
      } catch {
        return []
      }
    })
  const nothingLeft = async (group: number): Promise<boolean> => {
    for (let tries = 0; tries < 500 && left(group).length > 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return left(group).length === 0
  }

  /** Where the container's program gets a signal, a line says which. */
  const trapping = "trap 'echo GOT INT' INT; trap 'echo GOT TERM; exit 9' TERM; trap 'echo GOT HUP; exit 8' HUP; "
    + "trap 'echo GOT QUIT; exit 7' QUIT; echo ready; while :; do sleep 0.1; done"

  describe("run -it", () => {
    it("has the terminal's size and keys", () =>
      alike(async (way) => {
        const terminal = docker(way, "run", "--rm", "-it", "-v", `${work}:/work`, "bb", "sh")
        await terminal.shows(prompt)
        // the container's terminal gets its size a moment after it is there
        const hasSize = async (size: string): Promise<boolean> => {
          for (let tries = 0; tries < 50; tries += 1) {
            terminal.type("stty size\n")
            const [, seen] = await terminal.shows(/\n(\d+ \d+)\n/)
            if (seen === size) return true
            await new Promise((resolve) => setTimeout(resolve, 100))
          }
          return false
        }
        const sizes = [await hasSize("24 80")]
        terminal.resize(120, 40)
        sizes.push(await hasSize("40 120"))
        for (const key of ["C", "\\"] as const) {
          // only what runs has the terminal's signals: the shell itself reads keys as they are
          terminal.type("echo $((3*7)); sleep 1000\n")
          await terminal.shows(/\n21\n/)
          await new Promise((resolve) => setTimeout(resolve, 300))
          terminal.press(key)
          await terminal.shows(prompt)
        }
        terminal.type("exit 5\n")
        return { sizes, ended: await terminal.ended }
      }, { sizes: [true, true], ended: "exit 5" }))

    it("ends with its terminal", () =>
      alike(async (way) => {
        const terminal = await shell(way)
        terminal.type("docker run --rm -it bb sh\n")
        await terminal.shows(prompt)
        const leader = await terminal.leader
        terminal.close()
        await terminal.ended
        // docker itself waits for the container
        await removeContainers()
        return { isNothingLeft: await nothingLeft(leader) }
      }, { isNothingLeft: true }))
  })

  describe("run", () => {
    it.each([["once", 1], ["twice", 2]])("hands Ctrl-C to the container %s", (_, times) =>
      alike(async (way) => {
        const terminal = docker(way, "run", "--rm", "bb", "sh", "-c", trapping)
        await terminal.shows(/ready/)
        for (let time = 0; time < times; time += 1) {
          terminal.press("C")
          await terminal.shows(/GOT INT\n/)
        }
        terminal.press("\\")
        await terminal.shows(/GOT QUIT\n/)
        return { ended: await terminal.ended, count: terminal.shown().match(/GOT INT/g)?.length }
      }, { ended: "exit 7", count: times }))

    // INT and QUIT that come to a shim with a terminal in front count as typed there, and then docker has them already
    it.each([["TERM", 9], ["HUP", 8]])(
      "hands %s to the container, sent to it or to its group",
      (signal, code) =>
        alike(async (way) => {
          const ended: Array<string> = []
          for (const sign of [1, -1]) {
            const terminal = docker(way, "run", "--rm", "bb", "sh", "-c", trapping)
            await terminal.shows(/ready/)
            process.kill(sign * await terminal.leader, `SIG${signal}`)
            await terminal.shows(new RegExp(`GOT ${signal}\n`))
            ended.push(await terminal.ended)
          }
          return { ended }
        }, { ended: [`exit ${code}`, `exit ${code}`] })
    )
  })

  describe("jobs", () => {
    it("docker events stops with Ctrl-Z, goes on with fg, ends with Ctrl-C", () =>
      alike(async (way) => {
        const terminal = await shell(way)
        terminal.type("docker events --filter event=tag\n")
        await terminal.shows(/event=tag\n/)
        await new Promise((resolve) => setTimeout(resolve, 1000))
        terminal.press("Z")
        await terminal.shows(/Stopped .*docker events/)
        terminal.type("fg\n")
        await terminal.shows(/docker events[^\n]*\n/)
        await session.docker(["tag", "bb", "again"])
        await terminal.shows(/image tag/)
        terminal.press("C")
        await terminal.shows(/\$ $/)
        terminal.type("echo status $?; exit\n")
        const [, status] = await terminal.shows(/status (\d+)\n/)
        return { status, ended: await terminal.ended }
      }, { status: "130", ended: "exit 0" }))

    it("a build stops with Ctrl-Z, and is done with fg", () =>
      alike(async (way) => {
        const terminal = await shell(way)
        terminal.type(
          `docker build --progress plain --build-arg SECONDS=2 --build-arg ONCE=${String(Math.random())} -t app .\n`
        )
        await terminal.shows(/ began\n/)
        terminal.press("Z")
        await terminal.shows(/Stopped .*docker build/)
        terminal.type("fg\n")
        await terminal.shows(/naming to \S+\/app/)
        await terminal.shows(/\$ $/)
        terminal.type("echo status $?; exit\n")
        const [, status] = await terminal.shows(/status (\d+)\n/)
        return { status, ended: await terminal.ended }
      }, { status: "0", ended: "exit 0" }))
  })

  it("a build ends early with Ctrl-C, and goes on when TERM comes to docker alone, as without the shim", async () => {
    const build = async (way: Way, seconds: number, stop: (terminal: Terminal.Terminal) => Promise<void>) => {
      const args = [`SECONDS=${seconds}`, `ONCE=${String(Math.random())}`].flatMap((one) => ["--build-arg", one])
      const terminal = docker(way, "build", "--progress", "plain", ...args, ".")
      await terminal.shows(/ began\n/)
      await stop(terminal)
      const ended = await terminal.ended
      const isCanceled = terminal.shown().includes("context canceled")
      return { ended, isCanceled, isNothingLeft: await nothingLeft(await terminal.leader) }
    }
    const pressed = (way: Way) =>
      build(way, 60, (terminal) => {
        terminal.press("C")
        return Promise.resolve()
      })
    await alike(pressed, { ended: "exit 130", isCanceled: true, isNothingLeft: true })
    const told = (way: Way) => build(way, 3, async (terminal) => void process.kill(await terminal.leader, "SIGTERM"))
    await alike(told, { ended: "exit 0", isCanceled: false, isNothingLeft: true })
  })

  describe("compose up", () => {
    const running = async (): Promise<number> =>
      (await session.docker(["ps", "-q"])).split("\n").filter((one) => one !== "").length

    const up = async (way: Way, act: (terminal: Terminal.Terminal) => Promise<Seen>): Promise<Seen> => {
      const terminal = docker(way, "compose", "up", "--no-color", "--timeout", "3")
      await terminal.shows(/web is up[^]*app is up|app is up[^]*web is up/)
      const acted = await act(terminal)
      const ended = await terminal.ended
      return { ...acted, ended, running: await running(), isNothingLeft: await nothingLeft(await terminal.leader) }
    }
    const interrupt = async (terminal: Terminal.Terminal, times: number): Promise<Seen> => {
      terminal.press("C")
      await terminal.shows(/[Gg]racefully [Ss]topping/)
      if (times === 2) terminal.press("C")
      return {}
    }

    it.each([[1, "exit 0"], [2, "exit 130"]])(
      "stops its services with %i times Ctrl-C",
      (times, ended) =>
        alike((way) => up(way, (terminal) => interrupt(terminal, times)), { ended, running: 0, isNothingLeft: true })
    )

    it("goes on when TERM comes to docker alone, as without the shim", () =>
      alike((way) =>
        up(way, async (terminal) => {
          process.kill(await terminal.leader, "SIGTERM")
          await new Promise((resolve) => setTimeout(resolve, 1_500))
          const ran = await running()
          await interrupt(terminal, 1)
          return { ran }
        }), { ran: 2, ended: "exit 0", running: 0, isNothingLeft: true }))
  })

  it("ends when nobody reads what it prints, and reads from a pipe", () =>
    alike(async (way) => {
      const terminal = await shell(way)
      terminal.type(
        "docker run --name many bb seq 200000 > /dev/null; docker logs many | head -n 2; echo ends ${PIPESTATUS[0]}\n"
      )
      await terminal.shows(/1\n2\n/)
      const [, status] = await terminal.shows(/ends (\d+)\n/)
      terminal.type(
        "echo piped | docker run --rm -i bb cat; docker run --rm -i bb cat < /dev/null; echo ends $?; exit\n"
      )
      await terminal.shows(/\bpiped\nends 0\n/)
      return { status, ended: await terminal.ended }
    }, { status: "141", ended: "exit 0" }))
})
