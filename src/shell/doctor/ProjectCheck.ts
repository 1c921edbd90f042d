/**
 * Do Compose projects get names of their session?
 */
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as ProjectName from "../../core/compose/ProjectName.ts"
import * as ProjectScope from "../../core/compose/ProjectScope.ts"
import * as SessionDaemon from "../../core/plan/SessionDaemon.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"
import * as SessionDaemonCheck from "./SessionDaemonCheck.ts"

/** The name that a project of the working directory would get. */
export const check: Check = ({ env, invocation, settings }) => {
  const { session } = settings
  const projectScope = ProjectScope.inForce(
    SessionDaemon.settle(settings, SessionDaemonCheck.daemonOf(invocation, settings))
  )
  const own = env["COMPOSE_PROJECT_NAME"] ?? ""
  if (own !== "") return Effect.succeed([Finding.ok("project name", `${own}, as COMPOSE_PROJECT_NAME says`)])
  if (session === undefined || projectScope === "off") {
    const why = session === undefined
      ? "HELIX_TASK_NUMBER and HELIX_SESSION_ID are unset"
      : settings.projectScope === "auto"
      ? "the daemon is this session's own"
      : "DOCKER_SHIM_PROJECT_SCOPE=off"
    return Effect.succeed([Finding.ok("project name", `as Compose makes it: ${why}`)])
  }
  const name = ProjectName.ofSession(path.basename(invocation.cwd), settings)
  const evidence = `${name ?? session.prefix} for a project here (${session.origin})`
  return Effect.succeed([
    projectScope === "session"
      ? Finding.warn(
        "project name",
        `${evidence}, and for every other project of this session`,
        "DOCKER_SHIM_PROJECT_SCOPE=project tells them apart"
      )
      : Finding.ok("project name", evidence)
  ])
}
