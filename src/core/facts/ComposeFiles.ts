/**
 * Asks which files make a Compose project, and what they say of its name.
 */
import type { ComposeFiles, Search } from "../compose/ComposeFiles.ts"
import type { Kind } from "./Kind.ts"

/** Where its files are looked for. `isNameless`: their name does not matter, and takes long to read from large files. */
export interface Asked extends Search {
  readonly isNameless?: boolean
}

/** The files. */
export type Answer = ComposeFiles

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ files, isNameless, start }) =>
    files === undefined
      ? `which files make the Compose project of ${start}?`
      : isNameless === true
      ? `what belongs to ${files.join(", ")}?`
      : `what do ${files.join(", ")} say of the project's name?`,
  answer: ({ files, name, settings }) =>
    [
      files.length === 0 ? "none" : files.join(", "),
      ...(name._tag === "Plain" ? [`named ${name.name}`] : name._tag === "Computed" ? ["the name is computed"] : []),
      ...settings.map((setting) => `${setting.file} sets ${setting.name}`)
    ].join(", ")
}
