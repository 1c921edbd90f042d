/** Runs a program to ask it something: with a time limit, without standard input, and with its output kept. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type ChildProcess as Child, spawn, type StdioOptions } from "node:child_process"
import * as RecursionDepth from "../../core/plan/RecursionDepth.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import type { Source } from "../process/InputFiles.ts"
import * as Printed from "../process/Printed.ts"

/**
 * What a probe printed, and its exit status: 255 if it gave no answer, and `stderr` then says why.
 * @category models
 */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * The status of a probe that could not start, died by a signal, took too long or printed too much; `stderr` then has the
 * reason.
 */
export const unanswered = 255

/**
 * The longest time that a probe may take by default. docker answers in a tenth of a second; one that hangs must not hang the
 * shim.
 */
export const defaultLimit = Duration.seconds(10)

/**
 * A probe may meet the shim once, as a plugin. If a question leads back to the shim again and again, each probe of each round
 * would go as deep as the command itself.
 */
const deepestProbe = RecursionDepth.max - 2

/** In bytes. A project of 200 services is 0.2 MB; what prints more than this is broken, and must not fill the memory. */
const longestAnswer = 64 * 1024 * 1024

/**
 * A program to run for an answer. `env` is the whole environment. `descriptors` maps the program's descriptors to the shim's;
 * by default the program gets only its own output.
 * @category models
 */
export interface Probe {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: NodeJS.ProcessEnv
  readonly limit?: Duration.Duration
  readonly descriptors?: ReadonlyMap<number, Source>
}

/**
 * Runs probes. A probe never fails: for its callers, a program that does not run is just another that does not answer.
 *
 * **Gotchas**
 *
 * It does not use `@effect/platform`'s `Command`, which ends a child with TERM only and then waits for it: a program that
 * ignores TERM would hang the shim. Here the whole process group is killed.
 *
 * **Example** (Asking docker for its version)
 *
 * ```ts
 * import { ProbeRunner } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const version = Effect.flatMap(ProbeRunner, (runner) =>
 *   runner.run({ file: "/usr/bin/docker", args: ["--version"], env: process.env })).pipe(
 *     Effect.map(({ stdout }) => stdout)
 *   )
 * ```
 * @category services
 */
export class ProbeRunner extends Context.Tag("docker-shim/shell/services/ProbeRunner")<ProbeRunner, {
  /** The program's output and status; if there is no answer, the reason. */
  readonly run: (probe: Probe) => Effect.Effect<Ran>
}>() {
  static readonly make = Effect.succeed(ProbeRunner.of({
    run: (probe: Probe) => {
      const limit = probe.limit ?? defaultLimit
      return start(probe).pipe(
        Effect.timeoutTo({
          duration: limit,
          onSuccess: (ran) => ran,
          onTimeout: () => silent(`${probe.file} gave no answer within ${Duration.format(limit)}`)
        })
      )
    }
  }))
}

const start = (probe: Probe): Effect.Effect<Ran> =>
  Effect.async<Ran>((resume) => {
    const child = spawned(probe)
    if (child instanceof Error) return resume(Effect.succeed(silent(child.message)))
    const { stderr, stdout } = child
    ChildProcess.feed(child, probe.descriptors ?? new Map())
    const printed = Promise.all([stdout, stderr].map((stream) =>
      Printed.text(stream, longestAnswer, () => {
        resume(Effect.succeed(silent(`${probe.file} answered more than ${longestAnswer >> 20} MiB`)))
        stop()
      })
    ))
    child.once("error", (error) => resume(Effect.succeed(silent(error.message))))
    child.once("close", (code, signal) =>
      void printed.then(([out = "", err = ""]) =>
        resume(Effect.succeed(
          code === null ? silent(`${probe.file} died of ${String(signal)}`) : { code, stdout: out, stderr: err }
        ))
      ))
    const stop = (): void => {
      if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid)
      stdout?.destroy()
      stderr?.destroy()
      child.unref()
    }
    return Effect.sync(stop)
  })

/** Node throws some of the errors that keep a program from starting (`E2BIG`, `EPERM`), and emits the others. */
const spawned = (probe: Probe): Child | Error => {
  try {
    return spawn(probe.file, probe.args, {
      env: {
        ...probe.env,
        [RecursionDepth.variable]: String(Math.max(RecursionDepth.read(probe.env), deepestProbe))
      },
      stdio: streams(probe.descriptors ?? new Map()),
      detached: true
    })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

const streams = (descriptors: ReadonlyMap<number, Source>): StdioOptions =>
  Array.from({ length: Math.max(2, ...descriptors.keys()) + 1 }, (_, at) => {
    const source = descriptors.get(at)
    return at === 1 || at === 2 || typeof source === "object" ? "pipe" : source ?? "ignore"
  })

const silent = (why: string): Ran => ({ code: unanswered, stdout: "", stderr: why })

const killGroup = (leader: number): void => {
  try {
    process.kill(-leader, "SIGKILL")
  } catch {
    // It has already ended.
  }
}
