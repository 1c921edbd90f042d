/**
 * Stands in for what is used of `node:net`: streams to unix sockets.
 */
import * as Files from "../system/Files.ts"
import { bytesOf } from "./buffer.ts"
import { Readable } from "./stream.ts"

/** A connection. Writing to it sends at once. */
export class Socket extends Readable {
  write(text: string): void {
    try {
      Files.writeAll(this.fd, bytesOf(text))
    } catch (error) {
      this.destroy(error)
    }
  }
}

/** Connects to the unix socket at a path. If that fails, the connection emits `error`. */
export const createConnection = (path: string): Socket => {
  try {
    return new Socket(Files.connect(path))
  } catch (error) {
    return new Socket(-1, false).destroy(error)
  }
}
