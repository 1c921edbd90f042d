/**
 * Is the daemon that docker takes here this session's?
 */
import * as Effect from "effect/Effect"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as SourceTranslation from "../../core/paths/SourceTranslation.ts"
import * as SessionDaemon from "../../core/plan/SessionDaemon.ts"
import type * as Settings from "../../core/settings/Settings.ts"
import * as PlanLoop from "../front/PlanLoop.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/**
 * Silent where it is, and where no setting of the session's paths depends on it.
 *
 * @category checks
 */
export const check: Check = ({ invocation, settings }) => {
  const daemon = daemonOf(invocation, settings)
  return Effect.succeed(
    daemon._tag === "Session" || !SourceTranslation.mapsPaths(settings)
      ? []
      : [
        Finding.warn(
          "session's daemon",
          daemon.why,
          "until then no path is translated: see docs/use/path-translation.md"
        )
      ]
  )
}

/**
 * The daemon of a command whose line names none.
 *
 * @category accessors
 */
export const daemonOf = (invocation: Invocation, settings: Settings.Settings): SessionDaemon.Daemon => {
  const outcome = PlanLoop.run(
    (facts) => SessionDaemon.find(Endpoint.noFlags, { invocation, settings, facts }).state,
    Facts.none
  )
  return outcome._tag === "Settled"
    ? outcome.value.value
    : { _tag: "Unknown", why: "the endpoint of the current context is not known" }
}
