/** What `docker-shim install` does if there is an installation: nothing, repairs, or an update to another build. */
import * as ProgramForm from "../process/ProgramForm.ts"
import * as EntryKind from "./EntryKind.ts"
import * as Installation from "./Installation.ts"
import * as Root from "./Root.ts"
import type { InstallRecord, Request, Site } from "./Site.ts"
import * as Step from "./Step.ts"
import * as StepExecutor from "./StepExecutor.ts"

/** The steps to do again, the executable to replace, and notes; or why nothing is done, with what the user can do. */
export type Renewal =
  | {
    readonly _tag: "Renewal"
    readonly repairs: ReadonlyArray<Step.Step>
    readonly update: { readonly from: string; readonly to: string } | undefined
    readonly notes: ReadonlyArray<string>
  }
  | { readonly _tag: "Refused"; readonly reasons: ReadonlyArray<string> }

/**
 * Plans a renewal.
 *
 * **Details**
 *
 * Without options, the shim stays installed as it is. All links lead to one file: the copy that `install` made, or the shim in
 * its own place. Only an executable replaces an executable; whoever installed a package for Node updates it.
 */
export const plan = (root: string, site: Site, record: InstallRecord, request: Request): Renewal => {
  const target = targetOf(record)
  const isOther = isOtherBuild(root, site, record)
  if (!isBare(request) && options(request) !== options(record.request)) {
    return refuse(`installed already ${wayOf(record.request)}; to change that: ${again(site, record, request)}`)
  }
  if (isOther && (target === undefined || !ProgramForm.isExecutable(target) || !site.shim.isExecutable)) {
    return refuse(
      `${target ?? "another docker-shim"} is installed, of another form or build; to change to this one: ${
        again(site, record, record.request)
      }`
    )
  }
  const repairs = Installation.broken(root, record)
  const isCopied = repairs.some((step) => step._tag === "Copy")
  return {
    _tag: "Renewal",
    repairs,
    update: isOther && !isCopied && target !== undefined ? { from: site.shim.file, to: target } : undefined,
    notes: isBare(request) && !isBare(record.request)
      ? [`it stays installed ${wayOf(record.request)}; to change that: ${again(site, record, request)}`]
      : []
  }
}

/** Carries out a renewal, and passes each finished step to `say`. */
export const carryOut = (
  root: string,
  site: Site,
  record: InstallRecord,
  { repairs, update }: Extract<Renewal, { readonly _tag: "Renewal" }>,
  say: (line: string) => void
): string | undefined => {
  if (repairs.length > 0 || !record.isComplete) {
    const failed = Installation.repair(
      root,
      site.stateDirectory,
      record,
      site.shim.file,
      (step) => say(Step.print(step))
    )
    if (failed !== undefined) return `could not ${Step.print(failed.step)}: ${failed.why}`
  }
  if (update === undefined) return undefined
  try {
    StepExecutor.copy(Root.onMachine(root, update.from), Root.onMachine(root, update.to))
  } catch (error) {
    return `could not ${printUpdate(update)}: ${error instanceof Error ? error.message : String(error)}`
  }
  say(printUpdate(update))
  return undefined
}

/** An update as a line. */
export const printUpdate = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `update ${to} from ${from}`

/** Whether another build than the running shim is installed. */
export const isOtherBuild = (root: string, site: Site, record: InstallRecord): boolean => {
  const target = targetOf(record)
  return target !== undefined && !EntryKind.isShim(Root.onMachine(root, target), Root.onMachine(root, site.shim.file))
}

/** Whether `install` was called without options that change the installation. */
export const isBare = (request: Request): boolean => options(request) === ""

/** The file that the links of an installation lead to. */
const targetOf = (record: InstallRecord): string | undefined => {
  for (const step of record.steps) {
    if (step._tag === "Copy") return step.path
    if (step._tag === "Link" || step._tag === "Replace") return step.target
  }
  return undefined
}

const options = ({ directory, isInPlace, pluginDirectory }: Request): string =>
  [
    ...(isInPlace ? ["--in-place"] : []),
    ...(directory === undefined ? [] : [`--dir ${directory}`]),
    ...(pluginDirectory === undefined ? [] : [`--plugin-dir ${pluginDirectory}`])
  ].join(" ")

const wayOf = (request: Request): string => isBare(request) ? "without options" : `with ${options(request)}`

/**
 * The commands that change the installation. `uninstall` removes the copy of the executable, so `install` has to be run from
 * another file.
 */
export const again = (site: Site, record: InstallRecord, request: Request): string => {
  const isOwnCopy = record.steps.some((step) => step._tag === "Copy" && step.path === site.shim.file)
  const program = isOwnCopy ? "/tmp/docker-shim" : site.shim.file
  return [
    ...(isOwnCopy ? [`cp ${site.shim.file} ${program}`] : []),
    `${program} uninstall`,
    `${program} install ${options(request)}`.trimEnd()
  ].join(" && ")
}

const refuse = (reason: string): Renewal => ({ _tag: "Refused", reasons: [reason] })
