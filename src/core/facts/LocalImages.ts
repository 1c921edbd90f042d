/**
 * Asks which images a daemon has: Compose builds only what is missing.
 */
import type { Kind } from "./Kind.ts"

/** The client's path of the daemon's socket, and names of images such as `shop-web` or `team/web:1`. */
export interface Asked {
  readonly socket: string
  readonly images: ReadonlyArray<string>
}

/** Those that are there, as far as the daemon tells in time. */
export type Answer = ReadonlyArray<string>

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ images, socket }) => `which of the images ${images.join(", ")} has the daemon at ${socket}?`,
  answer: (there) => there.length === 0 ? "none, as far as it tells" : there.join(", ")
}
