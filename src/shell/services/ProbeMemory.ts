/**
 * Remembers on disk what probes answered, for as long as nothing changed that the answer depends on.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import type { Builder } from "../../core/Builder.ts"
import type * as Facts from "../../core/Facts.ts"
import { extend } from "../front/ChildProgram.ts"
import * as RealProgram from "../front/RealProgram.ts"
import * as DaemonSocket from "./DaemonSocket.ts"
import { Environment } from "./Environment.ts"

/** An answer is asked for again after a day; where the daemon cannot be seen to change (TCP, SSH) after five minutes. */
const longestMemory = { local: 24 * 3600_000, remote: 5 * 60_000 }

/** More answers than one user's contexts and builders give. The oldest go first. */
const mostAnswers = 64

/** What buildx and docker take their choice of a builder from. */
const variables = ["DOCKER_HOST", "DOCKER_CONTEXT", "BUILDX_BUILDER", "BUILDX_CONFIG", "DOCKER_CONFIG", "HOME"]

/**
 * Remembers answers about builders.
 *
 * **Details**
 *
 * An answer is found again only while the docker program, the buildx plugin, docker's configuration, the builder
 * selected by `buildx use` and the daemon's socket are the same files (device, inode, size, time of change): a daemon
 * that was started again, as for another image store, has a new socket. The memory is a directory of the user's own,
 * `docker-shim` in `$XDG_CACHE_HOME` or `$HOME/.cache`; where it cannot be used, every question is asked anew. An
 * `Unknown` answer is never remembered.
 *
 * @category services
 * @since 0.1.0
 */
export class ProbeMemory extends Context.Tag("docker-shim/shell/services/ProbeMemory")<ProbeMemory, {
  readonly remember: (
    question: Facts.Of<"Builder">,
    docker: string,
    ask: Effect.Effect<Builder>
  ) => Effect.Effect<Builder>
  readonly forget: (question: Facts.Of<"Builder">, docker: string) => Effect.Effect<void>
}>() {
  static readonly layer = Layer.effect(
    ProbeMemory,
    Effect.map(Environment, ({ invocation }) => {
      const directory = memoryDirectory(invocation.env)

      const place = (question: Facts.Of<"Builder">, docker: string) => {
        const env = extend(invocation.env, question.env)
        const config = RealProgram.configDirectory(env)
        const socket = DaemonSocket.find(question.endpoint, env)
        const plugin = RealProgram.pluginDirectories(env).map((one) => path.join(one, "docker-buildx")).find(
          fs.existsSync
        )
        const buildx = env["BUILDX_CONFIG"] ?? path.join(config, "buildx")
        const depends = [
          question,
          variables.map((name) => env[name] ?? null),
          [docker, plugin, `${config}/config.json`, `${buildx}/current`, socket].map(identity)
        ]
        const name = createHash("sha256").update(JSON.stringify(depends)).digest("hex")
        return {
          file: path.join(directory ?? "", `${name}.json`),
          longest: socket === undefined ? longestMemory.remote : longestMemory.local
        }
      }

      return {
        remember: Effect.fn("ProbeMemory.remember")(function*(question, docker, ask) {
          const { file, longest } = place(question, docker)
          if (directory === undefined) return yield* ask
          const now = yield* Clock.currentTimeMillis
          const remembered = read(file, now - longest)
          if (remembered !== undefined) return remembered
          const answer = yield* ask
          if (answer._tag !== "Unknown") write(directory, file, answer)
          return answer
        }),
        forget: (question, docker) =>
          Effect.sync(() => {
            if (directory !== undefined) fs.rmSync(place(question, docker).file, { force: true })
          })
      }
    })
  )
}

const memoryDirectory = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const base = env["XDG_CACHE_HOME"]?.startsWith("/") === true
    ? env["XDG_CACHE_HOME"]
    : env["HOME"]?.startsWith("/") === true
    ? path.join(env["HOME"], ".cache")
    : undefined
  return base === undefined ? undefined : path.join(base, "docker-shim", "probes")
}

const identity = (file: string | undefined): ReadonlyArray<string | undefined> => {
  const stat = file === undefined ? undefined : fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? [file] : [file, ...[stat.dev, stat.ino, stat.size, stat.ctimeNs].map(String)]
}

const read = (file: string, notBefore: number): Builder | undefined => {
  try {
    if (fs.statSync(file).mtimeMs < notBefore) return undefined
    const answer: unknown = JSON.parse(fs.readFileSync(file, "utf8"))
    return isRemembered(answer) ? answer : undefined
  } catch {
    return undefined
  }
}

const isRemembered = (value: unknown): value is Builder => {
  if (typeof value !== "object" || value === null || !("_tag" in value)) return false
  if (value._tag === "Exporting") return "driver" in value && typeof value.driver === "string"
  return (value._tag === "ImportOnly" || value._tag === "Legacy") && "why" in value && typeof value.why === "string"
}

/** Whole or not at all; what cannot be written is asked for again the next time. */
const write = (directory: string, file: string, answer: Builder): void => {
  const partial = `${file}.${process.pid}`
  try {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    fs.writeFileSync(partial, JSON.stringify(answer), { mode: 0o600, flag: "wx" })
    fs.renameSync(partial, file)
    const files = fs.readdirSync(directory).map((name) => path.join(directory, name))
    if (files.length > mostAnswers) {
      const byAge = files.map((one) => ({ one, time: fs.statSync(one).mtimeMs })).sort((a, b) => a.time - b.time)
      for (const { one } of byAge.slice(0, files.length - mostAnswers)) fs.rmSync(one, { force: true })
    }
  } catch {
    fs.rmSync(partial, { force: true })
  }
}
