/**
 * What does `DOCKER_SHIM_PATH_MAP=auto` find here?
 */
import * as Effect from "effect/Effect"
import * as OwnMountsFact from "../../core/facts/OwnMounts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import * as KnownMounts from "../docker/KnownMounts.ts"
import { EngineInfo } from "../services/EngineInfo.ts"
import * as OwnMounts from "../services/OwnMounts.ts"
import * as Finding from "./Finding.ts"
import * as SessionDaemonCheck from "./SessionDaemonCheck.ts"

/** The mappings that were found for the session's daemon, and the finding about them. */
export interface Found {
  readonly settings: Settings
  readonly answer?: OwnMountsFact.Answer
  readonly findings: ReadonlyArray<Finding.Finding>
}

/**
 * Asks again, whatever is remembered. Each mapping is then tested like those from settings (`MappingCheck`). No finding if no
 * setting asks for it.
 */
export const settle = (invocation: Invocation, settings: Settings): Effect.Effect<Found> =>
  Effect.gen(function*() {
    if (settings.auto === undefined) return { settings, findings: [] }
    const socket = SessionDaemonCheck.socketOf(invocation, settings)
    if (socket !== undefined) KnownMounts.forget(socket, invocation.env)
    const { answer, notices, settings: settled } = yield* OwnMounts.settle(
      yield* EngineInfo.make,
      settings,
      socket,
      invocation.env
    )
    if (answer === undefined) return { settings: settled, findings: [] }
    const [contradiction] = answer._tag === "Unknown" ? [] : notices
    const evidence = `${settings.auto}: ${OwnMountsFact.kind.answer(answer, { socket: socket ?? "" })}`
    const next = "set WORKSPACE_DIR to the daemon's path of your files, or DOCKER_SHIM_PATH_MAP=YOUR_PATH=DAEMON_PATH"
    const found = answer._tag !== "Unknown"
      ? Finding.ok("path map", evidence)
      : settled.mappings.length > 0
      ? Finding.ok("path map", `${evidence}; the other settings are used`)
      : Finding.warn("path map", evidence, next)
    return {
      settings: settled,
      answer,
      findings: [
        found,
        ...(contradiction === undefined
          ? []
          : [Finding.warn("WORKSPACE_DIR", contradiction.text, "unset it, here and in /etc/docker-shim.env")])
      ]
    }
  })
