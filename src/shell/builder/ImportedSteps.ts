/**
 * Remembers which steps that fill cache mounts were imported to a daemon and never ran there, one file for each endpoint, such
 * as `~/.cache/docker-shim/steps/<hash>.json`.
 */
import * as StepRefresh from "../../core/plan/build/StepRefresh.ts"
import * as Remembered from "../files/Remembered.ts"

type Env = Readonly<Record<string, string | undefined>>

/** More steps than the projects of a session have; the oldest go first. */
const mostSteps = 1_000

/** The digests of the steps; none if nothing is remembered. */
export const read = (endpoint: string, env: Env): ReadonlyArray<string> => {
  const file = fileOf(endpoint, env)
  return file === undefined ? [] : Remembered.read(file, 0, decode) ?? []
}

/** Adds the commands of steps. */
export const remember = (endpoint: string, commands: ReadonlyArray<string>, env: Env): void => {
  const known = read(endpoint, env)
  const added = commands.map(StepRefresh.digestOf).filter((one) => !known.includes(one))
  if (added.length > 0) write(endpoint, [...known, ...added].slice(-mostSteps), env)
}

/** Removes the commands of steps. */
export const forget = (endpoint: string, commands: ReadonlyArray<string>, env: Env): void => {
  const gone = new Set(commands.map(StepRefresh.digestOf))
  write(endpoint, read(endpoint, env).filter((one) => !gone.has(one)), env)
}

/** Whether a builder has run a step, by the records that it lists (`docker buildx du --verbose`). */
export const hasRun = (usage: string, command: string): boolean => runs(usage).some((one) => one.includes(command))

/** Whether a builder has steps that it did not run itself. */
export const hasImported = (usage: string): boolean => /^Description:\s+imported sha256:/m.test(usage)

/** The commands in records such as `Description:  mount / from exec /bin/sh -c make`, which may have more than one line. */
const runs = (usage: string): ReadonlyArray<string> =>
  usage.split(/^ID:/m).map((record) => record.replace(/\s+/g, " ")).filter((record) =>
    record.includes("Description: mount / from exec ")
  )

const fileOf = (endpoint: string, env: Env): string | undefined => {
  const within = Remembered.directory(env, "steps")
  return within === undefined ? undefined : Remembered.place(within, endpoint)
}

const write = (endpoint: string, steps: ReadonlyArray<string>, env: Env): void => {
  const file = fileOf(endpoint, env)
  if (file !== undefined) Remembered.write(file, steps)
}

const decode = (value: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(value) && value.length <= mostSteps && value.every((one) => typeof one === "string") ? value : undefined
