/**
 * Asks what docker's `config.json` says.
 */
import type { Kind } from "./Kind.ts"

/** The directory of `config.json`: `DOCKER_CONFIG`, else `$HOME/.docker`. */
export interface Asked {
  readonly directory: string
}

/** What it says, as far as planning asks. A missing or unreadable file says nothing. */
export interface Answer {
  readonly currentContext: string | undefined
  /** `aliases.builder`: the plugin that `docker build` is forwarded to. */
  readonly builderAlias: string | undefined
}

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ directory }) => `what does ${directory}/config.json say?`,
  answer: ({ builderAlias, currentContext }) =>
    [
      currentContext === undefined ? "no current context" : `current context ${currentContext}`,
      ...(builderAlias === undefined ? [] : [`builds go to ${builderAlias}`])
    ].join(", ")
}
