/** The input of every check. */
import type * as Effect from "effect/Effect"
import type * as OwnMounts from "../../core/facts/OwnMounts.ts"
import type { Env, Invocation } from "../../core/Invocation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import type { Ran } from "../services/ProbeRunner.ts"
import type { Finding } from "./Finding.ts"

/**
 * The invocation and the shim's own file, the settings, and the real docker with a way to ask it.
 *
 * **Details**
 *
 * `docker` is the real program's file, `undefined` if it was not found; `ask` runs it as the shim would, at the session's own
 * daemon. `settings` include mappings that were found, if a setting asks for that, and `found` is the result of the search.
 * `info` is the output of `docker info`, decoded but not checked, and `infoError` its error message.
 */
export interface Examination {
  readonly invocation: Invocation
  readonly env: Env
  readonly shim: string
  readonly settings: Settings
  readonly found?: OwnMounts.Answer
  readonly docker: string | undefined
  readonly ask: (args: ReadonlyArray<string>) => Effect.Effect<Ran>
  readonly info: unknown
  readonly infoError: string
}

/** A check of one part or a few that belong together. */
export type Check = (examination: Examination) => Effect.Effect<ReadonlyArray<Finding>>
