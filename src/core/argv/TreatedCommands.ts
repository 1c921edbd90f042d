/** The docker commands that the shim may change, and the words typed for them. */

/** A docker command that the shim treats. */
export type CommandName =
  | "run"
  | "create"
  | "start"
  | "build"
  | "volume create"
  | "service create"
  | "service update"
  | "stack deploy"
  | "stack config"
  | "checkpoint create"
  | "checkpoint ls"
  | "checkpoint rm"
  | "plugin set"
  | "plugin install"

/**
 * Docker's groups with such a command, and the name of their flags in the grammar. `builder` is another name of `buildx` if
 * docker forwards to that.
 */
export const groups: ReadonlyMap<string, string> = new Map([
  ["builder", "buildx"],
  ["buildx", "buildx"],
  ["checkpoint", ""],
  ["container", ""],
  ["image", ""],
  ["plugin", ""],
  ["service", ""],
  ["stack", "stack"],
  ["volume", ""]
])

/** The words typed for a command, and the command. */
export const commands: ReadonlyMap<string, CommandName> = new Map([
  ["run", "run"],
  ["container run", "run"],
  ["create", "create"],
  ["container create", "create"],
  ["start", "start"],
  ["container start", "start"],
  ["build", "build"],
  ["image build", "build"],
  ["builder build", "build"],
  ["builder b", "build"],
  ["buildx build", "build"],
  ["buildx b", "build"],
  ["volume create", "volume create"],
  ["service create", "service create"],
  ["service update", "service update"],
  ["stack deploy", "stack deploy"],
  ["stack up", "stack deploy"],
  ["stack config", "stack config"],
  ["checkpoint create", "checkpoint create"],
  ["checkpoint ls", "checkpoint ls"],
  ["checkpoint list", "checkpoint ls"],
  ["checkpoint rm", "checkpoint rm"],
  ["checkpoint remove", "checkpoint rm"],
  ["plugin set", "plugin set"],
  ["plugin install", "plugin install"]
])

/** Whether one of the words could be the last word of such a command, so that it is worth parsing the words before it. */
export const mayBeTreated = (argv: ReadonlyArray<string>): boolean => argv.some((word) => treatedWords.has(word))

const treatedWords: ReadonlySet<string> = new Set([
  "compose",
  "bake",
  ...[...commands.keys()].map((words) => words.slice(words.indexOf(" ") + 1))
])
