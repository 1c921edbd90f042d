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
  own === name || own === "" || !isAsked(call) ? [] : [{
    _tag: "LookForOtherName",
    endpoint: ComposeCall.endpoint(call),
    kind: "volumes",
    other: own,
    text:
      `project ${name} does not use the volumes of project ${own}, which exist: volumes, networks and images are named `
      + `after the project; 'docker compose -p ${own}' or DOCKER_SHIM_PROJECT_SCOPE=off uses them`
  }]

/** Looks for running containers under the name that the project had in this session. */
export const containers = (
  call: ComposeCall.ComposeCall,
  own: string,
  earlier: string
): ReadonlyArray<CacheAction.Before> =>
  own === earlier || own === "" ? [] : [{
    _tag: "LookForOtherName",
    endpoint: ComposeCall.endpoint(call),
    kind: "containers",
    other: earlier,
    text:
      `project ${own} still runs under its earlier name ${earlier}: end it with 'docker compose -p ${earlier} down', `
      + "or keep that name with DOCKER_SHIM_PROJECT_SCOPE=project"
  }]
