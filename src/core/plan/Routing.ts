/**
 * Sends a command to this session's own daemon, where the user named none.
 */
import * as Argv from "../argv/Argv.ts"
import * as Endpoint from "../argv/Endpoint.ts"
import * as Masking from "../argv/Masking.ts"
import { originOf } from "../settings/Settings.ts"
import * as Planning from "./Planning.ts"
import type { Situation } from "./Situation.ts"

/** Sets `DOCKER_HOST` to `DOCKER_SHIM_DOCKER_HOST` unless the user named an endpoint; returns what it sets. */
export const route = (
  flags: Endpoint.EndpointFlags,
  { invocation, settings }: Pick<Situation, "invocation" | "settings">
): Planning.Planning<Readonly<Record<string, string>>> => {
  const host = settings.dockerHost
  if (host === undefined || Endpoint.isNamed(flags, invocation.env)) return Planning.of({})
  const to = Masking.assignment("DOCKER_HOST", host) // said, and shown
  const why = `this session's daemon (${originOf(settings, "DOCKER_SHIM_DOCKER_HOST")})`
  const env = { DOCKER_HOST: host }
  return Planning.of(env, { env, changes: [{ what: "DOCKER_HOST", from: "", to, why }] })
}

/** The endpoint that docker's global flags choose. */
export const endpointOf = (globals: ReadonlyArray<Argv.Token>): Endpoint.EndpointFlags => ({
  context: Argv.value(globals, "context"),
  host: Argv.value(globals, "host"),
  config: Argv.value(globals, "config")
})
