/**
 * Tells whether a command goes to this session's daemon, the only one for which the session's mapping, names and cache are
 * meant. The rule for people is in docs/use/path-translation.md.
 */
import * as Endpoint from "../argv/Endpoint.ts"
import * as Masking from "../argv/Masking.ts"
import { memoOfLast } from "../argv/Memo.ts"
import type { Settings } from "../settings/Settings.ts"
import * as Planning from "./Planning.ts"
import type { Situation } from "./Situation.ts"

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
 * The session's is `DOCKER_SHIM_DOCKER_HOST`; without that the one that docker takes when the command line names none, if that
 * is a unix socket. Two endpoints are equal if they are the same text or lead to the same socket. Contexts are looked up only
 * if one is in force.
 */
export const find = (flags: Endpoint.EndpointFlags, situation: Situation): Planning.Planning<Daemon> =>
  Planning.run(function*() {
    const { invocation: { env }, settings } = situation
    const session = yield* sessionDaemon(situation)
    const isNamed = flags.context !== undefined || flags.host !== undefined || flags.config !== undefined
    if (settings.dockerHost === undefined ? !isNamed : !Endpoint.isNamed(flags, env)) return session
    const used = yield* endpointOf(flags, situation)
    if (used === undefined) return { _tag: "Another", why: "its context's endpoint is not known" }
    const own = session._tag === "Session" ? session.endpoint : Endpoint.defaultHost
    return (yield* isSame(used, own, situation))
      ? { _tag: "Session", endpoint: own }
      : { _tag: "Another", why: `${shown(used)} is not this session's daemon, ${shown(own)}` }
  })

/** The settings for that daemon: with the session's socket, or without any translation of paths. */
export const settle = (settings: Settings, daemon: Daemon): Settings =>
  daemon._tag === "Session" ? withSocket(settings, daemon.endpoint) : { ...settings, elsewhere: daemon.why }

/** The same object each time: much that does not change depends on it. */
const withSocket = memoOfLast((settings: Settings, endpoint: string): Settings => ({
  ...settings,
  sessionSocket: Endpoint.socketOf(endpoint)
}))

/** The session's own daemon, as far as settings and environment tell. */
const sessionDaemon = (situation: Situation): Planning.Planning<Daemon> => {
  const { dockerHost } = situation.settings
  if (dockerHost !== undefined) return Planning.of({ _tag: "Session", endpoint: Endpoint.normalizeHost(dockerHost) })
  return Planning.map(endpointOf(Endpoint.noFlags, situation), (endpoint) => {
    if (endpoint === undefined) {
      return { _tag: "Unknown", why: `the endpoint of the current context is not known; ${remedy}` }
    }
    if (Endpoint.socketOf(endpoint) !== undefined) return { _tag: "Session", endpoint }
    const why = `${shown(endpoint)} is not known to be this session's daemon; ${remedy}`
    return { _tag: endpoint.startsWith("ssh://") ? "Another" : "Unknown", why }
  })
}

const remedy = "if it is, set DOCKER_SHIM_DOCKER_HOST to it"

/** The endpoint by docker's rules; `undefined` if a context's cannot be read. */
const endpointOf = (flags: Endpoint.EndpointFlags, situation: Situation): Planning.Planning<string | undefined> =>
  Planning.run(function*() {
    const { env } = situation.invocation
    const directory = Endpoint.configDirectory(flags, env)
    const current = Endpoint.dependsOnConfig(flags, env)
      ? (yield* Planning.ask(situation, { _tag: "DockerConfig", directory })).currentContext
      : undefined
    const name = Endpoint.contextName(flags, env, current)
    if (name === "default") return Endpoint.normalizeHost(flags.host ?? env["DOCKER_HOST"] ?? "")
    const { host } = yield* Planning.ask(situation, { _tag: "DockerContext", directory, name })
    return host === undefined ? undefined : Endpoint.normalizeHost(host)
  })

const isSame = (one: string, other: string, situation: Situation): Planning.Planning<boolean> => {
  const sockets = [one, other].flatMap((endpoint) => Endpoint.socketOf(endpoint) ?? [])
  if (one === other || sockets.length < 2) return Planning.of(one === other)
  const asked = Planning.each(sockets, (path) => Planning.ask(situation, { _tag: "RealPath", path }))
  return Planning.map(asked, ([first, second]) => first?.resolved === second?.resolved)
}

/** An endpoint without its password. */
const shown = (endpoint: string): string => Masking.assignment("DOCKER_HOST", endpoint)
