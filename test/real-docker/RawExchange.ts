/**
 * Requests as they are written, to the byte, over connections of their own.
 */
import * as net from "node:net"

/** What came back: the status of the first answer (0 where there is none), what follows its head, and all of it. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly whole: string
}

/** Sends bytes to a socket, and reads until the connection ends or, where it does not, for so many milliseconds. */
export const exchange = async (socket: string, sent: Buffer, patience = 20_000): Promise<Answer> => {
  const client = net.connect({ path: socket, allowHalfOpen: true }).on("error", () => client.destroy())
  client.setTimeout(patience, () => client.destroy())
  client.write(sent)
  let whole = ""
  client.on("data", (chunk) => void (whole += chunk.toString("latin1"))).on("end", () => client.destroy())
  await new Promise((resolve) => client.on("close", resolve))
  return { status: Number(whole.slice(9, 12)), body: whole.slice(whole.indexOf("\r\n\r\n") + 4), whole }
}
