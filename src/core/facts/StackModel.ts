/**
 * Asks what docker itself says the files of `stack deploy` are.
 */
import * as Model from "../compose/ComposeModel.ts"
import * as Quantity from "../syntax/Quantity.ts"
import type * as ComposeModel from "./ComposeModel.ts"
import type { Kind } from "./Kind.ts"

/** The files. */
export interface Asked {
  readonly globals: ReadonlyArray<string>
  /** The values of `--compose-file`, each with all the files that it lists. */
  readonly files: ReadonlyArray<string>
  readonly descriptors: ReadonlyArray<number>
}

/** What docker says, in the form of Compose's answer. */
export type Answer = ComposeModel.Answer

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ files }) => `what does docker say ${files.join(", ")} are (stack config)?`,
  answer: (answer) =>
    answer._tag === "Refused"
      ? "it refuses them"
      : Quantity.printCount(Model.decode(answer.config).services.length, "service")
}
