/**
 * Asks for the digest of a Dockerfile's text, and whether its context would send the cache directory to the builder.
 */
import type { Kind } from "./Kind.ts"

/** A Dockerfile and its context. */
export interface Asked {
  /** Absolute; `undefined` if the Dockerfile is no file. */
  readonly path: string | undefined
  /** A directory of the client's; `undefined` if the context is another. */
  readonly context: string | undefined
  readonly cache: string
}

/**
 * The digest of the text, `undefined` if that cannot be read, and whether the build would send the cache directory to the
 * builder, because it is in the context and not in `.dockerignore`.
 */
export interface Answer {
  readonly digest: string | undefined
  readonly sendsCache: boolean
}

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ context, path }) => `what does ${path ?? context ?? ""} say?`,
  answer: ({ digest, sendsCache }) =>
    [
      digest === undefined ? "it cannot be read" : `a text with the digest ${digest}`,
      ...(sendsCache ? ["the cache directory is in the context"] : [])
    ].join(", ")
}
