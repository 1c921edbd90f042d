/** The real program of a plan, ready to be started. */
import type { ExecPlan } from "../../core/ExecPlan.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as AddedVariables from "../../core/plan/AddedVariables.ts"
import * as PlannedMark from "../../core/plan/PlannedMark.ts"
import * as RecursionDepth from "../../core/plan/RecursionDepth.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import type { Failure } from "../Failure.ts"
import * as SystemError from "../files/SystemError.ts"
import type { Command } from "../process/ChildProcess.ts"
import * as RawText from "../process/RawText.ts"

/** A program to start, see {@link Command}. */
export interface ChildProgram extends Command {
  readonly _tag: "ChildProgram"
}

/**
 * Locates the real program of a plan and makes its environment: the shim's own, the plan's changes, and the count against
 * recursion. The program is called by the name that the shim was called by.
 */
export const prepare = (plan: ExecPlan, invocation: Invocation, shim: string): ChildProgram | Failure => {
  const level = RecursionDepth.forProgram(plan.args, plan.env, invocation.env)
  if (level >= RecursionDepth.max) return { _tag: "Recursion", depth: level }
  const located = RealProgram.locate(plan.program, invocation, shim)
  if (located._tag !== "Located") return located
  const program: ChildProgram = {
    _tag: "ChildProgram",
    file: located.file,
    argv0: invocation.argv0,
    args: plan.args,
    env: extend(invocation.env, {
      ...mark(plan),
      ...AddedVariables.mark(plan.env, invocation.env),
      [RecursionDepth.variable]: String(level + 1),
      // after the marks: a plan for a program that prints its environment removes them
      ...plan.env
    })
  }
  return RawText.startable(program)
}

/** docker hands a call of Compose to its plugin, which may be the shim again. */
const mark = (plan: ExecPlan): Readonly<Record<string, string>> =>
  plan.program === "docker" && plan.args.includes("compose")
    ? { [PlannedMark.variable]: PlannedMark.forWords(plan.args) }
    : {}

/** Errors if the kernel cannot make a process: no room (fork(2)), or a seccomp profile that refuses it. */
const processErrors = ["EAGAIN", "ENOMEM", "EPERM", "ENOSYS"]

/** The failure for a program that was found and could not be started. */
export const notStarted = (file: string, error: unknown): Failure => ({
  _tag: "ProgramNotRunnable",
  file,
  why: error instanceof Error ? error.message : String(error),
  isProcessRefused: processErrors.includes(SystemError.code(error))
})

/** An environment with the changes of a plan: a name set to `null` is removed. */
export const extend = (
  env: Readonly<Record<string, string | undefined>>,
  changes: Readonly<Record<string, string | null>>
): NodeJS.ProcessEnv => {
  const extended: NodeJS.ProcessEnv = { ...env }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) Reflect.deleteProperty(extended, name)
    else extended[name] = value
  }
  return extended
}
