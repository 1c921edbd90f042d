/** Puts the temporary files of a plan in place, and removes them. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import * as path from "node:path"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import * as ExecPlan from "../../core/ExecPlan.ts"
import type { Env } from "../../core/Invocation.ts"
import * as KeptOverrideFiles from "../compose/KeptOverrideFiles.ts"
import * as PrivateDirectory from "../files/PrivateDirectory.ts"
import { Environment } from "./Environment.ts"

/**
 * There is no place for temporary files; `why` is the reason, such as `no directory for temporary files is safe from other users`.
 * @category errors
 */
export interface NotPlaced {
  readonly _tag: "NotPlaced"
  readonly why: string
}

/**
 * Writes the files of a plan, and gives the plan with their paths where it had placeholders. The views of the cache get
 * paths beside them.
 *
 * **Details**
 *
 * The files are in a directory that only this user can look into, made for this run in `$XDG_RUNTIME_DIR`, else in the
 * system's directory for temporary files. It is gone when the scope ends, whatever happened; what a run that was killed
 * left behind goes with the next one. A file that is kept is at its own place, if there is one (`KeptOverrideFiles`).
 *
 * **Example** (A plan without placeholders)
 *
 * ```ts
 * import { ExecPlan } from "docker-shim"
 * import { TemporaryFiles } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const placed = Effect.scoped(
 *   Effect.flatMap(TemporaryFiles, (files) => files.place(ExecPlan.passThrough("docker", ["build", "."])))
 * )
 * ```
 * @category services
 */
export class TemporaryFiles extends Context.Tag("docker-shim/shell/services/TemporaryFiles")<TemporaryFiles, {
  /** The plan with its files in place, for as long as the scope lasts. Fails if no directory is private and writable. */
  readonly place: (plan: ExecPlan.ExecPlan) => Effect.Effect<ExecPlan.ExecPlan, NotPlaced, Scope.Scope>
}>() {
  static readonly make = Effect.map(Environment, ({ invocation }) =>
    TemporaryFiles.of({
      place: Effect.fnUntraced(function*(plan) {
        if (plan.files.length === 0 && viewsOf(plan).length === 0) return plan
        const placed = yield* Effect.acquireRelease(
          Effect.try({
            try: () =>
              PrivateDirectory.create(
                invocation.env,
                (directory) => ({ directory, ...write(plan, directory, invocation.env) })
              ),
            catch: notPlaced
          }),
          ({ directory, kept }) =>
            Effect.sync(() => {
              for (const one of kept) one.end()
              PrivateDirectory.remove(directory)
            })
        )
        return placed.plan
      })
    }))
}

const write = (plan: ExecPlan.ExecPlan, directory: string, env: Env): Written => {
  const kept: Array<KeptOverrideFiles.Used> = []
  const views = new Map(viewsOf(plan).map((placeholder, at) => [placeholder, path.join(directory, `cache-${at + 1}`)]))
  const files = plan.files.map((wanted) => {
    const { placeholder } = wanted
    const content = wanted._tag === "Override" ? ExecPlan.fill(wanted.content, views) : ""
    const used = wanted._tag === "Override" && wanted.kept !== undefined
      ? KeptOverrideFiles.put(wanted.kept, content, env)
      : undefined
    if (used !== undefined) {
      kept.push(used)
      return [placeholder, used.path] as const
    }
    const file = path.join(directory, `${placeholder.replace(/^.*\//, "").replace(/[^\w-]/g, "")}.yaml`)
    fs.writeFileSync(file, content, { mode: 0o600, flag: "wx" })
    return [placeholder, file] as const
  })
  const places = new Map([...views, ...files])
  const put = (text: string): string => ExecPlan.fill(text, places)
  const placed: ExecPlan.ExecPlan = {
    ...ExecPlan.placed(plan, places),
    before: plan.before.map((action) => placeBefore(action, put)),
    after: plan.after.map((action) => placeAfter(action, put))
  }
  return { plan: placed, kept }
}

/** The plan with paths, and the files in it that stay. */
interface Written {
  readonly plan: ExecPlan.ExecPlan
  readonly kept: ReadonlyArray<KeptOverrideFiles.Used>
}

/** The placeholders of the views that a plan has, which are made by its actions. */
const viewsOf = (plan: ExecPlan.ExecPlan): ReadonlyArray<string> =>
  plan.before.flatMap((action) =>
    action._tag === "OpenCacheImport"
      ? [action.import.view]
      : action._tag === "PrepareCacheExport"
      ? [action.export.view]
      : []
  )

type Put = (text: string) => string

const placeBefore = (action: CacheAction.Before, put: Put): CacheAction.Before =>
  action._tag === "OpenCacheImport"
    ? { ...action, import: { ...action.import, view: put(action.import.view) } }
    : action._tag === "PrepareCacheExport"
    ? { ...action, export: { ...action.export, view: put(action.export.view) } }
    : action

const placeAfter = (action: CacheAction.After, put: Put): CacheAction.After =>
  action._tag === "ConfirmRegistryExport"
    ? { ...action, file: put(action.file) }
    : action._tag === "PublishCacheExport"
    ? { ...action, export: { ...action.export, view: put(action.export.view) } }
    : action

const notPlaced = (error: unknown): NotPlaced => ({
  _tag: "NotPlaced",
  why: error instanceof Error ? error.message : String(error)
})
