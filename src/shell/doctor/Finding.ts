/** One finding of doctor. */
import * as Quantity from "../../core/syntax/Quantity.ts"

/**
 * The state of a part: `ok`; `warn`, something is lost but docker works; `fail`, the shim does not do its job; `unchecked`,
 * doctor could not find out.
 */
export type State = "ok" | "warn" | "fail" | "unchecked"

/** A part with its state, the evidence for that, and what to do about it. */
export interface Finding {
  readonly part: string
  readonly state: State
  readonly evidence: string
  readonly next?: string
}

/** A part that is in order. */
export const ok = (part: string, evidence: string): Finding => ({ part, state: "ok", evidence })

/** A part that works, but not as well as it could. */
export const warn = (part: string, evidence: string, next: string): Finding => ({ part, state: "warn", evidence, next })

/** A part that does not work. */
export const fail = (part: string, evidence: string, next: string): Finding => ({ part, state: "fail", evidence, next })

/** A part that could not be checked. */
export const unchecked = (part: string, evidence: string): Finding => ({ part, state: "unchecked", evidence })

/** The worst state of all; `ok` if nothing is worse, or something could not be checked. */
export const worst = (findings: ReadonlyArray<Finding>): "ok" | "warn" | "fail" =>
  findings.some((one) => one.state === "fail")
    ? "fail"
    : findings.some((one) => one.state === "warn")
    ? "warn"
    : "ok"

/** The verdict in a line, such as `2 problems, 1 warning`. */
export const verdict = (findings: ReadonlyArray<Finding>): string => {
  const count = (state: State): number => findings.filter((one) => one.state === state).length
  const parts = [
    ...(count("fail") === 0 ? [] : [Quantity.printCount(count("fail"), "problem")]),
    ...(count("warn") === 0 ? [] : [Quantity.printCount(count("warn"), "warning")])
  ]
  const unchecked = count("unchecked") === 0 ? "" : `; ${count("unchecked")} not checked`
  return `${parts.length === 0 ? "no problems" : parts.join(", ")}${unchecked}`
}

/** The exit status for the worst state: 0, 1 for `warn`, 2 for `fail`. */
export const exitCode = (findings: ReadonlyArray<Finding>): number => ({ ok: 0, warn: 1, fail: 2 })[worst(findings)]
