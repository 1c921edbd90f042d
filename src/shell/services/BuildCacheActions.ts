/**
 * Carries out what a plan asks of the shared cache around a build.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as CacheAction from "../../core/CacheAction.ts"
import type { CacheDirectory } from "../../core/CacheDirectory.ts"
import type { Ended } from "../process/Ended.ts"

/** What turned out about the cache directory. */
export type Finding = (known: CacheDirectory) => CacheDirectory

/**
 * Carries out the actions before and after a build. What was begun in the scope ends with it: leases, export
 * directories.
 *
 * **Details**
 *
 * Nothing here fails. `before` returns what turned out when an export could not be prepared; `after` when the build
 * failed, damaged entries are certainly why, and it may run again without them.
 *
 * @category services
 * @since 0.1.0
 */
export class BuildCacheActions extends Context.Tag("docker-shim/shell/services/BuildCacheActions")<BuildCacheActions, {
  readonly before: (
    actions: ReadonlyArray<CacheAction.Before>
  ) => Effect.Effect<Finding | undefined, never, Scope.Scope>
  readonly after: (
    actions: ReadonlyArray<CacheAction.After>,
    ended: Ended
  ) => Effect.Effect<Finding | undefined>
}>() {
  static readonly layer = Layer.succeed(BuildCacheActions, {
    before: () => Effect.succeed(undefined),
    after: () => Effect.succeed(undefined)
  })
}
