/**
 * The shim's own command, `docker-shim`.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Invocation } from "../../core/Invocation.ts"
import { type Failure } from "../front/Failure.ts"
import * as Front from "../front/Front.ts"
import { version } from "../Version.ts"
import * as ExplainCommand from "./ExplainCommand.ts"

/** Exit status of a command line that is not understood, as docker's. */
const usageStatus = 125

/**
 * Runs `docker-shim` with the words of the invocation, and sets the exit status.
 *
 * **Details**
 *
 * What follows the first `--` is a command to be looked at and never parsed as flags of docker-shim.
 *
 * @category running
 * @since 0.1.0
 */
export const main = (invocation: Invocation, shim: string): void => {
  const end = invocation.argv.indexOf("--")
  const words = end < 0 ? invocation.argv : invocation.argv.slice(0, end)
  const subject = end < 0 ? [] : invocation.argv.slice(end + 1)
  const command = Command.make("docker-shim").pipe(
    Command.withDescription(
      "Stands in front of docker and docker compose in sessions that have a Docker daemon of their own."
    ),
    Command.withSubcommands([ExplainCommand.make({ ...invocation, argv: subject }, shim)])
  )
  const run = Command.run(command, { name: "docker-shim", version, executable: "docker-shim" })
  const program = run(["node", "docker-shim", ...words]).pipe(
    Effect.provide(Layer.merge(NodeContext.layer, CliConfig.layer({ showBuiltIns: false, isCaseSensitive: true })))
  )
  void Effect.runPromiseExit(program).then((exit) => {
    if (Exit.isSuccess(exit)) return
    const error: unknown = Cause.squash(exit.cause)
    if (ValidationError.isValidationError(error)) process.exitCode = usageStatus
    else Front.fail(isFailure(error) ? error : { _tag: "Defect", cause: error })
  })
}

const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" && error !== null && "_tag" in error && !(error instanceof Error)
