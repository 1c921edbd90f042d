/**
 * The shim at a real terminal: keys, size, job control, and what is left when the terminal goes. For a program that the
 * shim becomes where its runtime can, and for one that it waits for.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import * as Terminal from "../terminal/Terminal.ts"
import { run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker", "docker-shim")
const docker = path.join(shim.directory, "docker")
const note = path.join(shim.directory, "note")
const env = {
  PATH: `${shim.directory}:/usr/local/bin:/usr/bin:/bin`,
  HOME: shim.directory,
  PS1: "$ ",
  DOCKER_SHIM_REAL_DOCKER: Terminal.compile("program"),
  DOCKER_SHIM_CACHE_DIR: path.join(shim.directory, "cache")
}

beforeAll(() => {
  fs.mkdirSync(env.DOCKER_SHIM_CACHE_DIR)
})
afterAll(shim.remove)

const terminals: Array<Terminal.Terminal> = []
afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.stop()
  for (const { pid } of left()) kill(pid)
  fs.rmSync(note, { force: true })
})

const start = (file: string, words: ReadonlyArray<string>): Terminal.Terminal => {
  const terminal = Terminal.start(file, words, { env, cwd: shim.directory })
  terminals.push(terminal)
  return terminal
}

/** An interactive shell, with job control. */
const shell = async (): Promise<Terminal.Terminal> => {
  const terminal = start("bash", ["--norc", "--noprofile", "-i"])
  await terminal.shows(/\$ $/)
  return terminal
}

const eventually = async (holds: () => boolean, what: () => string): Promise<void> => {
  for (let tries = 0; tries < 1500 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.isTrue(holds(), what())
}

const isAlive = (pid: number): boolean => fs.existsSync(`/proc/${pid}`)

/** Processes that were started for this test file: the shim, its program, whatever they left, zombies included. */
const left = (): ReadonlyArray<{ readonly pid: number; readonly words: string }> =>
  fs.readdirSync("/proc").filter((one) => /^\d+$/.test(one)).flatMap((pid) => {
    try {
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, "latin1")
      const isOurs = words.includes(shim.directory) || words.includes(env.DOCKER_SHIM_REAL_DOCKER)
      return isOurs ? [{ pid: Number(pid), words }] : []
    } catch {
      return []
    }
  })

const nothingIsLeft = (): Promise<void> =>
  eventually(() => left().length === 0, () => `left over: ${left().map(({ words }) => words).join("; ")}`)

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // it ended by itself meanwhile
  }
}

const ways: ReadonlyArray<
  { readonly way: string; readonly words: (...mode: ReadonlyArray<string>) => ReadonlyArray<string> }
> = [
  { way: "that it becomes", words: (...mode) => mode },
  { way: "that it waits for", words: (mode = "") => ["build", "--build-arg", `run=${mode}`, "-t", "app", "."] }
]

describe.each(ways)("at a terminal, a program $way", ({ words }) => {
  it("sees the terminal's size, and each change of it once", async () => {
    const terminal = start(docker, words("watch"))
    await terminal.shows(/ready 24 80\n/)
    terminal.resize(120, 40)
    await terminal.shows(/size 40 120\n/)
    terminal.resize(30, 10)
    await terminal.shows(/size 10 30\n/)
    terminal.type("end\n")
    assert.strictEqual(await terminal.ended, "exit 7")
    assert.lengthOf(terminal.shown().match(/^size /gm) ?? [], 2)
  })

  it("gets each Ctrl-C once, and ends as it likes", async () => {
    const terminal = start(docker, words("watch"))
    await terminal.shows(/ready/)
    for (const count of [1, 2, 3]) {
      terminal.press("C")
      await terminal.shows(new RegExp(`INT ${count}\n`))
    }
    assert.strictEqual(await terminal.ended, "exit 7")
    assert.lengthOf(terminal.shown().match(/INT/g) ?? [], 3)
  })

  it.each([["C", 2], ["\\", 3]] as const)("dies of Ctrl-%s, and the shim of the same signal", async (key, signal) => {
    const terminal = start("bash", ["-c", "ulimit -c 0; exec \"$0\" \"$@\"", docker, ...words("plain")])
    await terminal.shows(/ready/)
    terminal.press(key)
    assert.strictEqual(await terminal.ended, `signal ${signal}`)
  })

  it("is stopped by Ctrl-Z and goes on with fg, together with the shim", async () => {
    const terminal = await shell()
    terminal.type(`docker ${words("watch").join(" ")}\n`)
    await terminal.shows(/ready/)
    terminal.press("Z")
    await terminal.shows(/Stopped .*docker/)
    terminal.type("ps -o stat= --ppid $$ | grep -c T; fg\n")
    await terminal.shows(/[\n\r][1-9]\d*\n/)
    await terminal.shows(/CONT\n/)
    terminal.press("C")
    await terminal.shows(/INT 1\n/)
    terminal.type("end\n")
    await terminal.shows(/\$ $/)
    terminal.type("echo status $?; exit\n")
    await terminal.shows(/status 7\n/)
    assert.strictEqual(await terminal.ended, "exit 0")
  })

  it("waits in the background for the terminal, and ends when it is told to", async () => {
    const terminal = await shell()
    terminal.type(`docker ${words("watch").join(" ")} &\n`)
    await terminal.shows(/Stopped .*docker|\$ $|ready .*\n/)
    terminal.type("jobs; kill -TERM %1; kill -CONT %1; wait; echo over $?; exit\n")
    await terminal.shows(/over \d+\n/)
    await terminal.ended
    await nothingIsLeft()
  })

  it("ends when the terminal is closed, and leaves nothing behind", async () => {
    const terminal = await shell()
    terminal.type(`docker ${words("note").join(" ")}\n`)
    await terminal.shows(/ready/)
    const program = Number(/ready (\d+)/.exec(fs.readFileSync(note, "utf8"))?.[1])
    assert.isTrue(isAlive(program))
    terminal.close()
    await terminal.ended
    await eventually(() => !isAlive(program), () => "the program is still there")
    assert.include(fs.readFileSync(note, "utf8"), "HUP\n")
    await nothingIsLeft()
  })

  it.each([["TERM", "exit 8"], ["HUP", ""], ["INT", ""], ["QUIT", "signal 3"]])(
    "that gets %s as a group ends as without the shim",
    async (signal, end) => {
      const terminal = start("bash", ["-c", "ulimit -c 0; exec \"$0\" \"$@\"", docker, ...words("watch")])
      await terminal.shows(/ready/)
      process.kill(-await terminal.leader, `SIG${signal}`)
      if (end === "") {
        await terminal.shows(new RegExp(signal))
        terminal.type("end\n")
      }
      assert.strictEqual(await terminal.ended, end === "" ? "exit 7" : end)
    }
  )
})

describe("at a terminal of 80 columns, what the shim itself prints", () => {
  const real = path.join(shim.directory, "real")
  const target = path.join(shim.directory, "a-directory-of-programs-with-a-rather-long-name")
  beforeAll(() => {
    fs.mkdirSync(real)
    fs.copyFileSync("/bin/true", path.join(real, "docker"))
  })

  it.each(
    [
      ["why it does not run docker", "docker", ["ps"], { DOCKER_SHIM_CACHE: "maybe ".repeat(20) }, "is not accepted"],
      ["steps of an installation", "docker-shim", ["install", "--dry-run", "--dir", target], {}, `${target}/docker ->`],
      [
        "why it does not install",
        "docker-shim",
        ["install", "--root", `/nowhere/${"a/".repeat(25)}`],
        {},
        "does not exist"
      ]
    ] as const
  )("breaks %s only between words", async (_, file, words, more, known) => {
    const terminal = Terminal.start(path.join(shim.directory, file), words, {
      env: { ...env, ...more, PATH: `${real}:/usr/bin:/bin` },
      cwd: shim.directory
    })
    terminals.push(terminal)
    await terminal.ended
    const lines = terminal.shown().trimEnd().split("\n")
    for (const one of lines) assert.isTrue(one.length <= 80 || !one.trim().includes(" "), one)
    assert.isTrue(lines.some((one) => /^ {2}\S/.test(one)), "no line continues another")
    assert.include(lines.map((one) => one.trim()).join(" "), known)
  })
})

describe.each(ways)("away from a terminal, a program $way", ({ words }) => {
  const inShell = (script: string) =>
    run("bash", ["-c", `set -o pipefail; ${script.replaceAll("DOCKER", `docker ${words("forever").join(" ")}`)}`], {
      env
    })

  it("ends when nobody reads what it prints", async () => {
    const ran = await inShell("DOCKER | head -n 2; echo ${PIPESTATUS[0]}")
    assert.strictEqual(ran.stdout, "line\nline\n141\n")
  })

  it("reads from a pipe, and from nothing", async () => {
    const cat = `docker ${words("cat").join(" ")}`
    const ran = await run("bash", ["-c", `printf 'a\\nb' | ${cat}; ${cat} < /dev/null; echo c | (${cat})`], { env })
    assert.strictEqual(ran.stdout, "a\nbend of input\nend of input\nc\nend of input\n")
  })
})
