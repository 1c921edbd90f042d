/**
 * Commands run as the user of a session: with the user's environment and what the user's file system shows.
 */
import { type ChildProcess, spawn as spawnProcess, type StdioOptions } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { type Bind, printMounts } from "./Namespace.ts"
import * as ProcessGroup from "./ProcessGroup.ts"

/** The place that commands run in. */
export interface Client {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Mounts that only the commands see; with none they run in the machine's own mount namespace. */
  readonly binds: ReadonlyArray<Bind>
}

/** How one command runs, where that differs from the client's own setting. */
export interface CommandOptions {
  /** Added to the client's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
}

/** How a command that is waited for runs. */
export interface RunOptions extends CommandOptions {
  readonly stdin?: string | Uint8Array
  /** Milliseconds after which the command and its children are ended, with what they did on `stderr`; 120,000 unless said. */
  readonly timeout?: number
}

/** How a command that is not waited for runs. */
export interface SpawnOptions extends CommandOptions {
  /** As for `spawn`; stdin of nothing, stdout and stderr of pipes unless said. */
  readonly stdio?: StdioOptions
}

/** How a command ended. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Starts a command, such as `spawn(client, "docker", ["events"])`.
 *
 * **Details**
 *
 * The child is the command itself (no shell stays between) and leads a process group of its own: `child.kill("SIGTERM")`
 * is what `kill` does, `process.kill(-child.pid, "SIGINT")` what Ctrl-C does. `PWD` names the working directory.
 */
export const spawn = (
  client: Client,
  file: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions = {}
): ChildProcess => {
  const script = `${printMounts(client.binds)}cd "$1" && shift && unset OLDPWD && exec "$@"`
  const command = ["sh", "-c", script, "sh", options.cwd ?? client.cwd, file, ...args]
  const [program = "sh", ...rest] = client.binds.length === 0 ? command : ["unshare", "--mount", ...command]
  return spawnProcess(program, rest, {
    cwd: "/",
    detached: true,
    env: { ...client.env, ...options.env },
    stdio: options.stdio ?? ["ignore", "pipe", "pipe"]
  })
}

/** Runs a command to its end, such as `run(client, "docker", ["ps", "-q"])`. Does not reject on a code other than 0. */
export const run = async (
  client: Client,
  file: string,
  args: ReadonlyArray<string>,
  options: RunOptions = {}
): Promise<Outcome> => {
  const { stdin, timeout = 120_000, ...rest } = options
  const child = spawn(client, file, args, { ...rest, stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"] })
  let late = ""
  const timer = setTimeout(() => {
    if (child.pid === undefined) return
    late = `no end within ${timeout} ms:\n${ProcessGroup.describe(child.pid)}\n`
    void ProcessGroup.end(child.pid)
  }, timeout)
  child.stdin?.on("error", () => undefined) // a command that does not read its stdin
  child.stdin?.end(stdin)
  const stdout = text(child.stdout)
  const stderr = text(child.stderr)
  const [code, signal] = await once(child, "close") as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  return { code, signal, stdout: await stdout, stderr: late + await stderr }
}

/** Gives what a command wrote to stdout, without the last newline; throws, with its stderr, if it failed. */
export const stdoutOf = ({ code, signal, stderr, stdout }: Outcome): string => {
  if (code !== 0) throw new Error(`command failed with ${signal ?? String(code)}\n${stderr}${stdout}`)
  return stdout.replace(/\n$/, "")
}

const text = async (stream: Readable | null): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}
