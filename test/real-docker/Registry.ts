/**
 * A real registry, Debian's `docker-registry`, that sessions reach as `localhost:5000` although their engines have
 * networks of their own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Session } from "./Session.ts"
import * as SessionDirectory from "./SessionDirectory.ts"
import * as Suite from "./Suite.ts"

/**
 * A running registry.
 *
 * @category models
 * @since 0.1.0
 */
export interface Registry {
  /** Makes the registry answer at {@link host} for a session's engine, until that ends or the registry stops. */
  readonly attach: (session: Session) => Promise<void>
  /** Takes that away again, as a network that failed does; the registry keeps what it holds. */
  readonly detach: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Where the engines find the registry: a loopback address, which they take for one without TLS.
 *
 * @category models
 * @since 0.1.0
 */
export const host = "localhost:5000"

/**
 * Starts a registry, fetching its program first if it is not there.
 *
 * **Details**
 *
 * It listens on a socket of the file system, which all network namespaces share; a relay in each engine's namespaces
 * forwards to it, and ends with the engine.
 *
 * @category constructors
 * @since 0.1.0
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
    await Promise.all([...relays].map((relay) => end(relay, () => relay.stdin?.end())))
    relays.clear()
  }
  while (!existsSync(socket)) {
    if (server.exitCode !== null) throw new Error(`docker-registry ended with code ${server.exitCode}`)
    await sleep(20)
  }
  return {
    detach,
    attach: async (session) => {
      const inside = ["--target", String(session.engine().init), "--net", "--pid", "--"]
      const child = spawn("nsenter", [...inside, process.execPath, "-e", relayScript, socket], {
        cwd: "/",
        stdio: ["pipe", "pipe", "inherit"]
      })
      relays.add(child)
      await once(child.stdout, "data")
    },
    stop: async () => {
      await detach()
      await end(server, () => server.kill("SIGKILL"))
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

/** Forwards each connection; says so once it listens, and ends with its stdin, as the death of this process brings it. */
const relayScript = `
const net = require("node:net")
process.stdin.on("end", () => process.exit()).resume()
net.createServer((from) => {
  const to = net.connect(process.argv[1])
  from.pipe(to).pipe(from)
  from.on("error", () => to.destroy())
  to.on("error", () => from.destroy())
}).listen(5000, "127.0.0.1", () => console.log("listening"))
`

const end = async (child: ChildProcess, ask: () => unknown): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  ask()
  await ended
}
