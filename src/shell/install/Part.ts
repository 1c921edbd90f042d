/** One part of an installation. */
import type { Step } from "./Step.ts"

/** Steps, notes for the user, and reasons to do nothing at all. */
export interface Part {
  readonly steps: ReadonlyArray<Step>
  readonly notes: ReadonlyArray<string>
  readonly refusals: ReadonlyArray<string>
}

/** A part with the given fields; the others are empty. */
export const of = (given: Partial<Part>): Part => ({ steps: [], notes: [], refusals: [], ...given })

/** A part that cannot be done. */
export const refuse = (reason: string): Part => of({ refusals: [reason] })

/** Joins parts, one after the other. */
export const all = (parts: ReadonlyArray<Part>): Part => ({
  steps: parts.flatMap((part) => part.steps),
  notes: parts.flatMap((part) => part.notes),
  refusals: parts.flatMap((part) => part.refusals)
})
