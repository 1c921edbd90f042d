/**
 * Stands in for what is used of `node:stream`: the ends of pipes and sockets.
 */
import * as Loop from "../Loop.ts"
import * as Files from "../system/Files.ts"
import { type Buffer, bytesOf, view } from "./buffer.ts"
import { EventEmitter } from "./events.ts"

/** A stream from a descriptor. Reading starts with the first listener for data. */
export class Readable extends EventEmitter implements AsyncIterable<Buffer | string> {
  readonly #descriptor: number
  #watch: Loop.Waiting | undefined
  #encoding: "utf8" | undefined
  #held = true
  destroyed = false
  readableEnded = false

  readonly #closes: boolean
  #error: { readonly error: unknown } | undefined

  constructor(descriptor: number, closes = true) {
    super()
    this.#descriptor = descriptor
    this.#closes = closes
  }

  get fd(): number {
    return this.#descriptor
  }

  override on(event: string | symbol, listener: (...args: Array<never>) => void): this {
    super.on(event, listener)
    if (event === "data") this.resume()
    return this
  }

  setEncoding(): this {
    this.#encoding = "utf8"
    return this
  }

  resume(): this {
    if (this.#watch !== undefined || this.destroyed || this.readableEnded) return this
    this.#watch = Loop.watch(this.#descriptor, Loop.readable, () => this.#read())
    this.#watch.held = this.#held
    return this
  }

  pause(): this {
    if (this.#watch !== undefined) Loop.unwatch(this.#watch)
    this.#watch = undefined
    return this
  }

  ref(): this {
    this.#held = true
    if (this.#watch !== undefined) this.#watch.held = true
    return this
  }

  unref(): this {
    this.#held = false
    if (this.#watch !== undefined) this.#watch.held = false
    return this
  }

  destroy(error?: unknown): this {
    if (this.destroyed) return this
    this.pause()
    this.destroyed = true
    if (error !== undefined) this.#error = { error }
    if (this.#closes) Files.close(this.#descriptor)
    Loop.soon(() => {
      if (error !== undefined) this.emit("error", error)
      this.emit("close")
    })
    return this
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer | string> {
    const waiting: Array<Buffer | string> = []
    let wake: () => void = () => undefined
    let ended = this.destroyed || this.readableEnded
    this.on("data", (chunk: Buffer | string) => {
      waiting.push(chunk)
      wake()
    })
    const end = (): void => {
      ended = true
      wake()
    }
    this.on("end", end)
    this.on("close", end)
    this.on("error", end)
    for (;;) {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) yield chunk
      if (this.#error !== undefined) throw this.#error.error
      if (ended) return
      await new Promise<void>((resolve) => wake = resolve)
    }
  }

  #read(): void {
    const buffer = new Uint8Array(65536)
    let count: number
    try {
      count = Files.read(this.#descriptor, buffer)
    } catch (error) {
      this.destroy(error)
      return
    }
    if (count > 0) {
      const chunk = view(buffer.subarray(0, count))
      this.emit("data", this.#encoding === undefined ? chunk : chunk.toString())
      return
    }
    this.pause()
    this.readableEnded = true
    this.emit("end")
    this.destroy()
  }
}

/** Something to write to: a {@link Writable}, a hash. */
export interface Sink {
  readonly write: (chunk: Uint8Array | string) => unknown
  readonly end: () => unknown
}

/** A stream to a descriptor. Writing happens at once. */
export class Writable extends EventEmitter {
  readonly #descriptor: number
  readonly #closes: boolean
  destroyed = false
  writableEnded = false
  readonly writable = true

  constructor(descriptor: number, closes = true) {
    super()
    this.#descriptor = descriptor
    this.#closes = closes
  }

  get fd(): number {
    return this.#descriptor
  }

  get isTTY(): boolean {
    return Files.isatty(this.#descriptor)
  }

  get columns(): number | undefined {
    return Files.windowSize(this.#descriptor)?.[0]
  }

  get rows(): number | undefined {
    return Files.windowSize(this.#descriptor)?.[1]
  }

  write(data: string | Uint8Array, ...rest: ReadonlyArray<unknown>): boolean {
    const done = rest.find((one) => typeof one === "function") as ((error?: unknown) => void) | undefined
    const bytes = typeof data === "string" ? bytesOf(data) : data
    try {
      Files.writeAll(this.#descriptor, bytes)
      if (done !== undefined) Loop.soon(() => done())
    } catch (error) {
      if (done !== undefined) Loop.soon(() => done(error))
      if (this.listenerCount("error") > 0) Loop.soon(() => this.emit("error", error))
    }
    return true
  }

  end(data?: string | Uint8Array | (() => void), done?: () => void): this {
    if (data !== undefined && typeof data !== "function") this.write(data)
    this.writableEnded = true
    this.destroy()
    const called = typeof data === "function" ? data : done
    Loop.soon(() => {
      this.emit("finish")
      called?.()
    })
    return this
  }

  destroy(): this {
    if (this.destroyed || !this.#closes) return this
    this.destroyed = true
    Files.close(this.#descriptor)
    Loop.soon(() => this.emit("close"))
    return this
  }

  getColorDepth(): number {
    return this.isTTY ? 8 : 1
  }

  hasColors(): boolean {
    return this.isTTY
  }
}
