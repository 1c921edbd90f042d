/**
 * Steps that run again although the daemon has them: they were imported when no step read the cache mount that they fill, and
 * now one does.
 */
import * as Argv from "../../argv/Argv.ts"
import type * as CacheAction from "../../cache/CacheAction.ts"
import * as Digest from "../../syntax/Digest.ts"
import type { MountDependence } from "../../syntax/dockerfile/MountDependence.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/**
 * The stages whose steps run again, or all of them (`isAll`), because a stage without a name cannot be chosen. `commands` are
 * the steps that need this, at the daemon of `endpoint`.
 */
export interface StepRefresh {
  readonly endpoint: string
  readonly stages: ReadonlyArray<string>
  readonly isAll: boolean
  readonly commands: ReadonlyArray<string>
}

/** No cached step has to run again. */
export const none = (endpoint: string): StepRefresh => ({ endpoint, stages: [], isAll: false, commands: [] })

/** Whether a cached step has to run again. */
export const isNeeded = ({ commands }: StepRefresh): boolean => commands.length > 0

/** Tells daemons apart, as far as the environment does. */
export const endpointOf = (
  env: Readonly<Record<string, string | undefined>>,
  changed: Readonly<Record<string, string | null>>
): string => {
  const host = changed["DOCKER_HOST"]
  return JSON.stringify([host === undefined ? env["DOCKER_HOST"] : host, env["DOCKER_CONTEXT"], env["BUILDX_BUILDER"]])
}

/** The digest by which the shim remembers a command, because a command can contain secrets. */
export const digestOf = (command: string): string => Digest.sha256(command)

/** Finds the stages that have to run again. Asks only if a step needs another one to have run. */
export const find = (
  mounts: MountDependence,
  endpoint: string,
  situation: Situation
): Planning.Planning<StepRefresh> =>
  mounts.needed.length === 0 ? Planning.of(none(endpoint)) : Planning.map(
    Planning.ask(situation, { _tag: "ImportedSteps", endpoint }),
    (imported) => {
      const needed = mounts.needed.filter(({ command }) => imported.includes(digestOf(command)))
      return {
        endpoint,
        stages: [...new Set(needed.flatMap(({ stage }) => stage ?? []))],
        isAll: needed.some(({ stage }) => stage === undefined),
        commands: needed.map(({ command }) => command)
      }
    }
  )

/** The flags of `docker build` for that. */
export const flags = ({ isAll, stages }: StepRefresh): ReadonlyArray<Argv.Token> =>
  isAll ? [Argv.option("no-cache")] : stages.map((stage) => Argv.option("no-cache-filter", stage))

/** A build with its Dockerfile's mounts; `isImported`: it imports an entry. */
export interface Refreshed {
  readonly mounts: MountDependence
  readonly refresh: StepRefresh
  readonly isImported: boolean
}

/** The notices before, and the actions after, the builds of one command. */
export const around = (builds: ReadonlyArray<Refreshed>, canRunAgain: boolean): Planning.Planning<undefined> => {
  const [first] = builds
  if (first === undefined) return Planning.of(undefined)
  const { endpoint } = first.refresh
  const forgotten = builds.flatMap(({ refresh }) => refresh.commands)
  const imported = builds.flatMap(({ isImported, mounts }) =>
    isImported && mounts._tag !== "Unknown" ? mounts.fills : []
  )
  const doubted = builds.flatMap(({ mounts, refresh }) =>
    isNeeded(refresh) ? [] : mounts.needed.map(({ command }) => command)
  )
  return Planning.gain({
    notices: forgotten.length === 0 ? [] : [{
      text:
        "steps that fill cache mounts run again: they were imported, so the files that later steps need are not in this "
        + "session"
    }],
    after: [
      ...steps("ForgetImportedSteps", endpoint, forgotten),
      ...steps("RememberImportedSteps", endpoint, imported.filter((one) => !forgotten.includes(one))),
      ...(doubted.length === 0
        ? []
        : [{ _tag: "DoubtImportedSteps", endpoint, commands: [...new Set(doubted)], canRunAgain } as const])
    ]
  })
}

const steps = (
  tag: "ForgetImportedSteps" | "RememberImportedSteps",
  endpoint: string,
  commands: ReadonlyArray<string>
): ReadonlyArray<CacheAction.After> =>
  commands.length === 0 ? [] : [{ _tag: tag, endpoint, commands: [...new Set(commands)] }]
