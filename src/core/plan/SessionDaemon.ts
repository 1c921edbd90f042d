/**
 * Tells whether a command goes to this session's daemon, the only one for which the session's mapping, names and cache are
 * meant. The rule for people is in docs/use/path-translation.md.
 */
import * as Endpoint from "../argv/Endpoint.ts"
import * as Masking from "../explain/Masking.ts"
import * as Facts from "../Facts.ts"
import type { Invocation } from "../Invocation.ts"
import type { Settings } from "../Settings.ts"

/**
 * The daemon that a command goes to.
 *
 * **Details**
 *
 * - `Session`: this session's, at `endpoint`.
 * - `Unknown`: no setting names the session's, and the environment names one that is no unix socket. It may be the
 *   session's, or another machine: no path is translated for it; names and cache do no harm there.
 * - `Another`: another one.
 *
 * `why` is the reason in words.
 *
 * @category models
 */
export type Daemon =
  | { readonly _tag: "Session"; readonly endpoint: string }
  | { readonly _tag: "Unknown"; readonly why: string }
  | { readonly _tag: "Another"; readonly why: string }

/**
 * Tells the daemon of a command with these flags.
 *
 * **Details**
 *
 * The session's is `DOCKER_SHIM_DOCKER_HOST`; without that the one that docker takes when the command line names none, if
 * that is a unix socket. Two endpoints are one where they are the same text or lead to the same socket. Contexts are looked
 * up only where one is in force.
 *
 * @category planning
 */
export const ask = (
  flags: Endpoint.EndpointFlags,
  settings: Settings,
  { env }: Invocation,
  facts: Facts.Facts
): Facts.Asked<Daemon> => {
  const session = sessionEndpoint(settings, env, facts)
  if (session._tag === "Open") return session
  const isNamed = flags.context !== undefined || flags.host !== undefined || flags.config !== undefined
  if (settings.dockerHost === undefined ? !isNamed : !Endpoint.isNamed(flags, env)) {
    return Facts.answered(session.answer)
  }
  const used = endpointOf(flags, env, facts)
  if (used._tag === "Open") return used
  const own = session.answer._tag === "Session" ? session.answer.endpoint : Endpoint.defaultHost
  if (used.answer === undefined) return Facts.answered({ _tag: "Another", why: "its context's endpoint is not known" })
  const same = isSame(used.answer, own, facts)
  if (same._tag === "Open") return same
  if (same.answer) return Facts.answered({ _tag: "Session", endpoint: own })
  const why = `${shown(used.answer)} is not this session's daemon, ${shown(own)}`
  return Facts.answered({ _tag: "Another", why })
}

/**
 * The settings as they hold for that daemon: with the session's socket, or with no path translated.
 *
 * @category constructors
 */
export const settle = (settings: Settings, daemon: Daemon): Settings =>
  daemon._tag === "Session"
    ? { ...settings, sessionSocket: Endpoint.socketOf(daemon.endpoint) }
    : { ...settings, elsewhere: daemon.why }

/** The session's own daemon, as far as settings and environment tell. */
const sessionEndpoint = (settings: Settings, env: Invocation["env"], facts: Facts.Facts): Facts.Asked<Daemon> => {
  const { dockerHost } = settings
  if (dockerHost !== undefined) {
    return Facts.answered({ _tag: "Session", endpoint: Endpoint.normalizeHost(dockerHost) })
  }
  const found = endpointOf(Endpoint.noFlags, env, facts)
  if (found._tag === "Open") return found
  const endpoint = found.answer
  if (endpoint === undefined) {
    return Facts.answered({ _tag: "Unknown", why: `the endpoint of the current context is not known; ${remedy}` })
  }
  if (Endpoint.socketOf(endpoint) !== undefined) return Facts.answered({ _tag: "Session", endpoint })
  const why = `${shown(endpoint)} is not known to be this session's daemon; ${remedy}`
  return Facts.answered({ _tag: endpoint.startsWith("ssh://") ? "Another" : "Unknown", why })
}

const remedy = "if it is, set DOCKER_SHIM_DOCKER_HOST to it"

/** The endpoint by docker's rules; `undefined` where a context's cannot be read. */
const endpointOf = (
  flags: Endpoint.EndpointFlags,
  env: Invocation["env"],
  facts: Facts.Facts
): Facts.Asked<string | undefined> => {
  const directory = Endpoint.configDirectory(flags, env)
  const config = Endpoint.dependsOnConfig(flags, env)
    ? Facts.ask(facts, { _tag: "DockerConfig", directory })
    : Facts.answered({ currentContext: undefined })
  if (config._tag === "Open") return config
  const name = Endpoint.contextName(flags, env, config.answer.currentContext)
  if (name === "default") return Facts.answered(Endpoint.normalizeHost(flags.host ?? env["DOCKER_HOST"] ?? ""))
  const context = Facts.ask(facts, { _tag: "DockerContext", directory, name })
  if (context._tag === "Open") return context
  const { host } = context.answer
  return Facts.answered(host === undefined ? undefined : Endpoint.normalizeHost(host))
}

const isSame = (one: string, other: string, facts: Facts.Facts): Facts.Asked<boolean> => {
  const sockets = [Endpoint.socketOf(one), Endpoint.socketOf(other)]
  if (one === other || sockets.includes(undefined)) return Facts.answered(one === other)
  const real = sockets.map((path) => Facts.realPath(facts, path ?? ""))
  const open = real.find((asked) => asked._tag === "Open")
  if (open !== undefined) return open
  const [first, second] = real.map((asked) => asked._tag === "Answered" ? asked.answer.resolved : "")
  return Facts.answered(first === second)
}

/** An endpoint without its password. */
const shown = (endpoint: string): string => Masking.assignment("DOCKER_HOST", endpoint)
