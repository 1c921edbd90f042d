/**
 * `docker compose config --environment` prints the environment that Compose runs in, and with it the shim's inner variables.
 * Such a call is run without them.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as AddedVariables from "../AddedVariables.ts"
import * as PlannedMark from "../PlannedMark.ts"
import * as RecursionDepth from "../RecursionDepth.ts"

const flag = "environment"

/** Whether a line prints the environment. */
export const isPrinted = ({ command, tokens }: CommandLine): boolean =>
  command._tag === "ComposeCommand" && command.name === "config" && Argv.boolean(tokens, flag) === true

/**
 * The line without any of the shim's variables in its environment. Instead its flag is repeated, which does not change what
 * Compose prints: the number of flags is the count against recursion.
 */
export const hide = (
  line: CommandLine
): { readonly line: CommandLine; readonly env: Readonly<Record<string, null>> } =>
  isPrinted(line)
    ? {
      line: { ...line, tokens: [Argv.option(flag), ...line.tokens] },
      env: { [AddedVariables.variable]: null, [PlannedMark.variable]: null, [RecursionDepth.variable]: null }
    }
    : { line, env: {} }
