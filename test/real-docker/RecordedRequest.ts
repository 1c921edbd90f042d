/**
 * What a client of the Engine API asked for.
 */
import type { IncomingMessage } from "node:http"

/** One request, such as `POST /v1.41/containers/create?name=web`. */
export interface RecordedRequest {
  readonly method: string
  /** Without API version and query: `/containers/create`. */
  readonly path: string
  /** `1.41`; empty where the client named none. */
  readonly apiVersion: string
  readonly query: Readonly<Record<string, string>>
  /** The JSON of the body; `undefined` without one, text where it is not JSON. */
  readonly body: unknown
}

/** Parses a request of which the body has been read. */
export const parse = (incoming: IncomingMessage, body: string): RecordedRequest => {
  const url = new URL(incoming.url ?? "/", "http://daemon")
  const [, apiVersion = "", path = url.pathname] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname) ?? []
  return {
    method: incoming.method ?? "",
    path: decodeURIComponent(path),
    apiVersion,
    query: Object.fromEntries(url.searchParams),
    body: parseBody(body)
  }
}

const parseBody = (body: string): unknown => {
  if (body === "") return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}
