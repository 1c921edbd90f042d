import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { ExecPlan } from "../../core/ExecPlan.ts"
export class TemporaryFiles extends Context.Tag("docker-shim/shell/services/TemporaryFiles")<TemporaryFiles, {
  readonly place: (plan: ExecPlan) => Effect.Effect<ExecPlan, never, Scope.Scope>
}>() {
  static readonly layer = Layer.succeed(TemporaryFiles, { place: (plan) => Effect.succeed(plan) })
}
