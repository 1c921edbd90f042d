/**
 * A gateway of the built program, as a test starts one in front of a daemon.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { repository } from "../shell/program.ts"
import * as Relay from "./Relay.ts"
import type { Session } from "./Session.ts"

/**
 * `said` is what it has printed until now, `resident` its memory in MB, `most` the largest while something runs; `stop` gives the
 * status that it ends with.
 */
export interface GatewayProcess {
  readonly child: ChildProcess
  readonly said: () => string
  readonly resident: () => number
  readonly most: (run: () => Promise<unknown>) => Promise<number>
  readonly stop: () => Promise<number | null>
  readonly kill: () => Promise<void>
}

/** Node's words for a gateway that listens at one endpoint, for the daemon at another, such as `unix:///run/docker.sock`. */
export const words = (listen: string, to: string): ReadonlyArray<string> => [
  path.join(repository, "dist/docker-shim.cjs"),
  "gateway",
  "--listen",
  listen,
  "--to",
  to
]

/** Waits until one that was started, with a pipe as its stderr, listens. */
export const listening = async (child: ChildProcess): Promise<GatewayProcess> => {
  let said = ""
  await new Promise<void>((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`the gateway ended with ${String(code)}: ${said}`))
    child.once("exit", failed)
    child.stderr?.on("data", (chunk) => {
      said += String(chunk)
      if (!said.includes("listening at")) return
      child.off("exit", failed)
      resolve()
    })
  })
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024
  return {
    child,
    said: () => said,
    resident,
    most: async (run) => {
      let most = resident()
      const watch = setInterval(() => most = Math.max(most, resident()), 20)
      try {
        await run()
      } finally {
        clearInterval(watch)
      }
      return most
    },
    kill: () => Relay.ended(child, () => child.kill("SIGKILL")),
    stop: async () => {
      const ended = child.exitCode === null ? once(child, "exit") : undefined
      child.kill("SIGTERM")
      await ended
      return child.exitCode
    }
  }
}

/** Starts one for a daemon on this machine, such as one that the test itself is. */
export const start = (
  listen: string,
  to: string,
  env: Readonly<Record<string, string>> = { WORKSPACE_DIR: "/data/ses1" }
): Promise<GatewayProcess> =>
  listening(
    spawn(process.execPath, words(listen, to), {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "ignore", "pipe"]
    })
  )

/** Starts one for a session's daemon, where the user is: it sees the user's files. `socket` is where it listens. */
export const inFrontOf = async (
  session: Session,
  env: Readonly<Record<string, string>> = {}
): Promise<GatewayProcess & { readonly socket: string }> => {
  const socket = path.join(session.directory, "gateway.sock")
  const gateway = await listening(
    session.spawn(process.execPath, words(`unix://${socket}`, session.socket), {
      env: { WORKSPACE_DIR: session.workspace?.daemonPath, ...env },
      stdio: ["ignore", "ignore", "pipe"]
    })
  )
  return { ...gateway, socket }
}
