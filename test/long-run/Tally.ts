/**
 * What was done in the long run, in numbers, and what went wrong.
 */

/** How often what was done. */
export interface Counts {
  /** Commands through the shim, builds and killed ones among them. */
  readonly commands: number
  /** Builds that nobody killed, or too late. */
  readonly builds: number
  readonly kills: number
  /** Sessions that ended and were replaced. */
  readonly replaced: number
  /** Builds that failed by a fault of the engine and were run again, or did not stop by a fault of Compose. */
  readonly engineFaults: number
}

/** Counts what happens. `fail` is told, in words, what must not have happened. */
export interface Tally {
  readonly command: () => void
  readonly build: () => void
  readonly kill: (wasInTime: boolean) => void
  readonly replace: () => void
  readonly engineFault: () => void
  readonly memory: (bytes: number) => void
  readonly fail: (what: string) => void
  readonly counts: () => Counts
  readonly failures: () => ReadonlyArray<string>
  /** How many kills there were in the last so many milliseconds. */
  readonly killsSince: (time: number) => number
  /** The most memory of a shim since this was asked the last time, in bytes. */
  readonly takeMemory: () => number
}

/** A tally of nothing yet. */
export const make = (): Tally => {
  let counts: Counts = { commands: 0, builds: 0, kills: 0, replaced: 0, engineFaults: 0 }
  const kills: Array<number> = []
  const failures: Array<string> = []
  let memory = 0
  const add = (...names: ReadonlyArray<keyof Counts>): void => {
    for (const name of names) counts = { ...counts, [name]: counts[name] + 1 }
  }
  return {
    command: () => add("commands"),
    build: () => add("commands", "builds"),
    kill: (wasInTime) => {
      add("commands", wasInTime ? "kills" : "builds")
      kills.push(Date.now())
    },
    replace: () => add("replaced"),
    engineFault: () => add("engineFaults"),
    memory: (bytes) => {
      memory = Math.max(memory, bytes)
    },
    fail: (what) => {
      failures.push(`${new Date().toISOString()} ${what}`)
    },
    counts: () => counts,
    failures: () => failures,
    killsSince: (time) => kills.filter((kill) => Date.now() - kill < time).length,
    takeMemory: () => {
      const taken = memory
      memory = 0
      return taken
    }
  }
}
