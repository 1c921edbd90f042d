/**
 * Stands in for Node's `process`.
 */
import * as host from "docker-shim:host"
import * as Loop from "./Loop.ts"
import { EventEmitter } from "./node/events.ts"
import { Writable } from "./node/stream.ts"
import * as Signals from "./Signals.ts"
import * as Files from "./system/Files.ts"
import * as Processes from "./system/Processes.ts"

/** The running process. */
class Process extends EventEmitter {
  readonly execArgv: ReadonlyArray<string> = []
  readonly platform = "linux"
  readonly version = "v20.0.0"
  readonly versions: Readonly<Record<string, string>> = { node: "20.0.0" }
  exitCode: number | undefined
  #argv: ReadonlyArray<string> | undefined
  #env: Record<string, string | undefined> | undefined
  #stdout: Writable | undefined
  #stderr: Writable | undefined

  get argv(): ReadonlyArray<string> {
    return this.#argv ??= [this.execPath, ...named(host.words())]
  }

  get argv0(): string {
    return this.argv[1] ?? ""
  }

  get execPath(): string {
    return Processes.executable()
  }

  /** Stands in for the modules' `import.meta.url`. Only a percent sign needs an escape. */
  get moduleUrl(): string {
    return `file://${this.execPath.replaceAll("%", "%25")}`
  }

  /** The host calls this until it returns false: then there is nothing left to wait for. */
  turn(): boolean {
    return Loop.turn()
  }

  get env(): Record<string, string | undefined> {
    return this.#env ??= Processes.environment()
  }

  get arch(): string {
    return DOCKER_SHIM_ARCHITECTURE
  }

  get pid(): number {
    return host.getpid()
  }

  get ppid(): number {
    return host.getppid()
  }

  get stdout(): Writable {
    return this.#stdout ??= new Writable(1, false)
  }

  get stderr(): Writable {
    return this.#stderr ??= new Writable(2, false)
  }

  get stdin() {
    return { fd: 0, isTTY: Files.isatty(0) }
  }

  cwd(): string {
    return Processes.cwd()
  }

  chdir(path: string): void {
    Processes.chdir(path)
  }

  umask(mask?: number): number {
    return Processes.umask(mask)
  }

  getuid(): number {
    return host.getuid()
  }

  geteuid(): number {
    return host.geteuid()
  }

  getgid(): number {
    return host.getgid()
  }

  kill(process: number, signal?: string | number): true {
    Processes.kill(process, Signals.numberOf(signal))
    return true
  }

  exit(code?: number): never {
    return host.exit(code ?? this.exitCode ?? 0)
  }

  execve(file: string, argv: ReadonlyArray<string>, env: Readonly<Record<string, string | undefined>>): never {
    return Processes.become(file, argv, env)
  }

  readonly hrtime = Object.assign((since?: readonly [number, number]): [number, number] => {
    const now = Processes.now()
    const [seconds, nanoseconds] = [Math.floor(now / 1e9), now % 1e9]
    if (since === undefined) return [seconds, nanoseconds]
    const borrowed = nanoseconds < since[1] ? 1 : 0
    return [seconds - since[0] - borrowed, nanoseconds - since[1] + borrowed * 1e9]
  }, { bigint: (): bigint => BigInt(Processes.now()) })

  /** The host cannot tell the kernel's part from the program's. */
  cpuUsage(): { readonly user: number; readonly system: number } {
    return { user: Processes.used() / 1000, system: 0 }
  }

  uptime(): number {
    return Processes.now() / 1e9
  }

  nextTick(run: (...args: ReadonlyArray<unknown>) => void, ...args: ReadonlyArray<unknown>): void {
    void Promise.resolve().then(() => run(...args))
  }

  emitWarning(): void {
    // A user of docker could not do anything about it.
  }

  override on(event: string | symbol, listener: (...args: Array<never>) => void): this {
    this.#listen(event)
    return super.on(event, listener)
  }

  override once(event: string | symbol, listener: (...args: Array<never>) => void): this {
    this.#listen(event)
    return super.once(event, listener)
  }

  override off(event: string | symbol, listener: (...args: Array<never>) => void): this {
    super.off(event, listener)
    const number = this.#signal(event)
    if (number !== undefined && this.listenerCount(event) === 0) Signals.unhandle(number)
    return this
  }

  #signal(event: string | symbol): number | undefined {
    return typeof event === "string" ? Signals.numbers[event] : undefined
  }

  #listen(event: string | symbol): void {
    const number = this.#signal(event)
    if (number !== undefined && this.listenerCount(event) === 0) {
      Signals.handle(number, () => this.emit(event, event, number))
    }
  }
}

/** The words with a name in front. A program can be started without one; then it is the name by which the kernel found it. */
const named = ([name = "", ...words]: ReadonlyArray<string>): ReadonlyArray<string> => [
  name === "" ? host.executed() : name,
  ...words
]

/** The one process there is. */
export const process = new Process()

/** Runs a function after the current one. */
export const setImmediate = (
  run: (...args: ReadonlyArray<unknown>) => void,
  ...args: ReadonlyArray<unknown>
): object => {
  Loop.soon(() => run(...args))
  return {}
}
