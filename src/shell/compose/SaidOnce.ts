/** Keeps the shim from repeating to a user what it has printed once. */
import type { ExecPlan } from "../../core/ExecPlan.ts"
import type { Env } from "../../core/Invocation.ts"
import * as Remembered from "../files/Remembered.ts"

/**
 * Removes notices from a plan that are printed only once and were printed before; the others are remembered. If nothing can be
 * remembered, all are printed.
 */
export const filter = (plan: ExecPlan, env: Env): ExecPlan => {
  const directory = Remembered.directory(env, "said")
  if (directory === undefined || plan.verbosity === "quiet" || plan.notices.every(({ isOnce }) => isOnce !== true)) {
    return plan
  }
  const notices = plan.notices.filter(({ isOnce, text, topic = text }) => {
    if (isOnce !== true) return true
    const place = Remembered.place(directory, topic)
    if (Remembered.read(place, 0, (value) => value === true ? true : undefined) === true) return false
    Remembered.write(place, true)
    return true
  })
  return { ...plan, notices }
}
