/**
 * Stands in for `src/shell/process/RawText`: this runtime keeps bytes that are no UTF-8 as lone surrogates by itself, in
 * both directions (`host/text.c`).
 */

/** Nothing is missing. */
export const given = <A, B>(argv: A, env: B): { readonly argv: A; readonly env: B } => ({ argv, env })

/** Any program can be started. */
export const startable = <A>(program: A): A => program

/** Any path can be named. */
export const path = (text: string): string => text

/** Paths are text here, also where the bytes were asked for. */
export const decode = (bytes: unknown): string => String(bytes)
