/**
 * Stands in for `node:child_process`.
 */
import * as host from "docker-shim:host"
import { ChildProcess } from "../ChildProcess.ts"
import * as Loop from "../Loop.ts"
import { process } from "../Process.ts"
import * as Signals from "../Signals.ts"
import * as Failure from "../system/Failure.ts"
import * as Files from "../system/Files.ts"
import * as Processes from "../system/Processes.ts"
import { Buffer } from "./buffer.ts"
import * as path from "./path.ts"
import { Readable, Writable } from "./stream.ts"

export { ChildProcess }

type Stdio = "inherit" | "ignore" | "pipe" | number | null | undefined

interface Options {
  readonly argv0?: string
  readonly cwd?: string
  readonly detached?: boolean
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdio?: Stdio | ReadonlyArray<Stdio>
  readonly input?: string | Uint8Array
  readonly encoding?: string
  readonly timeout?: number
}

const running = new Map<number, ChildProcess>()

/** `SIGCHLD`, which says that a child ended. */
const childEnded = 17

/** Starts a program. */
export const spawn = (
  file: string,
  wordsOrOptions: ReadonlyArray<string> | Options = [],
  given: Options = {}
): ChildProcess => {
  const [words, options] = Array.isArray(wordsOrOptions)
    ? [wordsOrOptions as ReadonlyArray<string>, given]
    : [[], wordsOrOptions as Options]
  const { descriptors, failed, ours, theirs } = plumb(options.stdio)
  const child = new ChildProcess(ours)
  const pid = failed ?? begin(file, words, options, descriptors)
  for (const end of theirs) Files.close(end)
  if (pid < 0) {
    const call = `spawn ${file}`
    child.failed(
      Object.assign(Failure.of(-pid, call, file), { message: `${call} ${host.error(-pid)[0]}`, spawnargs: words })
    )
    return child
  }
  child.pid = pid
  running.set(pid, child)
  Loop.soon(() => child.emit("spawn"))
  return child
}

/** Starts a program with descriptors of its own; `spawn` waits for its end. Its process id, or minus the error. */
const begin = (
  file: string,
  words: ReadonlyArray<string>,
  options: Options,
  descriptors: ReadonlyArray<number>
): number => {
  try {
    Signals.handle(childEnded, reap)
  } catch (error) {
    return errorNumber(error)
  }
  return start(file, words, options, descriptors)
}

/** Minus the number of a system call's error, which `spawn` reports as its own. */
const errorNumber = (error: unknown): number => {
  if (error instanceof Error && "errno" in error && typeof error.errno === "number") return error.errno
  throw error
}

const reap = (): void => {
  for (const [pid, child] of running) {
    const ended = Processes.wait(pid, false)
    if (ended === undefined) continue
    running.delete(pid)
    Loop.soon(() => child.ended(...ended))
  }
}

/** Starts a program by its path, or as found on `PATH`. */
const start = (
  file: string,
  words: ReadonlyArray<string>,
  options: Options,
  descriptors: ReadonlyArray<number>
): number => {
  const env = options.env ?? process.env
  const all = [options.argv0 ?? file, ...words]
  const tries = file.includes("/")
    ? [file]
    : (env["PATH"] ?? "/usr/bin:/bin").split(":").map((directory) =>
      path.join(directory === "" ? "." : directory, file)
    )
  let failed = -2
  for (const one of tries) {
    const pid = Processes.start(one, all, env, options.cwd ?? null, descriptors, options.detached === true)
    if (pid > 0) return pid
    // ENOENT, ENOTDIR: try the next; EACCES: try the next, and report it if there is none
    if (pid !== -2 && pid !== -20) failed = pid
    if (![-2, -13, -20].includes(pid)) break
  }
  return failed
}

/** For `Processes.start`: `/dev/null`, and a descriptor that the child inherits if the shim has it. */
const nothing = -1
const asGiven = -2

/** The child's descriptors, our ends of its pipes, and the child's ends, to be closed here; `failed` is minus the error. */
const plumb = (stdio: Options["stdio"] = "pipe") => {
  const list: ReadonlyArray<Stdio> = Array.isArray(stdio)
    ? stdio as ReadonlyArray<Stdio>
    : [stdio, stdio, stdio] as ReadonlyArray<Stdio>
  const ours: Array<Readable | Writable | null> = []
  const theirs: Array<number> = []
  let failed: number | undefined
  const descriptors = list.map((one, at) => {
    if (typeof one === "number") {
      ours.push(null)
      return one
    }
    if (one === "inherit") {
      ours.push(null)
      return at
    }
    if (one !== "pipe" && (one === "ignore" || at > 2)) {
      ours.push(null)
      return at > 2 ? asGiven : nothing
    }
    const pipe = openPipe()
    if (typeof pipe === "number") {
      failed = pipe
      ours.push(null)
      return nothing
    }
    const [read, write] = pipe
    ours.push(at === 0 ? new Writable(write) : new Readable(read))
    const end = at === 0 ? read : write
    theirs.push(end)
    return end
  })
  return { descriptors, failed, ours, theirs }
}

const openPipe = (): readonly [number, number] | number => {
  try {
    return Processes.pipe()
  } catch (error) {
    return errorNumber(error)
  }
}

/** Runs a program to its end. */
export const spawnSync = (file: string, words: ReadonlyArray<string> = [], options: Options = {}) => {
  const { descriptors, failed, ours, theirs } = plumb(options.stdio)
  const pid = failed ?? start(file, words, options, descriptors)
  for (const end of theirs) Files.close(end)
  const [input, ...outputs] = ours
  if (input instanceof Writable) input.end(options.input)
  const deadline = options.timeout === undefined ? Infinity : Processes.now() / 1e6 + options.timeout
  const printed = readAll(outputs.map((stream) => stream instanceof Readable ? stream.fd : -1), deadline)
  if (printed === undefined) Processes.kill(pid, 9)
  for (const stream of outputs) stream?.destroy()
  if (pid < 0) {
    const error = Object.assign(Failure.of(-pid, `spawnSync ${file}`, file), {
      message: `spawnSync ${file} ${host.error(-pid)[0]}`
    })
    return { pid: 0, status: null, signal: null, stdout: null, stderr: null, output: null, error }
  }
  const [status, signal] = Processes.wait(pid, true) ?? [null, null]
  const [stdout, stderr] = (printed ?? []).map((bytes) =>
    options.encoding === undefined || options.encoding === "buffer" ? bytes : bytes.toString()
  )
  return {
    pid,
    status,
    signal: signal === null ? null : Signals.nameOf(signal),
    stdout,
    stderr,
    output: [null, stdout, stderr]
  }
}

const readAll = (descriptors: ReadonlyArray<number>, deadline: number): ReadonlyArray<Buffer> | undefined => {
  const parts = descriptors.map((): Array<Uint8Array> => [])
  const open = new Set(descriptors.filter((one) => one >= 0))
  while (open.size > 0) {
    const left = deadline - Processes.now() / 1e6
    if (left <= 0) return undefined
    const polled = [...open]
    const happened = Files.poll(polled.flatMap((one) => [one, Loop.readable]), left === Infinity ? -1 : Math.ceil(left))
    for (const [at, descriptor] of polled.entries()) {
      if (happened[at] === 0) continue
      const chunk = new Uint8Array(65536)
      const count = Files.read(descriptor, chunk)
      if (count === 0) open.delete(descriptor)
      else parts[descriptors.indexOf(descriptor)]?.push(chunk.subarray(0, count))
    }
  }
  return parts.map((all) => Buffer.concat(all))
}

/** Runs a program to its end and returns what it printed; throws where it fails. */
export const execFileSync = (file: string, words: ReadonlyArray<string> = [], options: Options = {}) => {
  const ran = spawnSync(file, words, options)
  if (ran.error !== undefined) throw ran.error
  if (ran.status !== 0) throw Object.assign(new Error(`Command failed: ${[file, ...words].join(" ")}`), ran)
  return ran.stdout
}
