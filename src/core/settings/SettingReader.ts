/** Reads settings from variables, and collects the values that are not accepted. */
import type { Env } from "../Invocation.ts"
import * as MachineSettings from "./MachineSettings.ts"

/**
 * A setting with a value that is not accepted: `DOCKER_SHIM_CACHE` with `maybe`, where `on, read-only, off` are `accepted`. `file` is
 * the machine's file, if the value is from there.
 */
export interface SettingError {
  readonly _tag: "SettingError"
  readonly variable: string
  readonly value: string
  readonly accepted: string
  readonly file?: string
}

/**
 * Ways to read a variable. A value that is not accepted goes into `errors`, and the default counts.
 *
 * **Details**
 *
 * - `text`: the value, `undefined` if it is empty or not set.
 * - `origin`: the variable, and the machine's file if the value is from there.
 * - `setting`: the value as `read` understands it. `choice`, `path` and `flag`: one of some words, an absolute path, yes or no.
 */
export interface SettingReader {
  readonly errors: ReadonlyArray<SettingError>
  readonly text: (variable: string) => string | undefined
  readonly origin: (variable: string) => string
  readonly refuse: (variable: string, value: string, accepted: string) => void
  readonly setting: <A>(
    variable: string,
    fallback: string,
    accepted: string,
    read: (value: string) => A | undefined
  ) => A | undefined
  readonly choice: <const A extends string>(variable: string, choices: readonly [A, ...ReadonlyArray<A>]) => A
  readonly path: (variable: string) => string | undefined
  readonly flag: (variable: string) => boolean
}

/** A reader of the environment, and of the machine's file where the environment does not have a variable. */
export const make = (env: Env, machine: MachineSettings.MachineSettings): SettingReader => {
  const errors: Array<SettingError> = []
  const text = (variable: string): string | undefined => {
    const value = MachineSettings.valueOf(variable, env, machine)
    return value === "" ? undefined : value
  }
  const origin = (variable: string): string => MachineSettings.origin(variable, env, machine)
  const refuse = (variable: string, value: string, accepted: string): void => {
    const file = origin(variable) === variable ? {} : { file: machine.file }
    errors.push({ _tag: "SettingError", variable, value, accepted, ...file })
  }

  /** The value of a variable as `read` understands it; what it does not understand is an error. */
  const setting = <A>(variable: string, fallback: string, accepted: string, read: (value: string) => A | undefined) => {
    const value = text(variable) ?? fallback
    const decoded = read(value)
    if (decoded === undefined) refuse(variable, value, accepted)
    return decoded
  }
  const choice = <const A extends string>(variable: string, choices: readonly [A, ...ReadonlyArray<A>]): A =>
    setting(variable, choices[0], choices.join(", "), (value) => choices.find((one) => one === value)) ?? choices[0]
  const path = (variable: string): string | undefined =>
    text(variable) === undefined
      ? undefined
      : setting(variable, "", "an absolute path", (value) => value.startsWith("/") ? value : undefined)
  const flag = (variable: string): boolean =>
    setting(variable, "0", "1, true, on, 0, false, off", (value) => booleans.get(value.toLowerCase())) ?? false
  return { errors, text, origin, refuse, setting, choice, path, flag }
}

/** The words for yes and for no. */
export const booleans: ReadonlyMap<string, boolean> = new Map(Object.entries({
  "1": true,
  true: true,
  on: true,
  "0": false,
  false: false,
  off: false
}))
