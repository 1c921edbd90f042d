/**
 * Steps that run again although the daemon has them: they were imported when no step read the cache mount that they fill, and
 * now one does.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Argv from "../../argv/Argv.ts"
import type * as CacheAction from "../../cache/CacheAction.ts"
import type { MountDependence } from "../../dockerfile/MountDependence.ts"
import * as Facts from "../../Facts.ts"
import * as Revision from "../Revision.ts"

/**
 * The stages whose steps run, or that all do (`isAll`), because a stage without a name cannot be told to; `commands` are the
 * steps that this is for, at the daemon of `endpoint`.
 */
export interface StepRefresh {
  readonly endpoint: string
  readonly stages: ReadonlyArray<string>
  readonly isAll: boolean
  readonly commands: ReadonlyArray<string>
}

/** Nothing has to run that is cached. */
export const none = (endpoint: string): StepRefresh => ({ endpoint, stages: [], isAll: false, commands: [] })

/** Whether something has to run that is cached. */
export const isNeeded = ({ commands }: StepRefresh): boolean => commands.length > 0

/** Tells daemons apart, as far as the environment does. */
export const endpointOf = (
  env: Readonly<Record<string, string | undefined>>,
  changed: Readonly<Record<string, string | null>>
): string => {
  const host = changed["DOCKER_HOST"]
  return JSON.stringify([host === undefined ? env["DOCKER_HOST"] : host, env["DOCKER_CONTEXT"], env["BUILDX_BUILDER"]])
}

/** A digest of a command, by which it is remembered: a command can hold what is nobody's business. */
export const digestOf = (command: string): string => bytesToHex(sha256(utf8ToBytes(command)))

/** What has to run; asked only where a step needs another to have run. */
export const ask = (mounts: MountDependence, endpoint: string, facts: Facts.Facts): Facts.Asked<StepRefresh> => {
  if (mounts._tag === "None" || mounts.needed.length === 0) return Facts.answered(none(endpoint))
  const imported = Facts.ask(facts, { _tag: "ImportedSteps", endpoint })
  if (imported._tag === "Open") return imported
  const needed = mounts.needed.filter(({ command }) => imported.answer.includes(digestOf(command)))
  return Facts.answered({
    endpoint,
    stages: [...new Set(needed.flatMap(({ stage }) => stage ?? []))],
    isAll: needed.some(({ stage }) => stage === undefined),
    commands: needed.map(({ command }) => command)
  })
}

/** The flags of `docker build` for that. */
export const flags = ({ isAll, stages }: StepRefresh): ReadonlyArray<Argv.Token> =>
  isAll ? [Argv.option("no-cache")] : stages.map((stage) => Argv.option("no-cache-filter", stage))

/** A build with its Dockerfile's mounts; `isImported`: it imports an entry. */
export interface Refreshed {
  readonly mounts: MountDependence
  readonly refresh: StepRefresh
  readonly isImported: boolean
}

/** What is said before, and done after the builds of one command. */
export const revise = (builds: ReadonlyArray<Refreshed>, canRunAgain: boolean): Revision.Revision<undefined> => {
  const [first] = builds
  if (first === undefined) return Revision.of(undefined)
  const { endpoint } = first.refresh
  const forgotten = builds.flatMap(({ refresh }) => refresh.commands)
  const imported = builds.flatMap(({ isImported, mounts }) =>
    isImported && mounts._tag !== "Unknown" ? mounts.fills : []
  )
  const doubted = builds.flatMap(({ mounts, refresh }) =>
    mounts._tag === "None" || isNeeded(refresh) ? [] : mounts.needed.map(({ command }) => command)
  )
  return Revision.of(undefined, {
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
