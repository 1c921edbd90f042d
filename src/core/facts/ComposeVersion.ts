/**
 * Asks which version the real Compose is.
 */
import type { Form } from "../compose/ComposeCall.ts"
import type { ComposeVersion } from "../compose/ComposeVersion.ts"
import type { Kind } from "./Kind.ts"

/** How Compose is called. */
export interface Asked {
  readonly form: Form
  readonly globals: ReadonlyArray<string>
}

/** Its version. */
export type Answer = ComposeVersion

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: () => "which version is the real Compose?",
  answer: ({ major, minor }) => major === 0 ? "it cannot be read" : `${major}.${minor}`
}
