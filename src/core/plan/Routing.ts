/**
 * Sends a command to this session's own daemon, where the user named none.
 */
import * as Argv from "../argv/Argv.ts"
import * as Endpoint from "../argv/Endpoint.ts"
import * as Masking from "../explain/Masking.ts"
import type { Invocation } from "../Invocation.ts"
import { originOf, type Settings } from "../Settings.ts"
import * as Revision from "./Revision.ts"

/**
 * Sets `DOCKER_HOST` to `DOCKER_SHIM_DOCKER_HOST` unless the user named an endpoint.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  flags: Endpoint.EndpointFlags,
  settings: Settings,
  invocation: Invocation
): Revision.Revision<undefined> => {
  const host = settings.dockerHost
  if (host === undefined || Endpoint.isNamed(flags, invocation.env)) return Revision.of(undefined)
  const to = Masking.assignment("DOCKER_HOST", host) // said, and shown
  return Revision.of(undefined, {
    env: { DOCKER_HOST: host },
    changes: [{
      what: "DOCKER_HOST",
      from: "",
      to,
      why: `this session's daemon (${originOf(settings, "DOCKER_SHIM_DOCKER_HOST")})`
    }]
  })
}

/** What global flags, docker's own, say of the endpoint. */
export const endpointOf = (globals: ReadonlyArray<Argv.Token>): Endpoint.EndpointFlags => ({
  context: Argv.value(globals, "context"),
  host: Argv.value(globals, "host"),
  config: Argv.value(globals, "config")
})
