/** Asks a daemon about itself, on its socket: starting a program for that takes a hundred times as long. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { createConnection } from "node:net"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "../files/Attempt.ts"
import * as Printed from "../process/Printed.ts"
import * as ProbeRunner from "./ProbeRunner.ts"

/** In bytes; a daemon's own is some 3 kB. */
const longestAnswer = 1024 * 1024

/** In HTTP 1.0 the answer ends with the connection, and comes in one piece. */
const request = (path: string): string => `GET ${path} HTTP/1.0\r\nHost: docker\r\nAccept: application/json\r\n\r\n`

/**
 * A daemon's answer.
 *
 * **Details**
 *
 * - `Answered`: the value of the JSON text, for the caller to interpret.
 * - `Silent`: something listens, but did not answer in time.
 * - `Unusable`: nobody listens, or what answers is not a daemon, or not to us. `status` is that of an answer, such as 404.
 * @category models
 */
export type Answer =
  | { readonly _tag: "Answered"; readonly info: unknown }
  | { readonly _tag: "Silent"; readonly why: string }
  | { readonly _tag: "Unusable"; readonly status?: number }

/**
 * Asks the daemon at a unix socket for its `GET /info`, or another path. Never fails.
 *
 * **Example** (A daemon's version)
 *
 * ```ts
 * import { EngineInfo } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const version = Effect.flatMap(EngineInfo, (engine) => engine.ask("/run/docker.sock", "/version"))
 * ```
 * @category services
 */
export class EngineInfo extends Context.Tag("docker-shim/shell/services/EngineInfo")<EngineInfo, {
  /** The answer of the daemon at a socket to a `GET` of a path, `/info` by default. */
  readonly ask: (socket: string, path?: string) => Effect.Effect<Answer>
}>() {
  static readonly make = Effect.succeed(EngineInfo.of({
    ask: (socket: string, path = "/info") =>
      Effect.map(get(socket, path), read).pipe(
        Effect.timeoutTo({
          duration: ProbeRunner.defaultLimit,
          onSuccess: (answer) => answer,
          onTimeout: (): Answer => ({
            _tag: "Silent",
            why: `the daemon at ${socket} gave no answer within ${Duration.format(ProbeRunner.defaultLimit)}`
          })
        })
      )
  }))
}

const get = (socket: string, path: string): Effect.Effect<string> =>
  Effect.async<string>((resume) => {
    // throws if the path cannot be that of a socket
    const connection = attempt(() => createConnection(socket))
    if (connection === undefined) return resume(Effect.succeed(""))
    const answer = Printed.text(connection, longestAnswer, () => connection.destroy())
    void answer.then((text) => resume(Effect.succeed(text)))
    connection.write(request(path))
    return Effect.sync(() => connection.destroy())
  })

const read = (answer: string): Answer => {
  const [head = "", ...rest] = answer.split("\r\n\r\n")
  const [, status] = /^HTTP\/1\.[01] (\d{3}) /.exec(head) ?? []
  if (status !== "200") return { _tag: "Unusable", ...(status === undefined ? {} : { status: Number(status) }) }
  const info = JsonObject.parse(rest.join("\r\n\r\n"))
  return info === undefined ? { _tag: "Unusable" } : { _tag: "Answered", info }
}
