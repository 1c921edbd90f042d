/**
 * Keeps from saying again what was said to this user before.
 */
import type { ExecPlan } from "../../core/ExecPlan.ts"
import type { Env } from "../../core/Invocation.ts"
import * as Remembered from "../files/Remembered.ts"

/**
 * The plan without the notices that are for once only and were said before; those that are left are remembered. Where
 * nothing can be remembered everything is said.
 */
export const filter = (plan: ExecPlan, env: Env): ExecPlan => {
  const directory = Remembered.directory(env, "said")
  if (directory === undefined || plan.verbosity === "quiet" || plan.notices.every(({ isOnce }) => isOnce !== true)) {
    return plan
  }
  const notices = plan.notices.filter(({ isOnce, text }) => {
    if (isOnce !== true) return true
    const place = Remembered.place(directory, text)
    if (Remembered.read(place, 0, (value) => value === true ? true : undefined) === true) return false
    Remembered.write(place, true)
    return true
  })
  return { ...plan, notices }
}
