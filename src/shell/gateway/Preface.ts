/**
 * Tells connections that speak HTTP/2 from the first byte on, as gRPC clients do, from those of HTTP/1.1.
 */
import type { Socket } from "node:net"

/** What such a connection begins with: RFC 9113, section 3.4. No request of HTTP/1.1 begins so. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n")

/** Calls back once it is known what a connection speaks; what was read of it can be read again, and it is paused. */
export const whenKnown = (client: Socket, tell: (isHttp2: boolean) => void): void => {
  let read = Buffer.alloc(0)
  const look = (chunk: Buffer): void => {
    read = Buffer.concat([read, chunk])
    const begins = read.subarray(0, preface.length).equals(preface.subarray(0, read.length))
    if (begins && read.length < preface.length) return
    client.off("data", look).off("end", leave)
    client.pause()
    client.unshift(read)
    tell(begins)
  }
  // nothing answers a client that leaves before it is known, so nothing else would end the connection
  const leave = (): void => void client.destroy()
  client.on("data", look).on("end", leave)
}
