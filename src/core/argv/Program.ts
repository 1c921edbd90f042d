/**
 * The real programs that the shim stands in front of.
 * @module
 */
import * as PosixPath from "../paths/PosixPath.ts"

/**
 * `docker` is the docker CLI; `docker-compose` is Compose called by that name, stand-alone or as a CLI plugin. The shell finds
 * the program, so planning `docker ps` asks no question.
 * @category models
 */
export type Program = "docker" | "docker-compose"

/**
 * Which real program a call by this name is for: `docker-compose` by that name, in whatever directory, else `docker`.
 *
 * **Example** (Two names)
 *
 * ```ts
 * import { Program } from "docker-shim"
 *
 * Program.fromName("/usr/local/bin/docker-compose") // "docker-compose"
 * Program.fromName("docker") // "docker"
 * ```
 * @category accessors
 */
export const fromName = (argv0: string): Program =>
  PosixPath.basename(argv0) === "docker-compose" ? "docker-compose" : "docker"
