/**
 * Stands in for `src/shell/process/RawText`: this runtime itself keeps bytes that are not UTF-8, as lone surrogates, in both
 * directions (`host/text.c`).
 */

/** Nothing is missing. */
export const given = <A, B>(argv: A, env: B): { readonly argv: A; readonly env: B } => ({ argv, env })

/** Any program can be started. */
export const startable = <A>(program: A): A => program

/** Any path can be named. */
export const path = (text: string): string => text

/** Paths are text here, even if the caller asked for bytes. */
export const decode = (bytes: unknown): string => String(bytes)
