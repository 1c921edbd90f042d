/**
 * Tells whether a connection speaks HTTP/2 from the first byte, as gRPC clients do, or HTTP/1.1.
 */
import type { Socket } from "node:net"

/** The first bytes of such a connection: RFC 9113, section 3.4. No request of HTTP/1.1 begins with them. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n")

/**
 * Calls `tell` once it knows what a connection speaks. The connection is then paused, and the bytes read so far can be read
 * again.
 */
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
  // if a client leaves before it is known what it speaks, nothing else would end the connection
  const leave = (): void => void client.destroy()
  client.on("data", look).on("end", leave)
}
