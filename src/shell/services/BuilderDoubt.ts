/**
 * Finds out whether a build failed because its builder cannot export cache any more.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import type { BuilderProbe } from "./BuilderProbe.ts"
import * as Correction from "./Correction.ts"

/** The corrections by what the builders answer now; `undefined` if they can, or the build may not run again. */
export const doubt = Effect.fnUntraced(function*(
  plan: ExecPlan,
  canRunAgain: boolean,
  facts: Facts.Facts,
  builders: Context.Tag.Service<BuilderProbe>
) {
  const corrections: Array<Correction.Correction> = []
  for (const { answer, question } of Facts.all(facts, "Builder")) {
    if (answer._tag !== "Exporting") continue
    const now = yield* builders.askAgain(question)
    if (now._tag === "ImportOnly" || now._tag === "Legacy") {
      corrections.push((known) => Facts.answer(known, question, now))
    }
  }
  if (corrections.length === 0) return undefined
  const next = canRunAgain ? "building again without its cache" : "run the build again"
  yield* Effect.sync(() =>
    Reporter.notices(plan.verbosity, [`the builder cannot export cache, which it could before; ${next}`])
  )
  return canRunAgain ? Correction.all(corrections) : undefined
})
