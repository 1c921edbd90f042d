/** The input of planning. */
import type { Facts } from "../facts/Facts.ts"
import type { Invocation } from "../Invocation.ts"
import type { Settings } from "../settings/Settings.ts"

/** The call, the settings in force, and the facts known so far. */
export interface Situation {
  readonly invocation: Invocation
  readonly settings: Settings
  readonly facts: Facts
}
