/**
 * Runs the commands that need more than plain calls: builds, and everything that needs a temporary file.
 * @module
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Facts from "../../core/facts/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import type { Failure } from "../Failure.ts"
import * as FastPath from "../fast-path/FastPath.ts"
import * as Attempt from "../files/Attempt.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import type { Ended } from "../process/Ended.ts"
import * as SignalRelay from "../process/SignalRelay.ts"
import { BuildCacheActions } from "./BuildCacheActions.ts"
import { BuilderProbe } from "./BuilderProbe.ts"
import { BuildTime } from "./BuildTime.ts"
import { CommandHelp } from "./CommandHelp.ts"
import { ComposeConfig } from "./ComposeConfig.ts"
import { ComposePrograms } from "./ComposePrograms.ts"
import { ComposeVersion } from "./ComposeVersion.ts"
import { EngineInfo } from "./EngineInfo.ts"
import { Environment } from "./Environment.ts"
import { Executor } from "./Executor.ts"
import { Planner } from "./Planner.ts"
import { ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { ProcessRunner } from "./ProcessRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"
import { RegistryProbe } from "./RegistryProbe.ts"
import { StandardInput } from "./StandardInput.ts"
import { TemporaryFiles } from "./TemporaryFiles.ts"

/**
 * Provides the services that answer the questions of planning, each made once. They are not layers: `Layer` keeps each service,
 * to build it once and release it at the end, and that took two thirds of the time of a `docker build`
 * (docs/decisions/0001-effect-3.md).
 */
const provideProbes = <A, E, R>(self: Effect.Effect<A, E, R>, environment: Context.Tag.Service<Environment>) =>
  self.pipe(
    Effect.provideServiceEffect(Planner, Planner.make),
    Effect.provideServiceEffect(BuilderProbe, BuilderProbe.make),
    Effect.provideServiceEffect(RegistryProbe, RegistryProbe.make),
    Effect.provideServiceEffect(CommandHelp, CommandHelp.make),
    Effect.provideServiceEffect(ComposeConfig, ComposeConfig.make),
    Effect.provideServiceEffect(ComposeVersion, ComposeVersion.make),
    Effect.provideServiceEffect(ComposePrograms, ComposePrograms.make),
    Effect.provideServiceEffect(StandardInput, StandardInput.make),
    Effect.provideServiceEffect(RealPrograms, RealPrograms.make),
    Effect.provideServiceEffect(ProbeMemory, ProbeMemory.make),
    Effect.provideServiceEffect(ProbeRunner, ProbeRunner.make),
    Effect.provideServiceEffect(EngineInfo, EngineInfo.make),
    Effect.provideServiceEffect(BuildTime, BuildTime.make),
    Effect.provideService(Environment, environment)
  )

/**
 * The service that carries out plans, for the process that it serves.
 *
 * **Example** (Without a layer)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Services, SignalRelay } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const invocation = { argv0: "docker", argv: ["ps"], env: process.env, cwd: process.cwd() }
 *
 * const ended = Services.executor(invocation, "/usr/local/bin/docker-shim", SignalRelay.install()).pipe(
 *   Effect.flatMap(({ execute }) => execute(Facts.none))
 * )
 * ```
 * @category constructors
 */
export const executor = (
  invocation: Invocation,
  shim: string,
  relay: SignalRelay.SignalRelay
): Effect.Effect<Context.Tag.Service<Executor>> =>
  Executor.make.pipe(
    Effect.provideServiceEffect(BuildCacheActions, BuildCacheActions.make),
    Effect.provideServiceEffect(TemporaryFiles, TemporaryFiles.make),
    Effect.provideServiceEffect(ProcessRunner, ProcessRunner.make(relay)),
    (self) => provideProbes(self, { invocation, shim })
  )

/**
 * The service that carries out plans, as a layer.
 *
 * **Example** (One call)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Executor, Services, SignalRelay } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const invocation = { argv0: "docker", argv: ["ps"], env: process.env, cwd: process.cwd() }
 *
 * const ended = Effect.flatMap(Executor, ({ execute }) => execute(Facts.none)).pipe(
 *   Effect.provide(Services.layer(invocation, "/usr/local/bin/docker-shim", SignalRelay.install()))
 * )
 * ```
 * @category layers
 */
export const layer = (invocation: Invocation, shim: string, relay: SignalRelay.SignalRelay): Layer.Layer<Executor> =>
  Layer.effect(Executor, executor(invocation, shim, relay))

/**
 * The services for planning alone: they run nothing except the probes that planning needs.
 *
 * **Example** (Planning alone)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Planner, Services } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const invocation = { argv0: "docker", argv: ["build", "."], env: process.env, cwd: process.cwd() }
 *
 * const words = Effect.flatMap(Planner, (planner) => planner.plan(Facts.none)).pipe(
 *   Effect.map(({ plan }) => plan.args),
 *   Effect.provide(Services.planning(invocation, "/usr/local/bin/docker-shim"))
 * )
 * ```
 * @category layers
 */
export const planning = (invocation: Invocation, shim: string): Layer.Layer<Planner | RealPrograms> =>
  Layer.effectContext(provideProbes(
    Effect.gen(function*() {
      return Context.make(Planner, yield* Planner).pipe(Context.add(RealPrograms, yield* RealPrograms))
    }),
    { invocation, shim }
  ))

/**
 * Carries out one call of the shim from the facts known so far, and ends the process as the real program ended.
 *
 * **Details**
 *
 * A signal that comes before the real program runs ends the shim by that signal, after it has cleaned up. If the shim cannot
 * wait for signals (`ulimit -n`, the stand-alone form), it could not clean up, so the program runs with the words as typed.
 *
 * **Example** (A program that does what the shim does)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Services } from "docker-shim/shell"
 *
 * const invocation = { argv0: "docker", argv: process.argv.slice(2), env: process.env, cwd: process.cwd() }
 *
 * Services.main(invocation, "/usr/local/bin/docker-shim", Facts.none)
 * ```
 * @category running
 */
export const main = (invocation: Invocation, shim: string, facts: Facts.Facts): void => {
  const relay = Attempt.attempt(SignalRelay.install)
  if (relay === undefined) return FastPath.untouched(invocation, shim, "too many open files to wait for signals")
  let endedBy: NodeJS.Signals = "SIGTERM"
  relay.interrupt((signal) => {
    endedBy = signal
    Effect.runFork(Fiber.interruptFork(fiber))
  })
  // after that, because it may come to the real program at once, whose the signals are from then on
  const fiber = Effect.runFork(Effect.flatMap(executor(invocation, shim, relay), ({ execute }) => execute(facts)))
  fiber.addObserver((exit) => {
    relay.release()
    if (Exit.isSuccess(exit)) return ChildProcess.endAs(exit.value)
    const failure = Cause.failureOption(exit.cause)
    if (Option.isSome(failure)) return fail(failure.value, invocation, shim)
    if (Cause.isInterruptedOnly(exit.cause)) {
      return ChildProcess.endAs({ _tag: "Signaled", signal: endedBy } satisfies Ended)
    }
    FastPath.fail({ _tag: "Defect", cause: Cause.squash(exit.cause) })
  })
}

/** Where there is no process beside the shim's (`ulimit -u`, seccomp), the program can still have the shim's own. */
const fail = (failure: Failure, invocation: Invocation, shim: string): void =>
  failure._tag === "ProgramNotRunnable" && failure.isProcessRefused === true
    ? FastPath.untouched(invocation, shim, "no other process can be started")
    : FastPath.fail(failure)
