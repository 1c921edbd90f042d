/**
 * An installation as a whole: carried out or not at all, recorded, and undone.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as SystemError from "../files/SystemError.ts"
import type { InstallRecord, Request } from "./Site.ts"
import * as Step from "./Step.ts"
import * as StepExecutor from "./StepExecutor.ts"

/** Under what name an installation is recorded in the state directory. */
const recordName = "install.json"

/** A step that failed, after which all was undone. */
export interface StepFailed {
  readonly _tag: "StepFailed"
  readonly step: Step.Step
  readonly why: string
}

/**
 * Carries all steps out, or none: where one fails, those before are undone.
 *
 * **Details**
 *
 * The record is written before the first step that is not for its own directory, so that a run that is cut off can be
 * undone by `uninstall`. `say` is told each step when it is done.
 */
export const install = (
  root: string,
  stateDirectory: string,
  request: Request,
  steps: ReadonlyArray<Step.Step>,
  say: (step: Step.Step) => void
): StepFailed | undefined => {
  const file = path.join(root, stateDirectory, recordName)
  const record: InstallRecord = { version: 1, request, steps, isComplete: false }
  const carriedOut: Array<Step.Step> = []
  for (const step of steps) {
    try {
      if (!fs.existsSync(file) && fs.existsSync(path.dirname(file))) write(file, record)
      StepExecutor.carryOut(root, step)
      carriedOut.push(step)
      say(step)
    } catch (error) {
      for (const one of [step, ...carriedOut.reverse()]) {
        if (one._tag === "MakeDirectory") fs.rmSync(file, { force: true })
        StepExecutor.undo(root, one)
      }
      fs.rmSync(file, { force: true })
      return { _tag: "StepFailed", step, why: error instanceof Error ? error.message : String(error) }
    }
  }
  write(file, { ...record, isComplete: true })
  return undefined
}

/**
 * Undoes a recorded installation, the last step first. `say` is told each step that is undone, and what had to stay.
 */
export const uninstall = (
  root: string,
  stateDirectory: string,
  record: InstallRecord,
  say: (step: Step.Step, undone: StepExecutor.Undone) => void
): void => {
  const file = path.join(root, stateDirectory, recordName)
  for (const step of undoOrder(record)) {
    // its directory goes only when it is gone, and it goes only when all that it tells of is undone
    if (step._tag === "MakeDirectory") fs.rmSync(file, { force: true })
    say(step, StepExecutor.undo(root, step))
  }
  fs.rmSync(file, { force: true })
}

/** The steps in the order in which they are undone: the last first, directories when all else is. */
export const undoOrder = (record: InstallRecord): ReadonlyArray<Step.Step> => {
  const steps = [...record.steps].reverse()
  const isDirectory = (step: Step.Step): boolean => step._tag === "MakeDirectory"
  return [...steps.filter((step) => !isDirectory(step)), ...steps.filter(isDirectory)]
}

/** What is recorded of an installation: nothing, the record, or that it cannot be read. */
export type Recorded =
  | { readonly _tag: "NotInstalled" }
  | { readonly _tag: "Installed"; readonly file: string; readonly record: InstallRecord }
  | { readonly _tag: "Unreadable"; readonly file: string; readonly why: string }

/** What a state directory records. */
export const read = (root: string, stateDirectory: string): Recorded => {
  const file = path.join(root, stateDirectory, recordName)
  try {
    // not `JsonObject.parse`: what is wrong with it is told
    const record: unknown = JSON.parse(fs.readFileSync(file, "utf8"))
    return isRecord(record)
      ? { _tag: "Installed", file, record }
      : { _tag: "Unreadable", file, why: `${file}: it is no record of an installation` }
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(SystemError.code(error))
      ? { _tag: "NotInstalled" }
      : { _tag: "Unreadable", file, why: SystemError.describe(error, file) }
  }
}

/**
 * Does again what no longer stands of an installation, or was not done before it was cut off. `from` is the shim's file, for
 * an executable that is to be copied. A step that cannot be done ends it; what was done before it stays done.
 */
export const repair = (
  root: string,
  stateDirectory: string,
  record: InstallRecord,
  from: string,
  say: (step: Step.Step) => void
): StepFailed | undefined => {
  const steps = record.steps.map((step): Step.Step => step._tag === "Copy" ? { ...step, from } : step)
  for (const step of steps) {
    if (StepExecutor.stands(root, step)) continue
    try {
      StepExecutor.redo(root, step)
      say(step)
    } catch (error) {
      return { _tag: "StepFailed", step, why: error instanceof Error ? error.message : String(error) }
    }
  }
  write(path.join(root, stateDirectory, recordName), { ...record, steps, isComplete: true })
  return undefined
}

/** Whether an installation was carried out to its end and stands as it was made. */
export const isWhole = (root: string, record: InstallRecord): boolean =>
  record.isComplete && broken(root, record).length === 0

/** The steps of an installation that do not stand as they were made. */
export const broken = (root: string, record: InstallRecord): ReadonlyArray<Step.Step> =>
  record.steps.filter((step) => !StepExecutor.stands(root, step))

/** Written by the shim itself, into a directory that only its user may write. */
const isRecord = (value: unknown): value is InstallRecord =>
  JsonObject.isObject(value) && value["version"] === 1 && "isComplete" in value && JsonObject.isObject(value["request"])
  && Array.isArray(value["steps"]) && value["steps"].every(Step.isStep)

const write = (file: string, record: InstallRecord): void => {
  const partial = `${file}.partial`
  fs.writeFileSync(partial, `${JSON.stringify(record, undefined, 2)}\n`)
  // users look into it, whatever the mask of who installs
  fs.chmodSync(partial, 0o644)
  fs.renameSync(partial, file)
}
