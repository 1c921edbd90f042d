/** Carries out a plan: the actions before it, the real program, the actions after it. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecPlan from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import * as UnansweredModel from "../../core/plan/compose/UnansweredModel.ts"
import * as SaidOnce from "../compose/SaidOnce.ts"
import type { Failure } from "../Failure.ts"
import * as ChildProgram from "../fast-path/ChildProgram.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import type * as Ended from "../process/Ended.ts"
import * as InputFiles from "../process/InputFiles.ts"
import { BuildCacheActions } from "./BuildCacheActions.ts"
import { ComposeConfig } from "./ComposeConfig.ts"
import { Environment } from "./Environment.ts"
import { Planner } from "./Planner.ts"
import { ProcessRunner } from "./ProcessRunner.ts"
import { TemporaryFiles } from "./TemporaryFiles.ts"

/**
 * Plans and carries out the shim's invocation from the facts known so far; the result is how the real program ended.
 *
 * **Details**
 *
 * A problem with the cache never makes the command fail. It is a new fact, and the command is planned again, without that part.
 * Each such fact removes something from the plan, so this ends.
 *
 * **Example** (One call, as a layer of all services carries it out)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Executor, Services, SignalRelay } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const invocation = { argv0: "docker", argv: ["ps"], env: process.env, cwd: process.cwd() }
 *
 * const ended = Effect.flatMap(Executor, (executor) => executor.execute(Facts.none)).pipe(
 *   Effect.provide(Services.layer(invocation, "/usr/local/bin/docker-shim", SignalRelay.install()))
 * )
 * ```
 * @category services
 */
export class Executor extends Context.Tag("docker-shim/shell/services/Executor")<Executor, {
  /**
   * Runs the command to its end. Fails if a setting has a value that is not accepted, or if the real program is not found or does
   * not start; a program that starts and fails is a result.
   */
  readonly execute: (facts: Facts.Facts) => Effect.Effect<Ended.Ended, Failure>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation, shim } = yield* Environment
    const planner = yield* Planner
    const actions = yield* BuildCacheActions
    const files = yield* TemporaryFiles
    const runner = yield* ProcessRunner
    const compose = yield* ComposeConfig

    const onlyNew = newToUser()

    const run = Effect.fnUntraced(function*(plan: ExecPlan.ExecPlan) {
      const program = ChildProgram.prepare(plan, invocation, shim)
      if (program._tag !== "ChildProgram") return yield* Effect.fail(program)
      yield* Effect.sync(() => Reporter.plan(onlyNew(SaidOnce.filter(plan, invocation.env))))
      const input = yield* Effect.acquireRelease(
        Effect.sync(() => InputFiles.open(plan.input, invocation.env)),
        (opened) => Effect.sync(() => InputFiles.close(opened))
      )
      return yield* runner.run({ ...program, input })
    })

    const attempt = Effect.fnUntraced(function*(known: Facts.Facts) {
      const { facts, plan } = yield* planner.plan(known)
      const placed = yield* files.place(plan).pipe(
        Effect.orElse(() => files.place(ExecPlan.withoutReports(plan))),
        Effect.either
      )
      if (placed._tag === "Left") {
        const { why } = placed.left
        if (plan.files.length > 0) {
          yield* Effect.sync(() =>
            Reporter.notices(plan.verbosity, [`the project's paths and cache stay as they are: ${why}`])
          )
        }
        const unusable = { _tag: "Unusable", why: `no place for temporary files: ${why}` } as const
        return {
          _tag: "Refuted",
          facts: Facts.reviseCacheDirectory(Facts.withoutModels(facts), () => unusable)
        } as const
      }
      const refuted = yield* actions.before(placed.right)
      if (refuted !== undefined) {
        return { _tag: "Refuted", facts: refuted(facts) } as const
      }
      const ended = yield* run(placed.right)
      yield* compose.remember
      if (ended._tag === "Exited" && ended.code === 0) {
        yield* Effect.sync(() => Reporter.notices(plan.verbosity, UnansweredModel.notices(facts)))
      }
      const found = yield* actions.after({ plan: placed.right, ended, facts })
      return found === undefined ? ended : { _tag: "Refuted", facts: found(facts) } as const
    }, Effect.scoped)

    const execute = (facts: Facts.Facts): Effect.Effect<Ended.Ended, Failure> =>
      attempt(facts).pipe(
        Effect.flatMap((outcome) => outcome._tag === "Refuted" ? execute(outcome.facts) : Effect.succeed(outcome))
      )
    return Executor.of({ execute })
  })
}

/** A plan with only those notices that an earlier attempt at the same command did not print. */
const newToUser = (): (plan: ExecPlan.ExecPlan) => ExecPlan.ExecPlan => {
  const said = new Set<string>()
  const isNew = (text: string): boolean => !said.has(text) && (said.add(text), true)
  return (plan) => ({
    ...plan,
    notices: plan.notices.filter(({ text }) => isNew(text)),
    changes: plan.changes.filter(({ from, to, what }) => isNew(JSON.stringify([what, from, to])))
  })
}
