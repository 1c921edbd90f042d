/**
 * How a gateway makes itself known: to systemd, to `docker-shim doctor`, and to programs that ask.
 */
import { spawn } from "node:child_process"
import type { PathMapping } from "../../core/paths/PathMapping.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"

/** The path that the gateway answers itself; the daemon has no such path. */
export const path = "/_docker-shim/gateway"

/** What a gateway says of itself. */
export interface Presence {
  readonly version: string
  /** The daemon's endpoint, such as `unix:///var/run/docker.sock`. */
  readonly daemon: string
  readonly mappings: ReadonlyArray<PathMapping>
}

/** Reads a gateway's answer; `undefined` if something else answered. */
export const decode = (answer: unknown): Presence | undefined => {
  const [version, daemon] = [JsonObject.text(answer, "version"), JsonObject.text(answer, "daemon")]
  if (JsonObject.text(answer, "program") !== "docker-shim gateway" || version === undefined) return undefined
  const mappings = JsonObject.list(answer, "mappings").flatMap((one) => {
    const [from, to, origin] = [
      JsonObject.text(one, "from"),
      JsonObject.text(one, "to"),
      JsonObject.text(one, "origin")
    ]
    return from === undefined || to === undefined ? [] : [{ from, to, origin: origin ?? "" }]
  })
  return daemon === undefined ? undefined : { version, daemon, mappings }
}

/** The answer at `path`. */
export const print = (presence: Presence): string =>
  `${JSON.stringify({ program: "docker-shim gateway", ...presence })}\n`

/** If systemd started the gateway (`Type=notify`), tells it the gateway's state: sd_notify(3). */
export const notify = (state: "--ready" | "--stopping"): void => {
  if (process.env["NOTIFY_SOCKET"] === undefined) return
  // if that fails, the unit fails to start, which says more than a line could; Node throws some errors, and emits others
  attempt(() => spawn("systemd-notify", [state], { stdio: "ignore" }).on("error", () => undefined))
}
