/**
 * Globals of Node that QuickJS lacks, as far as the shim and its libraries use them. Loaded before everything else.
 */
import * as host from "docker-shim:host"
import * as Loop from "./Loop.ts"
import { Buffer } from "./node/buffer.ts"
import { process, setImmediate } from "./Process.ts"
import * as Files from "./system/Files.ts"
import * as Processes from "./system/Processes.ts"

type Run = (...args: ReadonlyArray<unknown>) => void

/** Like Node's timers: `unref` works, and they convert to numbers. */
class Timeout {
  readonly waiting: Loop.Waiting

  constructor(waiting: Loop.Waiting) {
    this.waiting = waiting
  }

  ref(): this {
    this.waiting.held = true
    return this
  }

  unref(): this {
    this.waiting.held = false
    return this
  }

  hasRef(): boolean {
    return this.waiting.held
  }
}

const timer = (repeats: boolean) => (run: Run, delay = 1, ...args: ReadonlyArray<unknown>): Timeout =>
  new Timeout(Loop.after(delay, () => run(...args), repeats))

const clear = (timeout: unknown): void => {
  if (timeout instanceof Timeout) Loop.cancel(timeout.waiting)
}

/** Enough for libraries that check whether a value is a `URL`, and for `file:` and `http:` addresses. */
class URL {
  readonly href: string
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string

  constructor(text: string) {
    const parts = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#:]*)(?::(\d+))?([^?#]*)(\?[^#]*)?/i.exec(text)
    if (parts === null) throw new TypeError(`Invalid URL: ${text}`)
    const [, protocol = "", hostname = "", port = "", pathname = "", search = ""] = parts
    this.href = text
    this.protocol = protocol
    this.hostname = hostname
    this.port = port
    this.pathname = pathname === "" ? "/" : pathname
    this.search = search
  }

  toString(): string {
    return this.href
  }
}

class URLSearchParams {
  readonly size = 0
}

class TextEncoder {
  readonly encoding = "utf-8"

  encode(text = ""): Uint8Array {
    return host.encode(text)
  }
}

class TextDecoder {
  readonly encoding = "utf-8"

  decode(bytes: Uint8Array = new Uint8Array(0)): string {
    return host.decode(bytes, 0, bytes.length)
  }
}

class EventTarget {
  readonly #listeners = new Map<string, Set<(event: object) => void>>()

  addEventListener(type: string, listener: (event: object) => void): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener))
  }

  removeEventListener(type: string, listener: (event: object) => void): void {
    this.#listeners.get(type)?.delete(listener)
  }

  dispatchEvent(event: { readonly type: string }): boolean {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
    return true
  }
}

class AbortSignal extends EventTarget {
  aborted = false
  reason: unknown

  throwIfAborted(): void {
    if (this.aborted) throw this.reason
  }
}

class AbortController {
  readonly signal = new AbortSignal()

  abort(reason: unknown = new Error("This operation was aborted")): void {
    if (this.signal.aborted) return
    this.signal.aborted = true
    this.signal.reason = reason
    this.signal.dispatchEvent({ type: "abort" })
  }
}

const print = (descriptor: number) => (...values: ReadonlyArray<unknown>): void => {
  const bytes = host.encode(`${values.map(String).join(" ")}\n`)
  Files.writeAll(descriptor, bytes)
}

Object.assign(globalThis, {
  process,
  Buffer,
  global: globalThis,
  setTimeout: timer(false),
  setInterval: timer(true),
  setImmediate,
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: () => undefined,
  URL,
  URLSearchParams,
  TextEncoder,
  TextDecoder,
  EventTarget,
  AbortSignal,
  AbortController,
  performance: {
    now: (): number => Processes.now() / 1e6,
    get timeOrigin(): number {
      return Date.now() - Processes.now() / 1e6
    }
  },
  console: { log: print(1), info: print(1), debug: print(1), error: print(2), warn: print(2) },
  structuredClone: (value: unknown): unknown => JSON.parse(JSON.stringify(value))
})

Math.random = Processes.random
