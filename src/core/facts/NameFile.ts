/**
 * Asks where the Compose file is that says a project's name, and nothing else.
 */
import type { Kind } from "./Kind.ts"

/** The project's name, such as `helix-task-12-shop`. */
export interface Asked {
  readonly name: string
}

/**
 * A Compose file such as `{"name":"helix-task-12-shop"}`. The shim makes it if it is not there yet, and it stays, so that
 * nothing has to be taken away after the command. `file` is its absolute path, `undefined` if none can be kept.
 */
export interface Answer {
  readonly file: string | undefined
}

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ name }) => `where is the Compose file that says name: ${name}, and nothing else?`,
  answer: ({ file }) => file ?? "it cannot be kept"
}
