/** Lists the words of an unchanged command that the shim could have changed, each with the reason. */
import * as Argv from "../argv/Argv.ts"
import * as CommandLine from "../argv/CommandLine.ts"
import * as ComposeCall from "../compose/ComposeCall.ts"
import type { LeftAlone } from "../ExecPlan.ts"
import * as DaemonPaths from "./paths/DaemonPaths.ts"

/** Every path option and build of a command, left alone for one reason, such as `it only shows its help`. */
export const leaveAll = (line: CommandLine.CommandLine, why: string): ReadonlyArray<LeftAlone> =>
  line.command._tag !== "Docker"
    ? []
    : line.command.name === "build"
    ? [{ what: "build", value: "", why }]
    : line.command.name === "stack deploy"
    ? Argv.values(line.tokens, "compose-file").map((value) => ({ what: "--compose-file", value, why }))
    : DaemonPaths.concerned(line.command.name, line.tokens).map((word) => ({ ...word, why }))

/**
 * The unknown flag that makes the rest of a line uncertain, as a part that was left alone; none if all flags are known. `doubt`
 * says why the program did not tell what the flag takes.
 */
export const notUnderstood = (
  line: CommandLine.CommandLine,
  doubt: string | undefined,
  program: "docker" | "Compose" = "docker"
): ReadonlyArray<LeftAlone> => {
  const flag = CommandLine.unknownFlag(line)
  const isChanged = line.command._tag === "Docker" || line.command._tag === "Uncertain"
    || (line.command._tag === "ComposeCommand" && ComposeCall.projectDetail({ line }) === "model")
  return flag === undefined || !isChanged
    ? []
    : [{ what: flag, value: "", why: doubt ?? `${program} does not know this flag either` }]
}
