/**
 * Asks a daemon which images it has. Loaded by commands that take the fast path, so it needs no Effect.
 */
import { createConnection } from "node:net"

/**
 * In milliseconds. What a daemon does not tell by then counts as missing; most take two for an image. Compose asks it the same, and
 * waits for all.
 */
const longest = 1_000

/** Asked for at the same time: Compose does so with all. */
const mostAtOnce = 4

/** In bytes: the first line of an answer is shorter. */
const firstLine = 64

/**
 * Calls `done` with those of the images that are there, as far as the daemon tells in time. Returns a function that gives up;
 * `done` is not called after that.
 */
export const ask = (
  socket: string,
  images: ReadonlyArray<string>,
  done: (there: ReadonlyArray<string>) => void,
  limit = longest
): () => void => {
  const there = new Set<string>()
  const left = [...images]
  const open = new Set<() => void>()
  let isOver = false
  const stop = (): void => {
    isOver = true
    clearTimeout(timer)
    for (const close of open) close()
  }
  const finish = (): void => {
    if (isOver) return
    stop()
    done(images.filter((image) => there.has(image)))
  }
  const timer = setTimeout(finish, limit)
  const next = (): void => {
    const image = left.shift()
    if (isOver || (image === undefined && open.size === 0)) return finish()
    if (image === undefined) return
    const close = statusOf(socket, `/images/${image}/json`, (status) => {
      open.delete(close)
      if (status === 200) there.add(image)
      // nobody listens: nobody will
      if (status === undefined) left.length = 0
      next()
    })
    open.add(close)
  }
  for (let count = 0; count < Math.max(1, Math.min(mostAtOnce, images.length)); count += 1) next()
  return stop
}

/** Calls `done` with the status of the answer to a request; `undefined` if there is none. Returns a function that gives up. */
const statusOf = (socket: string, path: string, done: (status: number | undefined) => void): () => void => {
  const connection = createConnection(socket)
  let text = ""
  connection.on("data", (chunk: Buffer) => {
    if (text.length < firstLine) text += chunk.toString("latin1")
    // the rest describes the image
    if (text.length >= firstLine) connection.destroy()
  })
  connection.on("error", () => undefined) // it is closed, too
  connection.once("close", () => {
    const [, status] = /^HTTP\/1\.[01] (\d{3}) /.exec(text) ?? []
    done(status === undefined ? undefined : Number(status))
  })
  connection.write(`GET ${path} HTTP/1.0\r\nHost: docker\r\n\r\n`)
  return () => connection.destroy()
}
