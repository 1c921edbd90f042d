/**
 * Finds out whether a build failed because a step that fills a cache mount was imported.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type * as ExecPlan from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as StepRefresh from "../../core/plan/build/StepRefresh.ts"
import * as MountDependence from "../../core/syntax/dockerfile/MountDependence.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as ImportedSteps from "../builder/ImportedSteps.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import type { Ended } from "../process/Ended.ts"
import type { BuilderProbe } from "./BuilderProbe.ts"
import type { Correction } from "./Correction.ts"

/**
 * The steps that must not come from the cache when the build is planned again; `undefined` if it does not run again.
 *
 * The builder is asked which steps it has run (`docker buildx du`): if it has imported steps, and never ran one that comes
 * before the failed one in the Dockerfile, that step was imported. If it keeps a history (buildx 0.20 and later), the failed
 * step must also use a cache mount; otherwise the failure is the user's own.
 */
export const doubt = Effect.fnUntraced(function*(
  plan: ExecPlan.ExecPlan,
  action: Extract<CacheAction.After, { readonly _tag: "DoubtImportedSteps" }>,
  ended: Ended,
  facts: Facts.Facts,
  builders: Context.Tag.Service<BuilderProbe>
) {
  if (ended._tag !== "Exited" || ended.code === 0) return undefined
  const [builder] = Facts.all(facts, "Builder")
  const [known] = Facts.all(facts, "ImportedSteps").filter(({ question }) => question.endpoint === action.endpoint)
  if (builder === undefined || known === undefined) return undefined
  const suspects = yield* Effect.forEach(action.commands, (command) => suspect(command, builder.question, builders))
  if (suspects.every(({ fills }) => fills.length === 0)) return undefined
  const usage = yield* builders.report(builder.question, ["du", "--verbose"])
  if (!ImportedSteps.hasImported(usage)) return undefined
  const failed = failedStep(yield* builders.report(builder.question, ["history", "inspect", "--format", "json"]))
  const possible = new Set(before(action.commands, failed))
  const imported = suspects.filter(({ command, fills }) =>
    possible.has(command) && fills.some((one) => !ImportedSteps.hasRun(usage, one))
  ).map(({ command }) => command)
  if (imported.length === 0) return undefined
  const next = action.canRunAgain ? "building again without them" : "run the build again with --no-cache"
  yield* Effect.sync(() =>
    Reporter.notices(plan.verbosity, [`the build failed after steps that fill its cache mounts were imported; ${next}`])
  )
  const correction: Correction = (found) =>
    Facts.answer(found, known.question, [...known.answer, ...imported.map(StepRefresh.digestOf)])
  return action.canRunAgain ? correction : undefined
})

/** A step that may have been imported, and the commands that it is; those of an image's triggers are asked for. */
const suspect = (
  command: string,
  question: Question.Of<"Builder">,
  builders: Context.Tag.Service<BuilderProbe>
): Effect.Effect<{ readonly command: string; readonly fills: ReadonlyArray<string> }> => {
  const image = MountDependence.imageOf(command)
  return image === undefined
    ? Effect.succeed({ command, fills: [command] })
    : Effect.map(builders.triggers(question, image), (steps) => ({ command, fills: fillsOf(image, steps) }))
}

const fillsOf = (image: string, triggers: ReadonlyArray<string>): ReadonlyArray<string> => {
  const mounts = MountDependence.analyze([`FROM ${image}`, ...triggers].join("\n"), false)
  if (mounts._tag === "Unknown") return triggers
  return [...mounts.fills, ...mounts.needed.map((one) => one.command)].filter((one) =>
    MountDependence.imageOf(one) === undefined
  )
}

/** Of commands in the Dockerfile's order, those that the failed step could depend on; all if the failed step is unknown. */
const before = (commands: ReadonlyArray<string>, failed: string | undefined): ReadonlyArray<string> => {
  if (failed === undefined) return commands
  if (!/--mount[= ]\S*type=cache/.test(failed)) return []
  const name = failed.replace(/\s+/g, " ")
  const at = commands.findIndex((command) => name.endsWith(command))
  return at < 0 ? commands : commands.slice(0, at)
}

/**
 * The step in which the last build failed, such as `[base 7/7] RUN --mount=type=cache,target=/c make`. An older buildx prints
 * its help.
 */
const failedStep = (history: string): string | undefined =>
  JsonObject.text(JsonObject.field(JsonObject.parse(history), "Error"), "Name")
