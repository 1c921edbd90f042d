/**
 * Keeps what goes wrong with one request from ending the gateway. Node's own client and server refuse to send some of what
 * Node's parsers accept, and say so by throwing.
 */
import type * as RequestBody from "./RequestBody.ts"

/**
 * Takes one step of passing a request on, or its answer. If that throws, reports it, and `end` gets an answer for the client:
 * it has to end this exchange, and nothing else.
 */
export const step = (
  context: RequestBody.Context,
  request: string,
  end: (refusal: RequestBody.Refusal) => void,
  take: () => void
): void => {
  try {
    take()
  } catch (error) {
    end(broken(context, request, error))
  }
}

/** Reports a request that failed within the gateway, and makes the answer to it. */
export const broken = ({ report }: RequestBody.Context, request: string, error: unknown): RequestBody.Refusal => {
  const why = `${request} or its answer cannot be passed on: ${String(error)}`
  report(why)
  return { status: 502, body: `${JSON.stringify({ message: `docker-shim gateway: ${why}` })}\n` }
}
