/**
 * A daemon that does nothing and writes down what it was asked: for what a `docker` command sends, without an engine.
 */
import { once } from "node:events"
import { mkdirSync, symlinkSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { dirname, join } from "node:path"
import type { Duplex } from "node:stream"
import type { Client } from "./Client.ts"
import { type Answer, answer } from "./EngineApi.ts"
import * as RecordedRequest from "./RecordedRequest.ts"
import * as SessionDirectory from "./SessionDirectory.ts"
import type { Suite } from "./Suite.ts"

export type { RecordedRequest } from "./RecordedRequest.ts"

/** A running recording daemon. */
export interface RecordingDaemon {
  readonly socket: string
  /** For `DOCKER_HOST`, in a session's client too. */
  readonly host: string
  /** All requests so far, in order. */
  readonly requests: ReadonlyArray<RecordedRequest.RecordedRequest>
  /** The requests of one method and path: `find("POST", "/containers/create")`. */
  readonly find: (method: string, path: string) => ReadonlyArray<RecordedRequest.RecordedRequest>
  readonly clear: () => void
  /** Where `Client.run` runs a generation's `docker` against this daemon, without root or namespaces. */
  readonly client: (suite: Suite) => Client
  readonly stop: () => Promise<void>
}

/**
 * The requests but those for the daemon's version, of which a docker that is asked for a command's flags makes one more.
 */
export const withoutPings = <R extends Pick<RecordedRequest.RecordedRequest, "path">>(
  requests: ReadonlyArray<R>
): ReadonlyArray<R> => requests.filter(({ path }) => path !== "/_ping")

/**
 * Starts a recording daemon.
 *
 * **Details**
 *
 * Every image, network, volume, container and service that is asked for exists, and all that is made is made. Containers
 * end at once with code 0. An experimental one says so, for docker to offer checkpoints.
 */
export const start = async ({ isExperimental = false } = {}): Promise<RecordingDaemon> => {
  const directory = await SessionDirectory.create([])
  const socket = join(directory.path, "recording.sock")
  const requests: Array<RecordedRequest.RecordedRequest> = []
  const server = createServer((incoming, response) => {
    void record(incoming, requests).then((request) =>
      send(response, answer(request), isExperimental ? { "Docker-Experimental": "true" } : {})
    )
  })
  const hijacked = new Set<Duplex>()
  // `docker run` and `docker build` take the connection over; the end of it is the end of the container's output
  server.on("upgrade", (incoming: IncomingMessage, connection: Duplex) => {
    requests.push(RecordedRequest.parse(incoming, ""))
    hijacked.add(connection)
    connection.on("error", () => undefined).on("close", () => hijacked.delete(connection))
    connection.end(
      "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n" +
        "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    )
  })
  server.listen(socket).unref()
  await once(server, "listening")
  return {
    socket,
    host: `unix://${socket}`,
    requests,
    find: (method, path) => requests.filter((request) => request.method === method && request.path === path),
    clear: () => void requests.splice(0),
    client: (suite) => clientOf(suite, directory.path, socket),
    stop: async () => {
      for (const connection of hijacked) connection.destroy()
      server.closeAllConnections()
      server.close()
      await directory.remove()
    }
  }
}

const record = async (
  incoming: IncomingMessage,
  requests: Array<RecordedRequest.RecordedRequest>
): Promise<RecordedRequest.RecordedRequest> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const request = RecordedRequest.parse(incoming, Buffer.concat(chunks).toString("utf8"))
  requests.push(request)
  return request
}

const send = (
  response: ServerResponse,
  { body, headers, status }: Answer,
  more: Readonly<Record<string, string>>
): void => {
  response.writeHead(status, { "Content-Type": "application/json", ...headers, ...more })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

const clientOf = (suite: Suite, directory: string, socket: string): Client => {
  const config = join(directory, `config-${suite.generation}`)
  mkdirSync(config, { recursive: true })
  try {
    symlinkSync(join(suite.bin, "cli-plugins"), join(config, "cli-plugins"))
  } catch { /* asked for before */ }
  return {
    env: {
      PATH: `${suite.bin}:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`,
      HOME: directory,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONFIG: config
    },
    cwd: directory,
    binds: []
  }
}
