/**
 * A real registry, Debian's `docker-registry`, that sessions reach as `localhost:5000` although their engines have
 * networks of their own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as Relay from "./Relay.ts"
import type { Session } from "./Session.ts"
import * as SessionDirectory from "./SessionDirectory.ts"
import * as Suite from "./Suite.ts"

/** A running registry. */
export interface Registry {
  /** Makes the registry answer at {@link host} for a session's engine, until that ends or the registry stops. */
  readonly attach: (session: Session) => Promise<void>
  /** Takes that away again, as a network that failed does; the registry keeps what it holds. */
  readonly detach: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Where the engines find the registry: a loopback address, which they take for one without TLS. */
export const host = "localhost:5000"

/**
 * Starts a registry, fetching its program first if it is not there.
 *
 * **Details**
 *
 * It listens on a socket of the file system, which all network namespaces share; a relay in each engine's namespaces
 * forwards to it, and ends with the engine.
 */
export const start = async (): Promise<Registry> => {
  const program = await Suite.locateRegistry()
  const directory = await SessionDirectory.create([])
  const socket = join(directory.path, "registry.sock")
  const file = join(directory.path, "registry.yml")
  writeFileSync(file, configuration(socket, join(directory.path, "data")))
  const server = spawn("setpriv", ["--pdeathsig", "KILL", "--", program, "serve", file], { cwd: "/", stdio: "ignore" })
  const relays = new Set<ChildProcess>()
  const detach = async (): Promise<void> => {
    await Promise.all([...relays].map(Relay.end))
    relays.clear()
  }
  while (!existsSync(socket)) {
    if (server.exitCode !== null) throw new Error(`docker-registry ended with code ${server.exitCode}`)
    await sleep(20)
  }
  return {
    detach,
    attach: async (session) => {
      relays.add(await Relay.start(session, socket, "127.0.0.1", 5000))
    },
    stop: async () => {
      await detach()
      await Relay.ended(server, () => server.kill("SIGKILL"))
      await directory.remove()
    }
  }
}

const configuration = (socket: string, data: string): string =>
  JSON.stringify({
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: data } },
    http: { net: "unix", addr: socket }
  })
