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

/** The name of the record in the state directory. */
const recordName = "install.json"

/** The step that failed; all others are undone. */
export interface StepFailed {
  readonly _tag: "StepFailed"
  readonly step: Step.Step
  readonly why: string
}

/**
 * Carries out all steps or none: if one fails, it undoes those before.
 *
 * **Details**
 *
 * The record is written as soon as its directory exists, so `uninstall` can undo an interrupted run. `say` gets each finished
 * step.
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
 * Undoes a recorded installation, the last step first. `say` gets each undone step, and what had to stay.
 */
export const uninstall = (
  root: string,
  stateDirectory: string,
  record: InstallRecord,
  say: (step: Step.Step, undone: StepExecutor.Undone) => void
): void => {
  const file = path.join(root, stateDirectory, recordName)
  for (const step of undoOrder(record)) {
    // the record goes when all its steps are undone, and its directory after it
    if (step._tag === "MakeDirectory") fs.rmSync(file, { force: true })
    say(step, StepExecutor.undo(root, step))
  }
  fs.rmSync(file, { force: true })
}

/** The steps in the order of undoing: the last first, directories after everything else. */
export const undoOrder = (record: InstallRecord): ReadonlyArray<Step.Step> => {
  const steps = [...record.steps].reverse()
  const isDirectory = (step: Step.Step): boolean => step._tag === "MakeDirectory"
  return [...steps.filter((step) => !isDirectory(step)), ...steps.filter(isDirectory)]
}

/** What a state directory says: nothing is installed, the record, or why the record cannot be read. */
export type Recorded =
  | { readonly _tag: "NotInstalled" }
  | { readonly _tag: "Installed"; readonly file: string; readonly record: InstallRecord }
  | { readonly _tag: "Unreadable"; readonly file: string; readonly why: string }

/** Reads the record in a state directory. */
export const read = (root: string, stateDirectory: string): Recorded => {
  const file = path.join(root, stateDirectory, recordName)
  try {
    // not `JsonObject.parse`, which does not say what is wrong
    const record: unknown = JSON.parse(fs.readFileSync(file, "utf8"))
    return isRecord(record)
      ? { _tag: "Installed", file, record }
      : { _tag: "Unreadable", file, why: `${file}: it is not a record of an installation` }
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(SystemError.code(error))
      ? { _tag: "NotInstalled" }
      : { _tag: "Unreadable", file, why: SystemError.describe(error, file) }
  }
}

/**
 * Does the missing steps of an installation again. `from` is the shim's file, for an executable that has to be copied. It stops
 * at a step that fails; the steps before stay done.
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

/** Whether an installation is complete, with all its links and files. */
export const isWhole = (root: string, record: InstallRecord): boolean =>
  record.isComplete && broken(root, record).length === 0

/** The steps whose links or files are gone or changed. */
export const broken = (root: string, record: InstallRecord): ReadonlyArray<Step.Step> =>
  record.steps.filter((step) => !StepExecutor.stands(root, step))

/** Whether a value is a record. The shim wrote it, in a directory that only its user can write to. */
const isRecord = (value: unknown): value is InstallRecord =>
  JsonObject.isObject(value) && value["version"] === 1 && "isComplete" in value && JsonObject.isObject(value["request"])
  && Array.isArray(value["steps"]) && value["steps"].every(Step.isStep)

const write = (file: string, record: InstallRecord): void => {
  const partial = `${file}.partial`
  fs.writeFileSync(partial, `${JSON.stringify(record, undefined, 2)}\n`)
  // other users read it, whatever the umask
  fs.chmodSync(partial, 0o644)
  fs.renameSync(partial, file)
}
