/**
 * A program that was started, as `node:child_process` has it.
 */
import * as Loop from "./Loop.ts"
import { EventEmitter } from "./node/events.ts"
import { Readable, Writable } from "./node/stream.ts"
import * as Signals from "./Signals.ts"
import * as Processes from "./system/Processes.ts"

/** A program that was started. */
export class ChildProcess extends EventEmitter {
  pid: number | undefined
  exitCode: number | null = null
  signalCode: string | null = null
  killed = false
  readonly stdio: ReadonlyArray<Readable | Writable | null>
  readonly #alive: Loop.Waiting = Loop.after(2147483647, () => undefined, true)
  #open: number

  constructor(stdio: ReadonlyArray<Readable | Writable | null>) {
    super()
    this.stdio = stdio
    const outputs = stdio.filter((stream) => stream instanceof Readable)
    this.#open = outputs.length + 1
    for (const stream of outputs) stream.on("close", () => this.#closed())
  }

  get stdin(): Writable | null {
    const [stream] = this.stdio
    return stream instanceof Writable ? stream : null
  }

  get stdout(): Readable | null {
    const stream = this.stdio[1]
    return stream instanceof Readable ? stream : null
  }

  get stderr(): Readable | null {
    const stream = this.stdio[2]
    return stream instanceof Readable ? stream : null
  }

  kill(signal?: string | number): boolean {
    if (this.pid === undefined || this.exitCode !== null || this.signalCode !== null) return false
    try {
      Processes.kill(this.pid, Signals.numberOf(signal))
      this.killed = true
      return true
    } catch {
      // it has ended meanwhile, or runs as another user now, who gets no signals of the shim's
      return false
    }
  }

  ref(): void {
    this.#alive.held = true
  }

  unref(): void {
    this.#alive.held = false
  }

  /** Called by `spawn`: it could not be started. */
  failed(error: Error): void {
    Loop.cancel(this.#alive)
    for (const stream of this.stdio) stream?.destroy()
    Loop.soon(() => this.emit("error", error))
  }

  /** Called when it ended. */
  ended(code: number | null, signal: number | null): void {
    Loop.cancel(this.#alive)
    this.exitCode = code
    this.signalCode = signal === null ? null : Signals.nameOf(signal)
    this.stdin?.destroy()
    this.emit("exit", this.exitCode, this.signalCode)
    // output that nobody reads is dropped, as in Node
    for (const stream of this.stdio) if (stream instanceof Readable) stream.resume()
    this.#closed()
  }

  #closed(): void {
    this.#open -= 1
    if (this.#open === 0) this.emit("close", this.exitCode, this.signalCode)
  }
}
