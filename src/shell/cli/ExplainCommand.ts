/**
 * `docker-shim explain [--json] -- docker run …`: the plan for a command, with reasons; nothing is run.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as Explanation from "../../core/explain/Explanation.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as Plan from "../../core/Plan.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import type { Failure } from "../Failure.ts"
import * as Remembered from "../files/Remembered.ts"
import * as Services from "../services/AllServices.ts"
import { Planner } from "../services/Planner.ts"
import { RealPrograms } from "../services/RealPrograms.ts"
import type { Call, UsageError } from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import * as ExplainRequest from "./ExplainRequest.ts"
import * as ExplanationPage from "./ExplanationPage.ts"
import { Output } from "./Output.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print the plan for programs: exact, secrets included" }

const api: CommandPage.OptionPage = {
  name: "api",
  text: "Explain what the gateway changes in a request: METHOD PATH [FILE]; without FILE the body comes from stdin"
}

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "explain",
  words: "[--json] [--api] -- COMMAND [ARG...]",
  summary: "Show what would run for a docker command, and why",
  details: [
    "Runs nothing except the probes that planning needs (a builder, a path, a project), and writes nothing to disk."
  ],
  options: [json, api],
  examples: [
    "docker-shim explain -- docker run -v ./src:/app web",
    "docker-shim explain --json -- docker compose up --build",
    "docker-shim explain --api -- POST /containers/create body.json"
  ]
}

/** The names of the programs whose commands can be explained. */
const programs: ReadonlySet<string> = new Set(["docker", "docker-compose"])

/** The subcommand; the call's subject is the command to explain, its name first. */
export const make = (call: Call) =>
  Command.make(
    page.name,
    { json: CommandPage.isOn(json), api: CommandPage.isOn(api) },
    (options) =>
      Effect.suspend(() => {
        Remembered.onlyRead()
        return options.api ? ExplainRequest.explain(call, options.json) : explain(call, options.json)
      })
  ).pipe(
    Command.withDescription(page.summary)
  )

/** Explains the call's subject, as text or as JSON. */
export const explain = (call: Call, asJson: boolean): Effect.Effect<void, Failure | UsageError, Output> => {
  const [typed, ...argv] = call.subject
  if (typed === undefined || !programs.has(path.basename(typed))) {
    const text = typed === undefined
      ? "there is no command to explain"
      : `${JSON.stringify(typed)} is no command of docker's; begin with docker or docker-compose`
    return Effect.fail({ _tag: "UsageError", text })
  }
  const { env } = call.invocation
  const shown: Invocation = { ...call.invocation, argv0: typed, argv }
  const called = typed.includes("/") ? typed : RealProgram.onPath(typed, env, call.shim)
  const invocation = Plan.withoutAdded({ ...shown, argv0: called ?? typed })
  const elsewhere = called === undefined ? [`${typed} on PATH is not the shim: none of this happens yet`] : []
  return Effect.gen(function*() {
    const output = yield* Output
    const planner = yield* Planner
    const located = yield* RealPrograms
    const { facts, plan } = yield* planner.plan(Facts.none)
    const file = yield* located.locate(plan.program)
    if (asJson) return yield* output.json(Explanation.json(plan, file))
    const explanation = Explanation.explain(shown, plan, facts, file)
    const notices = [...explanation.notices, ...elsewhere]
    return yield* output.write(ExplanationPage.print({ ...explanation, notices }, output.terminal))
  }).pipe(Effect.provide(Services.planning(invocation, call.shim)))
}
