/**
 * Runs a program to ask it something: with a limit on its time, no standard input, and its output kept.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { spawn, type StdioOptions } from "node:child_process"
import * as RecursionDepth from "../../core/plan/RecursionDepth.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import type { Source } from "../process/InputFiles.ts"
import * as Printed from "../process/Printed.ts"

/**
 * What a probe printed, and its exit status.
 * @category models
 */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Status of a probe that could not be started, died by a signal, took too long or printed too much; `stderr` then holds
 * the reason.
 */
export const unanswered = 255

/**
 * Longest time a probe may take where its caller does not say. An answering docker takes a tenth of a second; one that
 * hangs must not hang the shim.
 */
export const defaultLimit = Duration.seconds(10)

/**
 * A probe may meet the shim once, as a plugin. Where what is asked leads back to the shim again and again, each probe of
 * each round would go as deep as the command itself.
 */
const deepestProbe = RecursionDepth.max - 2

/** In bytes. A project of 200 services is 0.2 MB; what prints more than this is broken, and must not fill the memory. */
const longestAnswer = 64 * 1024 * 1024

/**
 * What to run for an answer. `env` is the whole environment; `descriptors` says which descriptor of the shim's the program
 * finds under which number: none but its own output where that is left out.
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
 * Runs probes. A probe never fails: to those who ask it, a program that does not run is one more way of not answering.
 *
 * **Gotchas**
 *
 * Not `@effect/platform`'s `Command`: it ends a child with TERM only and then waits for it, so that a program that
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
  /** What the program printed, and its status; why it gave no answer where there is none. */
  readonly run: (probe: Probe) => Effect.Effect<Ran>
}>() {
  static readonly make = Effect.succeed(ProbeRunner.of({
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
  }))
}

const start = (probe: Probe): Effect.Effect<Ran> =>
  Effect.async<Ran>((resume) => {
    const child = spawn(probe.file, probe.args, {
      env: {
        ...probe.env,
        [RecursionDepth.variable]: String(Math.max(RecursionDepth.read(probe.env), deepestProbe))
      },
      stdio: streams(probe.descriptors ?? new Map()),
      detached: true
    })
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
    // It ended by itself meanwhile.
  }
}
