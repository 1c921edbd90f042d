/**
 * `docker-shim explain [--json] -- docker run …`: the plan for a command, with reasons; nothing is run.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Explanation from "../../core/Explanation.ts"
import * as Facts from "../../core/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import type { Failure } from "../front/Failure.ts"
import { BuilderProbe } from "../services/BuilderProbe.ts"
import { CommandHelp } from "../services/CommandHelp.ts"
import { Environment } from "../services/Environment.ts"
import { Planner } from "../services/Planner.ts"
import { ProbeMemory } from "../services/ProbeMemory.ts"
import { ProbeRunner } from "../services/ProbeRunner.ts"
import { RealPrograms } from "../services/RealPrograms.ts"

const asJson = Options.boolean("json").pipe(Options.withDescription("Print the plan for programs."))

/**
 * The subcommand; `given` holds the words after `--` as its `argv`, the command's name first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (given: Invocation, shim: string) =>
  Command.make("explain", { json: asJson }, ({ json }) => explain(given, shim, json)).pipe(
    Command.withDescription("Show what would run for the docker command after -- , and why. Nothing is run.")
  )

const explain = (given: Invocation, shim: string, json: boolean): Effect.Effect<void, Failure> => {
  const [argv0 = "docker", ...argv] = given.argv
  const invocation: Invocation = { argv0, argv, env: given.env, cwd: given.cwd }
  return Effect.gen(function*() {
    const planner = yield* Planner
    const programs = yield* RealPrograms
    const { plan } = yield* planner.plan(Facts.none)
    const file = yield* programs.locate(plan.program)
    yield* Effect.sync(() =>
      process.stdout.write(
        json
          ? `${JSON.stringify(Explanation.json(plan, file), undefined, 2)}\n`
          : Explanation.text(invocation, plan, file)
      )
    )
  }).pipe(Effect.provide(planning(invocation, shim)))
}

const planning = (invocation: Invocation, shim: string): Layer.Layer<Planner | RealPrograms> =>
  Planner.layer.pipe(
    Layer.provide([BuilderProbe.layer, CommandHelp.layer]),
    Layer.provideMerge(RealPrograms.layer),
    Layer.provide([ProbeRunner.layer, ProbeMemory.layer]),
    Layer.provide(Layer.succeed(Environment, { invocation, shim }))
  )
