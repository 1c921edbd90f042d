/**
 * Asks which of the client's files the session's daemon has, and where.
 */
import * as OwnMounts from "../paths/OwnMounts.ts"
import type { PathMapping } from "../paths/PathMapping.ts"
import type { Kind } from "./Kind.ts"

/** The client's path of the daemon's socket. */
export interface Asked {
  readonly socket: string
}

/**
 * What was found.
 *
 * **Details**
 *
 * - `Mapped`: the client runs in this container of the daemon's, with these mappings.
 * - `Same`: client and daemon see the same files.
 * - `Gateway`: a gateway answers there, and translates paths itself.
 * - `Unknown`: none of this is certain; `why` is a clause.
 */
export type Answer =
  | OwnMounts.Verdict & { readonly _tag: "Mapped" }
  | { readonly _tag: "Same" }
  | { readonly _tag: "Gateway" }
  | { readonly _tag: "Unknown"; readonly why: string }

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ socket }) => `where has the daemon at ${socket} the files that are seen here?`,
  answer: (answer) => {
    switch (answer._tag) {
      case "Mapped":
        return `this is its container ${OwnMounts.short(answer.container)}: ${list(answer.mappings)}${
          answer.doubtful === undefined ? "" : `; not certain: ${answer.doubtful.join(", ")}`
        }`
      case "Same":
        return "at the same paths: it sees the same files"
      case "Gateway":
        return "a gateway answers there, which translates paths itself"
      case "Unknown":
        return `that is not certain: ${answer.why}`
    }
  }
}

const list = (mappings: ReadonlyArray<PathMapping>): string =>
  mappings.map(({ from, holes = [], to }) =>
    `${from} at ${to}${holes.length === 0 ? "" : ` without ${holes.join(" and ")}`}`
  ).join(", ") || "it has none of them"
