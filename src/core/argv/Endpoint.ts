/**
 * Which daemon a command goes to, by the docker CLI's rules.
 * @module
 */
import type { Env } from "../Invocation.ts"
import * as PosixPath from "../paths/PosixPath.ts"

/**
 * The flags that choose the endpoint, such as `ci` of `docker --context ci ps`: the last `--context` and `--host` before the
 * command, and `--config`, the directory of the contexts.
 * @category models
 */
export interface EndpointFlags {
  readonly context: string | undefined
  readonly host: string | undefined
  readonly config: string | undefined
}

/**
 * No flags.
 * @category constructors
 */
export const noFlags: EndpointFlags = { context: undefined, host: undefined, config: undefined }

/**
 * Whether the user named an endpoint, on the command line or in the environment. An empty variable counts as unset.
 * Example: `Endpoint.isNamed(Endpoint.noFlags, { DOCKER_HOST: "" }) // false`
 * @category predicates
 */
export const isNamed = (flags: EndpointFlags, env: Env): boolean =>
  flags.context !== undefined || flags.host !== undefined || isSet(env["DOCKER_HOST"]) || isSet(env["DOCKER_CONTEXT"])

/**
 * The name of the context a command uses; `default` where a host was given.
 *
 * **Details**
 *
 * `--context`, then `--host`, `DOCKER_HOST`, `DOCKER_CONTEXT`, `currentContext` of `config.json`.
 * Same rules as docker/cli 28.5.2, `cli/command/cli.go`, `resolveContextName`.
 *
 * **Example** (What names the context)
 *
 * ```ts
 * import { Endpoint } from "docker-shim"
 *
 * Endpoint.contextName(Endpoint.noFlags, { DOCKER_CONTEXT: "ci" }, "desktop") // "ci"
 * Endpoint.contextName(Endpoint.noFlags, { DOCKER_HOST: "tcp://h:2375" }, "desktop") // "default"
 * Endpoint.contextName(Endpoint.noFlags, {}, "desktop") // "desktop"
 * ```
 * @category accessors
 */
export const contextName = (flags: EndpointFlags, env: Env, currentContext: string | undefined): string => {
  if (isSet(flags.context)) return flags.context
  if (flags.host !== undefined || isSet(env["DOCKER_HOST"])) return "default"
  if (isSet(env["DOCKER_CONTEXT"])) return env["DOCKER_CONTEXT"]
  return isSet(currentContext) ? currentContext : "default"
}

/**
 * Docker's configuration directory: `--config`, `DOCKER_CONFIG`, `.docker` of the home directory. Empty ones count as unset
 * (docker/cli 28.5.2, `cli/config/config.go`).
 * Example: `Endpoint.configDirectory(Endpoint.noFlags, { HOME: "/home/retro" }) // "/home/retro/.docker"`
 * @category accessors
 */
export const configDirectory = (flags: EndpointFlags, env: Env): string =>
  [flags.config, env["DOCKER_CONFIG"]].find(isSet) ?? `${env["HOME"] ?? ""}/.docker`

/**
 * Whether `config.json` decides which daemon a command goes to, because nothing else names one, by the rules of
 * {@link contextName}.
 * Example: `Endpoint.dependsOnConfig(Endpoint.noFlags, { DOCKER_CONTEXT: "ci" }) // false`
 * @category predicates
 */
export const dependsOnConfig = (flags: EndpointFlags, env: Env): boolean =>
  !isSet(flags.context) && flags.host === undefined && !isSet(env["DOCKER_HOST"]) && !isSet(env["DOCKER_CONTEXT"])

/** The endpoint if nothing names another one. */
export const defaultHost = "unix:///var/run/docker.sock"

/**
 * Makes the texts of equal endpoints equal: `unix:///run/d.sock` for `unix:///run//d.sock`, `tcp://h:2375` for `h:2375` and
 * `TCP://h:2375/`. An empty text is the default endpoint.
 *
 * **Details**
 *
 * docker/cli 28.5.2, `opts/hosts.go`, `ParseHost`.
 * Example: `Endpoint.normalizeHost("TCP://h:2375/") // "tcp://h:2375"`
 * @category printing
 */
export const normalizeHost = (host: string): string => {
  const trimmed = host.trim()
  if (trimmed === "" || trimmed === "unix://") return defaultHost
  const [, scheme = "tcp", rest = trimmed] = /^([A-Za-z]+):\/\/(.*)$/s.exec(trimmed) ?? []
  const name = scheme.toLowerCase()
  if (name === "unix") return `unix://${PosixPath.normalize(rest)}`
  return `${name}://${name === "tcp" ? rest.toLowerCase().replace(/\/+$/, "") : rest}`
}

/**
 * The path of an endpoint that is a unix socket.
 * Example: `Endpoint.socketOf("unix:///run/d.sock") // "/run/d.sock"`, `Endpoint.socketOf("tcp://h:2375") // undefined`
 * @category accessors
 */
export const socketOf = (host: string): string | undefined =>
  host.startsWith("unix://") ? host.slice("unix://".length) : undefined

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ""
