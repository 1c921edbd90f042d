/**
 * Runs the real program as the user's own.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Failure } from "../Failure.ts"
import * as ChildProgram from "../fast-path/ChildProgram.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import type { Ended } from "../process/Ended.ts"
import type { SignalRelay } from "../process/SignalRelay.ts"
import * as BuildTime from "./BuildTime.ts"

/**
 * Runs a program with the shim's standard streams and waits for it; the result is how it ended.
 *
 * **Details**
 *
 * Signals that came while the shim was busy are handled before the program starts. After a failed program, signals interrupt
 * the shim again, which may be looking for the reason. After a successful one, they end whatever the shim still does.
 *
 * **Example** (A fake that runs nothing)
 *
 * ```ts
 * import { ProcessRunner } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const fake = ProcessRunner.of({ run: () => Effect.succeed({ _tag: "Exited", code: 0 }) })
 * ```
 * @category services
 */
export class ProcessRunner extends Context.Tag("docker-shim/shell/services/ProcessRunner")<ProcessRunner, {
  /** Starts the program and waits for its end. Fails with `ProgramNotRunnable` if it does not start. */
  readonly run: (program: ChildProcess.Command) => Effect.Effect<Ended, Failure>
}>() {
  static readonly make = (relay: SignalRelay) =>
    Effect.map(BuildTime.BuildTime, ({ after }) =>
      ProcessRunner.of({
        run: (program: ChildProcess.Command) =>
          Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
            Effect.zipRight(Effect.tryPromise({
              try: () => ChildProcess.run(program, relay),
              catch: (error) => ChildProgram.notStarted(program.file, error)
            })),
            Effect.map((ended): Ended => {
              if (ended._tag !== "Exited" || ended.code === 0) {
                relay.hurry(after.cut)
                return ended
              }
              relay.resume()
              return relay.came() ? { ...ended, isInterrupted: true } : ended
            })
          )
      }))
}
