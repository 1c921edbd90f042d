/**
 * Is the daemon that docker takes here this session's?
 */
import * as Effect from "effect/Effect"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import * as Masking from "../../core/argv/Masking.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as SourceTranslation from "../../core/paths/SourceTranslation.ts"
import * as SessionDaemon from "../../core/plan/SessionDaemon.ts"
import type * as Settings from "../../core/settings/Settings.ts"
import * as Answers from "../fast-path/Answers.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** No finding if it is, or if no setting of the session's paths depends on it. */
export const check: Check = ({ invocation, settings }) => {
  const daemon = daemonOf(invocation, settings)
  const another = daemon._tag === "Session" || !SourceTranslation.mapsPaths(settings) ? [] : [
    Finding.warn(
      "session's daemon",
      daemon.why,
      daemon._tag === "Another"
        ? "to use the session's daemon, unset DOCKER_HOST and DOCKER_CONTEXT, or run 'docker context use default'"
        : "set DOCKER_SHIM_DOCKER_HOST; until then no path is translated"
    )
  ]
  return Effect.succeed([...another, ...onlyOurs(invocation, settings)])
}

/** Programs that use Docker's API directly, and the shim when it is off, read no setting of the shim's. */
const onlyOurs = ({ env }: Invocation, { dockerHost }: Settings.Settings): ReadonlyArray<Finding.Finding> => {
  if (
    dockerHost === undefined || Endpoint.isNamed(Endpoint.noFlags, env)
    || Endpoint.normalizeHost(dockerHost) === Endpoint.defaultHost
  ) return []
  const shown = Masking.assignment("DOCKER_HOST", dockerHost)
  return [
    Finding.warn(
      "endpoint",
      `only the shim knows ${shown} (DOCKER_SHIM_DOCKER_HOST): programs that use Docker's API themselves, and `
        + "DOCKER_SHIM_DISABLE=1, go to the default socket",
      // what is hidden cannot be copied
      shown === dockerHost
        ? `export DOCKER_HOST=${shown}, or make it a context`
        : "export DOCKER_HOST with the value of DOCKER_SHIM_DOCKER_HOST, or make it a context"
    )
  ]
}

/** The socket of that daemon, if it is this session's and has one here. */
export const socketOf = (invocation: Invocation, settings: Settings.Settings): string | undefined => {
  const daemon = daemonOf(invocation, settings)
  return daemon._tag === "Session" ? Endpoint.socketOf(daemon.endpoint) : undefined
}

/** The daemon of a command whose line names none. */
export const daemonOf = (invocation: Invocation, settings: Settings.Settings): SessionDaemon.Daemon => {
  const outcome = Answers.settle(
    (facts) => SessionDaemon.find(Endpoint.noFlags, { invocation, settings, facts }).state,
    Facts.none
  )
  return outcome._tag === "Settled"
    ? outcome.value.value
    : { _tag: "Unknown", why: "the endpoint of the current context is not known" }
}
