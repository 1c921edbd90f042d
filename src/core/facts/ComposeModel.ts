/**
 * Asks what Compose itself says a project is.
 */
import type { Form } from "../compose/ComposeCall.ts"
import type { Search } from "../compose/ComposeFiles.ts"
import * as ComposeModel from "../compose/ComposeModel.ts"
import type { Input } from "../ExecPlan.ts"
import * as Quantity from "../syntax/Quantity.ts"
import type { Kind } from "./Kind.ts"

/**
 * How to ask Compose for a project's model.
 *
 * **Details**
 *
 * - `globals`, `flags`: docker's global flags and Compose's, as the user gave them; `env`: what the plan changes.
 * - `profiles`: `all`, and if Compose refuses that, the user's own, with `services`; `own`: only the user's.
 * - `descriptors`: the file descriptors that Compose reads project files from, such as 0 for `-f -`.
 * - `search`: where its files are looked for; `undefined` if only Compose can tell. An answer is remembered as long as they
 *   are the same.
 */
export interface Asked {
  readonly form: Form
  readonly globals: ReadonlyArray<string>
  readonly flags: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly profiles: "all" | "own"
  readonly services: ReadonlyArray<string>
  readonly descriptors: ReadonlyArray<number>
  readonly search: Search | undefined
}

/**
 * What Compose, or `docker stack`, says the project is: its `config`, decoded (of Compose only what planning needs, see
 * `PlannedModel`), or that there is none, and why. `input` is the content that the shim read from descriptors, such as 0 for
 * `-f -`, which nobody can read again.
 */
export type Answer =
  | { readonly _tag: "Model"; readonly config: unknown; readonly input: ReadonlyArray<Input> }
  | { readonly _tag: "Refused"; readonly input: ReadonlyArray<Input>; readonly why?: string }

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ profiles }) =>
    `what does Compose say the project is${profiles === "all" ? ", with all its profiles" : ""} (config)?`,
  answer: (answer) =>
    answer._tag === "Refused"
      ? `it does not say${answer.why === undefined ? "" : `: ${answer.why}`}`
      : Quantity.printCount(ComposeModel.decode(answer.config).services.length, "service")
}
