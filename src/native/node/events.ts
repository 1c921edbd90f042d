/**
 * Stands in for `node:events`.
 */

/** A listener takes whatever is emitted; as in Node, nobody checks the types. */
type Listener = (...args: Array<never>) => void

/** Emits events to listeners, in the order in which they came. */
export class EventEmitter {
  readonly #listeners = new Map<string | symbol, Array<{ readonly listener: Listener; readonly once: boolean }>>()

  on(event: string | symbol, listener: Listener): this {
    this.#add(event, listener, false)
    return this
  }

  addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener)
  }

  once(event: string | symbol, listener: Listener): this {
    this.#add(event, listener, true)
    return this
  }

  off(event: string | symbol, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? []
    const at = listeners.findLastIndex((one) => one.listener === listener)
    if (at >= 0) this.#listeners.set(event, listeners.toSpliced(at, 1))
    return this
  }

  removeListener(event: string | symbol, listener: Listener): this {
    return this.off(event, listener)
  }

  removeAllListeners(event?: string | symbol): this {
    if (event === undefined) this.#listeners.clear()
    else this.#listeners.delete(event)
    return this
  }

  emit(event: string | symbol, ...args: ReadonlyArray<unknown>): boolean {
    const listeners = this.#listeners.get(event) ?? []
    if (listeners.length === 0 && event === "error") throw args[0]
    for (const { listener, once } of listeners) {
      if (once) this.off(event, listener)
      listener.apply(this, args as Array<never>)
    }
    return listeners.length > 0
  }

  listenerCount(event: string | symbol): number {
    return this.#listeners.get(event)?.length ?? 0
  }

  listeners(event: string | symbol): ReadonlyArray<Listener> {
    return (this.#listeners.get(event) ?? []).map(({ listener }) => listener)
  }

  setMaxListeners(): this {
    return this
  }

  #add(event: string | symbol, listener: Listener, once: boolean): void {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], { listener, once }])
  }
}

export const once = (emitter: EventEmitter, event: string): Promise<ReadonlyArray<unknown>> =>
  new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      emitter.off(event, came)
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const came = (...args: ReadonlyArray<unknown>): void => {
      emitter.off("error", failed)
      resolve(args)
    }
    emitter.once(event, came)
    if (event !== "error") emitter.once("error", failed)
  })

export default EventEmitter
