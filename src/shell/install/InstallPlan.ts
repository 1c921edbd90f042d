/**
 * Plans an installation: the steps, or why it cannot be done.
 */
import * as Part from "./Part.ts"
import { pluginSteps } from "./PluginPlan.ts"
import { programSteps } from "./ProgramPlan.ts"
import * as ShimFile from "./ShimFile.ts"
import type { Request, Site } from "./Site.ts"
import * as Step from "./Step.ts"

/** The outcome: the steps in order, with notes for the user; or the reasons why nothing is done. */
export type InstallPlan =
  | { readonly _tag: "InstallPlan"; readonly steps: ReadonlyArray<Step.Step>; readonly notes: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly reasons: ReadonlyArray<string> }

/**
 * Plans an installation on a site.
 *
 * **Details**
 *
 * A pure function. Without `isInPlace`, no existing file changes: `docker` goes into a directory that comes before the real one
 * on `PATH`, `docker-compose` too if one is on `PATH`, and the plugin into a directory that docker searches before the real
 * one's. With `isInPlace`, the shim takes the real program's own place.
 */
export const plan = (site: Site, request: Request): InstallPlan => {
  const directory = ShimFile.directoryFor(site, request)
  const file = ShimFile.place(site, directory)
  const parts = [
    Part.of({ steps: site.missingState.map(Step.makeDirectory) }),
    file.part,
    programSteps(site, request, directory, file.target),
    pluginSteps(site, request, file.target)
  ]
  const whole = Part.all(parts)
  return whole.refusals.length > 0
    ? { _tag: "Refused", reasons: whole.refusals }
    : { _tag: "InstallPlan", steps: withoutRepeats(whole.steps), notes: whole.notes }
}

/** Two parts may need the same directory. */
const withoutRepeats = (steps: ReadonlyArray<Step.Step>): ReadonlyArray<Step.Step> =>
  steps.filter((step, at) =>
    step._tag !== "MakeDirectory"
    || steps.findIndex((one) => one._tag === "MakeDirectory" && one.path === step.path) === at
  )
