import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import type { Ended } from "../../../src/shell/process/Ended.ts"
import { BuildCacheActions } from "../../../src/shell/services/BuildCacheActions.ts"
import { ComposeConfig } from "../../../src/shell/services/ComposeConfig.ts"
import type * as Correction from "../../../src/shell/services/Correction.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { Executor } from "../../../src/shell/services/Executor.ts"
import { Planner } from "../../../src/shell/services/Planner.ts"
import { ProcessRunner } from "../../../src/shell/services/ProcessRunner.ts"
import { TemporaryFiles } from "../../../src/shell/services/TemporaryFiles.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

let said: Array<string> = []
beforeEach(() => {
  said = []
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => said.push(String(text)) })
})
afterEach(() => ReplacedStreams.replace(ReplacedStreams.original))

const question: Question.Of<"RealPath"> = { _tag: "RealPath", path: "/found/out" }
/** What turns out, as a fact that the test knows again. */
const found: Correction.Correction = (facts) =>
  Facts.answer(facts, question, { path: "/found/out", links: [] } as never)
const isFound = (facts: Facts.Facts): boolean => Facts.find<"RealPath">(facts, question) !== undefined

interface Situation {
  /** The plan for the facts known. */
  readonly plan?: (facts: Facts.Facts) => Partial<ExecPlan.ExecPlan>
  readonly before?: (facts: Facts.Facts) => Correction.Correction | undefined
  readonly after?: (facts: Facts.Facts) => Correction.Correction | undefined
  /** Why files cannot be placed. */
  readonly unplaced?: (plan: ExecPlan.ExecPlan) => string | undefined
  readonly ended?: Ended
}

/** Runs a command; gives how it ended, and what was done in what order. */
const execute = async (situation: Situation) => {
  const done: Array<string> = []
  let facts = Facts.none
  const note = (what: string) => `${what}${isFound(facts) ? " again" : ""}`
  const outcome = await Effect.runPromise(
    Effect.flatMap(Executor.make, (executor) => Effect.either(executor.execute(Facts.none))).pipe(
      Effect.provideService(Environment, {
        invocation: { argv0: "docker", argv: [], env: { DOCKER_SHIM_REAL_DOCKER: process.execPath }, cwd: "/" },
        shim: "/shim"
      }),
      Effect.provideService(Planner, {
        plan: (known) =>
          Effect.sync(() => {
            facts = known
            return { facts, plan: { ...ExecPlan.passThrough("docker", []), ...situation.plan?.(facts) } }
          })
      }),
      Effect.provideService(TemporaryFiles, {
        place: (plan) =>
          Effect.suspend(() => {
            const why = situation.unplaced?.(plan)
            return why === undefined ? Effect.succeed(plan) : Effect.fail({ _tag: "NotPlaced", why } as const)
          })
      }),
      Effect.provideService(BuildCacheActions, {
        before: () =>
          Effect.sync(() => {
            done.push(note("before"))
            return situation.before?.(facts)
          }),
        after: () =>
          Effect.sync(() => {
            done.push(note("after"))
            return situation.after?.(facts)
          })
      }),
      Effect.provideService(ProcessRunner, {
        run: ({ args }) =>
          Effect.sync(() => {
            done.push([note("run"), ...args].join(" "))
            return situation.ended ?? { _tag: "Exited", code: 0 }
          })
      }),
      Effect.provideService(ComposeConfig, {
        ask: () => Effect.die("asked"),
        askStack: () => Effect.die("asked"),
        remember: Effect.sync(() => void done.push("remember"))
      })
    )
  )
  return { done, outcome: outcome._tag === "Right" ? outcome.right : outcome.left }
}

describe("Executor", () => {
  it("carries out what comes before, the program, and what comes after", async () => {
    const ended = { _tag: "Exited", code: 3 } as const
    const { done, outcome } = await execute({ ended, plan: () => ({ args: ["build", "."] }) })
    assert.deepStrictEqual(done, ["before", "run build .", "remember", "after"])
    assert.deepStrictEqual(outcome, ended)
  })

  it("plans again, before the program runs, with what could not be prepared", async () => {
    const { done } = await execute({
      before: (facts) => isFound(facts) ? undefined : found,
      plan: (facts) => ({ args: isFound(facts) ? [] : ["--cache-to"] })
    })
    assert.deepStrictEqual(done, ["before", "before again", "run again", "remember", "after again"])
  })

  it("runs the program again where what turned out made it fail, and says nothing twice", async () => {
    const { done } = await execute({
      after: (facts) => isFound(facts) ? undefined : found,
      plan: () => ({ notices: [{ text: "not shared" }] })
    })
    assert.deepStrictEqual(done, [
      "before",
      "run",
      "remember",
      "after",
      "before again",
      "run again",
      "remember",
      "after again"
    ])
    assert.deepStrictEqual(said, ["docker-shim: not shared\n"])
  })

  it("goes without reports where there is no place for temporary files", async () => {
    const report = { _tag: "Report", placeholder: "@report@" } as const
    const { done } = await execute({
      plan: () => ({ files: [report], args: ["build", "--metadata-file=@report@"] }),
      unplaced: ({ files }) => files.length > 0 ? "no space" : undefined
    })
    assert.deepStrictEqual(done, ["before", "run build", "remember", "after"])
    assert.deepStrictEqual(said, [])
  })

  it("plans without overrides and cache where those cannot be placed, and says so", async () => {
    const override = { _tag: "Override", placeholder: "@override@", content: "" } as const
    let planned = 0
    const { done } = await execute({
      plan: () => (planned += 1) === 1 ? { files: [override] } : {},
      unplaced: ({ files }) => files.length > 0 ? "no space" : undefined
    })
    assert.deepStrictEqual([done, planned], [["before", "run", "remember", "after"], 2])
    assert.deepStrictEqual(said, ["docker-shim: the project's paths and cache stay as they are: no space\n"])
  })
})
