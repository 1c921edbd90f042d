/**
 * A real terminal for tests: a pseudo-terminal with a program in the foreground of its own session.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import type { Readable, Writable } from "node:stream"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"

/**
 * A terminal in use.
 *
 * **Details**
 *
 * - `type`: keys, as bytes; `press` for those with Ctrl.
 * - `shows`: waits until the terminal has shown what matches since the last match, and returns it.
 * - `close`: takes the terminal away, as closing a window does.
 * - `leader`: the program's process id, which is its process group's and session's too.
 * - `ended`: how the program ended, such as `exit 0` or `signal 2`.
 * - `shown`: all that was shown, with lines ended by `\n`.
 */
export interface Terminal {
  readonly type: (text: string) => void
  readonly press: (key: "C" | "Z" | "\\" | "D") => void
  readonly shows: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly resize: (columns: number, rows: number) => void
  readonly close: () => void
  readonly leader: Promise<number>
  readonly ended: Promise<string>
  readonly shown: () => string
  readonly stop: () => void
}

/** How long something may take to show: the machine may be busy with engines. */
const patience = 30_000

const directories: Array<string> = []
afterAll(() => {
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true })
})

/**
 * Compiles a program of this directory: `terminal` is the helper, `program` stands for docker. It is gone when the test
 * file is done.
 */
export const compile = (name: "terminal" | "program"): string => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-terminal-"))
  directories.push(directory)
  const file = path.join(directory, name)
  execFileSync("gcc", ["-O1", "-o", file, fileURLToPath(new URL(`${name}.c`, import.meta.url))])
  return file
}

let helper: string | undefined

/** Starts a program on a terminal of 80 columns and 24 rows. */
export const start = (
  file: string,
  words: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env: Readonly<Record<string, string>> }
): Terminal => {
  const child = spawn(helper ??= compile("terminal"), ["80", "24", file, ...words], {
    ...options,
    env: { TERM: "xterm", ...options.env },
    stdio: ["pipe", "pipe", "inherit", "pipe", "pipe"]
  })
  const [keys, screen, , control, status] = child.stdio as [Writable, Readable, null, Writable, Readable]
  // what is typed at a terminal that is gone is lost
  for (const stream of [keys, control]) stream.on("error", () => undefined)
  let shown = ""
  let seen = 0
  screen.setEncoding("utf8").on("data", (text: string) => shown += text.replaceAll("\r\n", "\n"))
  const said = follow(child, status)
  return {
    type: (text) => void keys.write(text),
    press: (key) => void keys.write(String.fromCharCode(key.charCodeAt(0) & 0x1f)),
    shows: async (pattern) => {
      const limit = Date.now() + patience
      for (;;) {
        const match = pattern.exec(shown.slice(seen))
        if (match !== null) {
          seen += match.index + match[0].length
          return match
        }
        if (Date.now() > limit) throw new Error(`${String(pattern)} was not shown; only ${JSON.stringify(shown)}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    resize: (columns, rows) => void control.write(`size ${columns} ${rows}\n`),
    close: () => void control.write("close\n"),
    leader: said.started,
    ended: said.ended,
    shown: () => shown,
    stop: () => {
      child.kill("SIGKILL")
    }
  }
}

const follow = (child: ChildProcess, status: Readable) => {
  let text = ""
  const started = new Promise<number>((resolve) => {
    status.setEncoding("utf8").on("data", (part: string) => {
      text += part
      const pid = /^started (\d+)$/m.exec(text)?.[1]
      if (pid !== undefined) resolve(Number(pid))
    })
  })
  const ended = new Promise<string>((resolve) => {
    child.once("close", () => resolve(/^(?:exit|signal) \d+$/m.exec(text)?.[0] ?? ""))
  })
  return { started, ended }
}
