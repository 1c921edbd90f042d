/** Where `docker-shim`'s own commands print, and their exit status. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Env } from "../../core/Invocation.ts"
import * as Printable from "../../core/syntax/Printable.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import * as Terminal from "./Terminal.ts"

/**
 * Prints for `docker-shim`'s own commands, and sets their exit status.
 *
 * **Details**
 *
 * Control characters never reach a terminal from here, except the shim's own colours.
 */
export class Output extends Context.Tag("docker-shim/shell/cli/Output")<Output, {
  /** What standard output is: a terminal, with colours, how wide. */
  readonly terminal: Terminal.Terminal
  /** Prints lines. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Prints sentences, each in lines that fit the terminal. */
  readonly say: (...texts: ReadonlyArray<string>) => Effect.Effect<void>
  /** Prints a value for programs. */
  readonly json: (value: unknown) => Effect.Effect<void>
  /** Prints a line on standard error. */
  readonly complain: (text: string) => Effect.Effect<void>
  /** Sets the exit status, which is 0 otherwise. */
  readonly end: (status: number) => Effect.Effect<void>
}>() {
  static readonly layer = (env: Env): Layer.Layer<Output> =>
    Layer.sync(Output, () => {
      process.stdout.on("error", endQuietly)
      const terminal = Terminal.detect(process.stdout, env)
      const print = (text: string) =>
        Effect.sync(() => {
          process.stdout.write(text)
        })
      return {
        terminal,
        write: (text) => print(Terminal.clean(terminal, text)),
        say: (...texts) => print(Terminal.sentences(terminal, texts)),
        json: (value) => print(Printable.json(`${JSON.stringify(value, undefined, 2)}\n`)),
        complain: (text) => Effect.sync(() => Reporter.line(text)),
        end: (status) =>
          Effect.sync(() => {
            process.exitCode = status
          })
      }
    })
}

/** A reader that has read enough (`docker-shim explain … | head -1`) closes the pipe. */
const endQuietly = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE") throw error
}
