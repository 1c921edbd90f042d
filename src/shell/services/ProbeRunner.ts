/**
 * Runs a program to ask it something: with a limit on its time, no standard input, and its output kept.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"

/**
 * What a probe printed, and its exit status.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Status of a probe that could not be started, died by a signal, or took too long; `stderr` then holds the reason. */
export const unanswered = 255

/**
 * Longest time a probe may take where its caller does not say. An answering docker takes a tenth of a second; one that
 * hangs must not hang the shim.
 */
export const defaultLimit = Duration.seconds(10)

/**
 * What to run for an answer. `env` is the whole environment; `stdin` is given to the program, else it gets none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Probe {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: NodeJS.ProcessEnv
  readonly limit?: Duration.Duration
}

/**
 * Runs probes. A probe never fails: to those who ask it, a program that does not run is one more way of not answering.
 *
 * **Gotchas**
 *
 * Not `@effect/platform`'s `Command`: it ends a child with TERM only and then waits for it, so that a program that
 * ignores TERM would hang the shim. Here the whole process group is killed.
 *
 * @category services
 * @since 0.1.0
 */
export class ProbeRunner extends Context.Tag("docker-shim/shell/services/ProbeRunner")<ProbeRunner, {
  readonly run: (probe: Probe) => Effect.Effect<Ran>
}>() {
  static readonly layer = Layer.succeed(ProbeRunner, {
    run: Effect.fn("ProbeRunner.run")((probe: Probe) => {
      const limit = probe.limit ?? defaultLimit
      return start(probe).pipe(
        Effect.timeoutTo({
          duration: limit,
          onSuccess: (ran) => ran,
          onTimeout: () => silent(`${probe.file} gave no answer within ${Duration.format(limit)}`)
        })
      )
    })
  })
}

const start = (probe: Probe): Effect.Effect<Ran> =>
  Effect.async<Ran>((resume) => {
    const child = spawn(probe.file, probe.args, {
      env: probe.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true
    })
    const printed = Promise.all([text(child.stdout), text(child.stderr)])
    child.once("error", (error) => resume(Effect.succeed(silent(error.message))))
    child.once("close", (code, signal) =>
      void printed.then(([stdout, stderr]) =>
        resume(Effect.succeed(
          code === null ? silent(`${probe.file} died of ${String(signal)}`) : { code, stdout, stderr }
        ))
      ))
    return Effect.sync(() => {
      if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
    })
  })

const silent = (why: string): Ran => ({ code: unanswered, stdout: "", stderr: why })

const killGroup = (leader: number): void => {
  try {
    process.kill(-leader, "SIGKILL")
  } catch {
    // It ended by itself meanwhile.
  }
}
