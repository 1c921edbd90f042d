/**
 * Makes a socket of the machine's file system answer at a port within a session's network.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type { Session } from "./Session.ts"

/**
 * Forwards connections to `host:port`, as the session's engine and containers see it, to a socket. Listens when the promise
 * is there.
 *
 * **Details**
 *
 * Network namespaces share sockets of the file system. The relay ends with the engine, with this process, and by `end`.
 */
export const start = async (session: Session, socket: string, host: string, port: number): Promise<ChildProcess> => {
  const inside = ["--target", String(session.engine().init), "--net", "--pid", "--"]
  const words = [process.execPath, "-e", script, socket, host, String(port)]
  const child = spawn("nsenter", [...inside, ...words], { cwd: "/", stdio: ["pipe", "pipe", "inherit"] })
  await once(child.stdout, "data")
  return child
}

/** Asks a relay to end, and waits until it has. */
export const end = (relay: ChildProcess): Promise<void> => ended(relay, () => relay.stdin?.end())

/** Waits until a program has ended that is asked to by `ask`, unless it ended before. */
export const ended = async (child: ChildProcess, ask: () => unknown): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = once(child, "exit")
  ask()
  await end
}

/** Says so once it listens, and ends with its stdin, as the death of this process brings it. */
const script = `
const net = require("node:net")
process.stdin.on("end", () => process.exit()).resume()
net.createServer((from) => {
  const to = net.connect(process.argv[1])
  from.pipe(to).pipe(from)
  from.on("error", () => to.destroy())
  to.on("error", () => from.destroy())
}).listen(Number(process.argv[3]), process.argv[2], () => console.log("listening"))
`
