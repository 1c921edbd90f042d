/** A call of Compose: how it was called, and what it needs of the shim. */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import type * as Endpoint from "../argv/Endpoint.ts"
import type { Program } from "../argv/Program.ts"

/**
 * How Compose was called.
 *
 * **Details**
 *
 * - `docker`: `docker compose up`.
 * - `plugin`: by docker, as its plugin: the same words.
 * - `standalone`: `docker-compose up`.
 */
export type Form = "docker" | "plugin" | "standalone"

/** A parsed call; `isV1` if the program is Compose v1 (`docker-compose` 1.x). */
export interface ComposeCall {
  readonly form: Form
  readonly line: CommandLine.CommandLine
  readonly isV1: boolean
}

/**
 * How much of its project the shim has to know for a command: nothing, the name, or the model as well, because the command
 * creates containers or builds.
 */
export type ProjectDetail = "nothing" | "name" | "model"

/** Commands that create containers, in Compose 2.26 to 5.5 (run). */
const creating: ReadonlySet<string> = new Set(["up", "create", "run", "scale", "watch"])

/** Commands of no project, those of completion (`__complete`) and of plugins (`docker-cli-plugin-hooks`) included. */
const ofNoProject = /^(?:ls|version|help|completion|__.*|docker-cli-plugin-.*)$/

/**
 * How much of its project the shim has to know for a call.
 *
 * **Details**
 *
 * `build` with `--dry-run`, `--print` or `--check` makes nothing, so only the name matters. `up --dry-run` and its like print
 * what the real run would do, so they get the same changes.
 */
export const projectDetail = ({ line }: Pick<ComposeCall, "line">): ProjectDetail => {
  const word = line.word
  if (word === undefined || ofNoProject.test(word) || CommandLine.isHelp(line)) return "nothing"
  switch (line.command._tag) {
    case "ComposeCommand":
      return makes(line, line.command.name) ? "model" : "name"
    case "Other":
      return line.command.path[0] === "compose" ? "name" : "nothing"
    case "Compose":
    case "Docker":
    case "Uncertain":
      return "nothing"
  }
}

const makes = (line: CommandLine.CommandLine, name: string): boolean =>
  name === "build"
    ? !isDryRun(line) && !isTrue(line.tokens, "print") && !isTrue(line.tokens, "check")
    : creating.has(name)

/** Whether a call creates containers, by its command. */
export const creates = ({ line }: ComposeCall): boolean =>
  line.command._tag === "ComposeCommand" && creating.has(line.command.name)

/** Whether a call only says what it would do. */
export const isDryRun = (line: CommandLine.CommandLine): boolean => isTrue([...line.group, ...line.tokens], "dry-run")

/** Whether a boolean flag is set. */
export const isTrue = (tokens: ReadonlyArray<Argv.Token>, name: string): boolean => Argv.boolean(tokens, name) === true

/** The services that a call names: `run` names one, other commands any number, `scale` those before the `=`. */
export const services = ({ line }: Pick<ComposeCall, "line">): ReadonlyArray<string> =>
  Argv.positionals(line.tokens).map((word) =>
    line.command._tag === "ComposeCommand" && line.command.name === "scale" ? word.split("=")[0] ?? word : word
  )

/** The program that a call is for. */
export const program = ({ form }: ComposeCall): Program => form === "docker" ? "docker" : "docker-compose"

/** docker's own global flags of a call, such as `--context c`, in docker's form. */
export const dockerFlags = ({ form, line }: ComposeCall): ReadonlyArray<string> =>
  Argv.print(
    form === "standalone"
      ? line.group.filter((token) => token._tag === "Option" && isDockers(token))
      : line.globals.filter((token) => token._tag === "Option")
  )

/** The endpoint that a call's flags choose. */
export const endpoint = ({ form, line }: ComposeCall): Endpoint.EndpointFlags => {
  const globals = form === "standalone" ? line.group : line.globals
  return {
    context: Argv.value(globals, "context"),
    host: Argv.value(globals, "host"),
    config: Argv.value(globals, "config")
  }
}

const isDockers = (token: Argv.Option): boolean =>
  token.flags.every((flag) => CommandLine.globalGrammar.long.has(flag.name) && flag.name !== "version")

/**
 * Whether a command uses only the project's name once it has one: it does not read the files, or does not report that it cannot
 * (docker/compose 5.5.0, `cmd/compose/compose.go`, `toProjectName` and `projectOrName`, and who calls them; alike in 2.26.1 and
 * 2.40.3). All others read the files, whatever name they are given.
 */
export const goesByName = ({ isV1, line }: ComposeCall): boolean =>
  !isV1 && line.command._tag === "ComposeCommand" && byName.has(line.command.name)

const byName: ReadonlySet<string> = new Set([
  "attach",
  "commit",
  "cp",
  "down",
  "events",
  "exec",
  "export",
  "images",
  "kill",
  "logs",
  "pause",
  "port",
  "ps",
  "restart",
  "rm",
  "start",
  "stats",
  "stop",
  "top",
  "unpause",
  "volumes",
  "wait"
])
