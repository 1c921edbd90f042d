/**
 * Reads the body of a request that holds paths, within limits, and translates it for the daemon.
 */
import { isUtf8 } from "node:buffer"
import { maxBody, type Translator } from "./Translator.ts"

/** The gateway's parts that translating needs. `held` counts the bytes of all bodies that are in memory now. */
export interface Context {
  readonly daemon: string
  readonly translator: Translator
  readonly report: (line: string) => void
  /** The gateway's answer at `Presence.path`. */
  readonly presence: () => string
  readonly held: { bytes: number }
}

/**
 * The outcome for a request: a target and a body for the daemon, or an answer for the client. Call `release` when the body is
 * no longer in memory.
 */
export type Outcome =
  | { readonly _tag: "Send"; readonly target: string; readonly body: Buffer; readonly release: () => void }
  | { readonly _tag: "Refuse"; readonly refusal: Refusal }

/** An answer in the daemon's form. */
export interface Refusal {
  readonly status: number
  readonly body: string
}

/** In bytes, four of the largest bodies: two hundred clients at once must not use up the machine's memory. */
const maxHeld = 4 * maxBody

/** Reads a body and translates it. Rejects if the client is gone before its end. */
export const take = async (
  context: Context,
  method: string,
  target: string,
  source: AsyncIterable<Buffer>,
  declared: number
): Promise<Outcome> => {
  const { held } = context
  const chunks: Array<Buffer> = []
  let size = 0
  const release = (): void => {
    held.bytes -= size
    size = 0
  }
  const refuse = (status: number, why: string): Outcome => ({
    _tag: "Refuse",
    refusal: refusal(context, status, `${method} ${target}`, why)
  })
  try {
    if (declared > maxBody) return refuse(413, tooLarge)
    for await (const chunk of source) {
      chunks.push(chunk)
      size += chunk.length
      held.bytes += chunk.length
      if (size > maxBody) return refuse(413, tooLarge)
      if (held.bytes > maxHeld) return refuse(503, "too many large requests are under way; try again")
    }
    const read = Buffer.concat(chunks)
    const outcome = await translated(context, method, target, read)
    if (typeof outcome === "string") return refuse(400, outcome)
    const taken = size
    size = 0
    return { _tag: "Send", ...outcome, release: () => void (held.bytes -= taken) }
  } finally {
    release()
  }
}

const remedy = "so its paths cannot be translated; send less, or the daemon's own paths to the daemon's own socket"
const tooLarge = `its body is larger than ${maxBody >> 20} MiB, ${remedy}`

/**
 * Reports a request that is not sent on, and makes the answer to it. `why` says what is wrong with it, and what to do.
 */
export const refusal = ({ report }: Context, status: number, request: string, why: string): Refusal => {
  report(`${request} was refused: ${why}`)
  return { status, body: `${JSON.stringify({ message: `docker-shim gateway: refused: ${why}` })}\n` }
}

/** The answer if the daemon cannot be reached. */
export const unavailable = ({ daemon, report }: Context, error: NodeJS.ErrnoException): Refusal => {
  const place = `unix://${daemon}`
  const code = error.code ?? error.message
  const why = code === "EMFILE" || code === "ENFILE"
    ? `too many connections are open to ask the Docker daemon at ${place} (${code}); close some, or raise LimitNOFILE`
    : code === "ERR_HTTP2_ERROR"
    ? `the Docker daemon at ${place} does not speak HTTP/2 (${code}); use a client that speaks HTTP/1.1`
    : `cannot reach the Docker daemon at ${place}: ${code}. Is the docker daemon running?`
  report(why)
  return { status: 503, body: `${JSON.stringify({ message: `docker-shim gateway: ${why}` })}\n` }
}

/** The target and the body with their paths translated, or a text that says why that is impossible. */
const translated = async (
  { translator }: Context,
  method: string,
  target: string,
  body: Buffer
): Promise<{ readonly target: string; readonly body: Buffer } | string> => {
  const text = body.toString("utf8")
  const outcome = await translator.translate(method, target, text)
  if (outcome._tag === "Refused") return `its ${outcome.part ?? "body"} cannot be read (${outcome.why}), ${remedy}`
  // a body without paths passes byte for byte, even if it is not UTF-8: Go's decoder accepts that
  const sent = outcome.target ?? target
  if (outcome.body === text) return { target: sent, body }
  return isUtf8(body)
    ? { target: sent, body: Buffer.from(outcome.body) }
    : `its body is not UTF-8, ${remedy}`
}
