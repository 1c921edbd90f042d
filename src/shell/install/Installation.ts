/**
 * An installation as a whole: carried out or not at all, recorded, and undone.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { InstallRecord, Request } from "./Site.ts"
import type { Step } from "./Step.ts"
import * as StepExecutor from "./StepExecutor.ts"

/** Under what name an installation is recorded in the state directory. */
const recordName = "install.json"

/**
 * A step that failed, after which all was undone.
 *
 * @category errors
 * @since 0.1.0
 */
export interface StepFailed {
  readonly _tag: "StepFailed"
  readonly step: Step
  readonly why: string
}

/**
 * Carries all steps out, or none: where one fails, those before are undone.
 *
 * **Details**
 *
 * The record is written before the first step that is not for its own directory, so that a run that is cut off can be
 * undone by `uninstall`. `say` is told each step when it is done.
 *
 * @category running
 * @since 0.1.0
 */
export const install = (
  root: string,
  stateDirectory: string,
  request: Request,
  steps: ReadonlyArray<Step>,
  say: (step: Step) => void
): StepFailed | undefined => {
  const file = path.join(root, stateDirectory, recordName)
  const record: InstallRecord = { version: 1, request, steps, isComplete: false }
  const carriedOut: Array<Step> = []
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
 *
 * @category running
 * @since 0.1.0
 */
export const uninstall = (
  root: string,
  stateDirectory: string,
  record: InstallRecord,
  say: (step: Step, left: string | undefined) => void
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
export const undoOrder = (record: InstallRecord): ReadonlyArray<Step> => {
  const steps = [...record.steps].reverse()
  const isDirectory = (step: Step): boolean => step._tag === "MakeDirectory"
  return [...steps.filter((step) => !isDirectory(step)), ...steps.filter(isDirectory)]
}

/**
 * The record of what was installed; `undefined` where nothing was.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (root: string, stateDirectory: string): InstallRecord | undefined => {
  try {
    const record: unknown = JSON.parse(fs.readFileSync(path.join(root, stateDirectory, recordName), "utf8"))
    return isRecord(record) ? record : undefined
  } catch {
    return undefined
  }
}

/** The steps of an installation that do not stand as they were made. */
export const broken = (root: string, record: InstallRecord): ReadonlyArray<Step> =>
  record.steps.filter((step) => !StepExecutor.stands(root, step))

/** Written by the shim itself, into a directory that only its user may write. */
const isRecord = (value: unknown): value is InstallRecord =>
  typeof value === "object" && value !== null && "version" in value && value.version === 1 && "steps" in value
  && Array.isArray(value.steps)

const write = (file: string, record: InstallRecord): void => {
  const partial = `${file}.partial`
  fs.writeFileSync(partial, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 })
  fs.renameSync(partial, file)
}
