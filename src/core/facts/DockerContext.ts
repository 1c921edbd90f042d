/**
 * Asks which endpoint one of docker's contexts has.
 */
import * as Masking from "../argv/Masking.ts"
import type { Kind } from "./Kind.ts"

/** The context's name, and docker's configuration directory. */
export interface Asked {
  readonly directory: string
  readonly name: string
}

/** Its endpoint, such as `ssh://other`; `undefined` if there is no such context, or the shim cannot read it. */
export interface Answer {
  readonly host: string | undefined
}

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ name }) => `which endpoint does the context ${name} have?`,
  answer: ({ host }) => host === undefined ? "that cannot be read" : Masking.assignment("DOCKER_HOST", host)
}
