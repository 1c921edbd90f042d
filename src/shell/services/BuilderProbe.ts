/**
 * Finds out which builder a build would use and whether it can export its cache.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import coerce from "semver/functions/coerce.js"
import major from "semver/functions/major.js"
import type { Builder } from "../../core/Builder.ts"
import * as BuildxInspect from "../../core/BuildxInspect.ts"
import type * as Facts from "../../core/Facts.ts"
import { extend } from "../front/ChildProgram.ts"
import { Environment } from "./Environment.ts"
import { ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/** The first docker CLI that forwards `docker build` to buildx: docker/cli 23.0.0, `cmd/docker/builder.go`. */
const firstForwardingMajor = 23

/**
 * Probes builders, and remembers what they answered for as long as nothing changed that the answer depends on.
 *
 * **Details**
 *
 * Asks `docker --version` where docker itself decides whether to forward a build to buildx, and `docker buildx inspect`.
 * `ask` may answer from memory; `askAgain` forgets first.
 *
 * @category services
 * @since 0.1.0
 */
export class BuilderProbe extends Context.Tag("docker-shim/shell/services/BuilderProbe")<BuilderProbe, {
  readonly ask: (question: Facts.Of<"Builder">) => Effect.Effect<Builder>
  readonly askAgain: (question: Facts.Of<"Builder">) => Effect.Effect<Builder>
}>() {
  static readonly layer = Layer.effect(
    BuilderProbe,
    Effect.gen(function*() {
      const { invocation } = yield* Environment
      const programs = yield* RealPrograms
      const runner = yield* ProbeRunner
      const memory = yield* ProbeMemory

      const probe = Effect.fn("BuilderProbe.probe")(function*(question: Facts.Of<"Builder">, file: string) {
        const env = {
          ...extend(invocation.env, question.env),
          ...(question.name === undefined ? {} : { BUILDX_BUILDER: question.name })
        }
        if (question.through === "docker") {
          const version = coerce((yield* runner.run({ file, args: ["--version"], env })).stdout)
          if (version !== null && major(version) < firstForwardingMajor) {
            return { _tag: "Legacy", why: `docker ${version.version} builds without buildx` } satisfies Builder
          }
        }
        return BuildxInspect.read(yield* runner.run({ file, args: [...question.globals, "buildx", "inspect"], env }))
      })

      const answer = Effect.fn("BuilderProbe.answer")(function*(question: Facts.Of<"Builder">, isAskedAgain: boolean) {
        const docker = yield* programs.locate("docker")
        if (isAskedAgain) yield* memory.forget(question, docker)
        return yield* memory.remember(question, docker, probe(question, docker))
      })
      const unknown: Builder = { _tag: "Unknown", why: "docker was not found" }

      return {
        ask: (question) => answer(question, false).pipe(Effect.orElseSucceed(() => unknown)),
        askAgain: (question) => answer(question, true).pipe(Effect.orElseSucceed(() => unknown))
      }
    })
  )
}
