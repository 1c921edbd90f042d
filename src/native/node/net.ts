/**
 * Stands in for what is used of `node:net`: streams to unix sockets.
 */
import * as host from "docker-shim:host"
import { bytesOf } from "./buffer.ts"
import { Readable } from "./stream.ts"

/**
 * A connection; what is written to it is sent at once.
 *
 * @category models
 * @since 0.1.0
 */
export class Socket extends Readable {
  write(text: string): void {
    const bytes = bytesOf(text)
    try {
      for (let at = 0; at < bytes.length;) at += host.send(this.fd, bytes.subarray(at))
    } catch (error) {
      this.destroy(error)
    }
  }
}

/**
 * Connects to the unix socket at a path. Where that fails, the connection has an `error`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const createConnection = (path: string): Socket => {
  try {
    return new Socket(host.connect(path))
  } catch (error) {
    return new Socket(-1, false).destroy(error)
  }
}
