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
 * The line without a trace of the shim in its environment. Its flag is given once more instead, which changes nothing of
 * what Compose prints: the count against recursion is the number of them.
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
