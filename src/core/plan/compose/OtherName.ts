/** Looks for what may exist under another name of the same project, after session names were switched on or off. */
import type * as CacheAction from "../../cache/CacheAction.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"

/** Whether this matters for a call: one that creates containers, and is no dry run. */
export const isAsked = (call: ComposeCall.ComposeCall): boolean =>
  ComposeCall.projectDetail(call) === "model" && ComposeCall.creates(call) && !ComposeCall.isDryRun(call.line)

/**
 * Looks for volumes under the name that the project has without the session's: otherwise a database in one would seem empty.
 */
export const volumes = (
  call: ComposeCall.ComposeCall,
  own: string,
  name: string
): ReadonlyArray<CacheAction.Before> =>
  own === name || own === "" || !isAsked(call) ? [] : [lookForVolumes(call, name, own, "off")]

/** Looks for running containers, and for volumes, under the name that the project had in this session. */
export const earlier = (
  call: ComposeCall.ComposeCall,
  own: string,
  earlierName: string
): ReadonlyArray<CacheAction.Before> =>
  own === earlierName || own === "" ? [] : [
    {
      _tag: "LookForOtherName",
      endpoint: ComposeCall.endpoint(call),
      kind: "containers",
      other: earlierName,
      text: `project ${own} still runs under its earlier name ${earlierName}: end it with `
        + `'docker compose -p ${earlierName} down', or keep that name with DOCKER_SHIM_PROJECT_SCOPE=project`
    },
    lookForVolumes(call, own, earlierName, "project")
  ]

const lookForVolumes = (
  call: ComposeCall.ComposeCall,
  name: string,
  other: string,
  scopeOfOther: "off" | "project"
): CacheAction.Before => ({
  _tag: "LookForOtherName",
  endpoint: ComposeCall.endpoint(call),
  kind: "volumes",
  other,
  text:
    `project ${name} does not use the volumes of project ${other}, which exist: volumes, networks and images are named `
    + `after the project; 'docker compose -p ${other}' or DOCKER_SHIM_PROJECT_SCOPE=${scopeOfOther} uses them`
})
