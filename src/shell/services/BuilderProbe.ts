/**
 * Finds out which builder a build would use and whether it can export its cache.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as path from "node:path"
import coerce from "semver/functions/coerce.js"
import major from "semver/functions/major.js"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import type { Builder } from "../../core/builder/Builder.ts"
import * as BuildxInspect from "../../core/builder/BuildxInspect.ts"
import * as DaemonInfo from "../../core/builder/DaemonInfo.ts"
import * as Question from "../../core/facts/Question.ts"
import type { Env } from "../../core/Invocation.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as DaemonBuilder from "../builder/DaemonBuilder.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import { EngineInfo } from "./EngineInfo.ts"
import { Environment } from "./Environment.ts"
import { type Memory, ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/** The first docker CLI that forwards `docker build` to buildx: docker/cli 23.0.0, `cmd/docker/builder.go`. */
const firstForwardingMajor = 23

/** An answer is asked for again after a day; where the daemon cannot be seen to change (TCP, SSH) after five minutes. */
const longestMemory = { local: 24 * 3600_000, remote: 5 * 60_000 }

/** The variables by which buildx and docker choose a builder. */
const variables = ["DOCKER_HOST", "DOCKER_CONTEXT", "BUILDX_BUILDER", "BUILDX_CONFIG", "DOCKER_CONFIG", "HOME"]

/**
 * Probes builders, and remembers what they answered for as long as nothing changed that the answer depends on.
 *
 * **Details**
 *
 * Asks `docker --version` if docker itself decides whether to forward a build to buildx; then the daemon on its socket if that
 * is the builder, else `docker buildx inspect`. `ask` may answer from memory; `askAgain` forgets first, unless this process
 * itself asked.
 *
 * **Example** (A fake that knows one builder)
 *
 * ```ts
 * import type { Builder } from "docker-shim"
 * import { BuilderProbe } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const builder: Builder.Builder = { _tag: "Exporting", driver: "docker-container" }
 *
 * const fake = BuilderProbe.of({
 *   ask: () => Effect.succeed(builder),
 *   askAgain: () => Effect.succeed(builder),
 *   report: () => Effect.succeed(""),
 *   triggers: () => Effect.succeed([])
 * })
 * ```
 * @category services
 */
export class BuilderProbe extends Context.Tag("docker-shim/shell/services/BuilderProbe")<BuilderProbe, {
  /** Whether the builder can export its cache; the answer may be a remembered one. */
  readonly ask: (question: Question.Of<"Builder">) => Effect.Effect<Builder>
  /** The same, asked in this process. */
  readonly askAgain: (question: Question.Of<"Builder">) => Effect.Effect<Builder>
  /** The output of a `docker buildx` command about the builder, such as `du --verbose`; empty if it fails. */
  readonly report: (question: Question.Of<"Builder">, command: ReadonlyArray<string>) => Effect.Effect<string>
  /** The steps that an image adds to builds that begin with it (`ONBUILD`); none if the daemon does not have it. */
  readonly triggers: (question: Question.Of<"Builder">, image: string) => Effect.Effect<ReadonlyArray<string>>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation } = yield* Environment
    const programs = yield* RealPrograms
    const runner = yield* ProbeRunner
    const memory = yield* ProbeMemory
    const engine = yield* EngineInfo

    /** The builders' answers in this process. */
    const asked = new Map<string, Builder>()

    const answer = Effect.fnUntraced(function*(question: Question.Of<"Builder">, isAskedAgain: boolean) {
      const docker = yield* programs.locate("docker")
      const config = Endpoint.configDirectory(question.endpoint, invocation.env)
      const env = { ...extend(invocation.env, question.env), DOCKER_CONFIG: config }
      const surroundings = DaemonBuilder.look(question, env)
      const remembered = memoryOf(question, docker, env, surroundings)
      const fresh = asked.get(Question.id(question))
      if (isAskedAgain && fresh !== undefined) return fresh
      if (isAskedAgain) yield* memory.forget(remembered)
      return yield* memory.remember(
        remembered,
        Effect.tap(
          probe(question, docker, surroundings, { engine, runner, env: invocation.env }),
          (found) => Effect.sync(() => asked.set(Question.id(question), found))
        )
      )
    })
    const report = Effect.fnUntraced(function*(
      question: Question.Of<"Builder">,
      command: ReadonlyArray<string>
    ) {
      const file = yield* programs.locate("docker")
      const env = { ...extend(invocation.env, question.env), ...named(question) }
      const { stdout } = yield* runner.run({ file, args: [...question.globals, ...command], env })
      return stdout
    })
    const triggers = (question: Question.Of<"Builder">, image: string) =>
      Effect.map(
        report(question, ["image", "inspect", "--format", "{{json .Config}}", "--", image]),
        (config) => JsonObject.list(JsonObject.parse(config), "OnBuild").filter((one) => typeof one === "string")
      )
    const unknown: Builder = { _tag: "Unknown", why: "docker was not found" }

    return BuilderProbe.of({
      ask: (question) => answer(question, false).pipe(Effect.orElseSucceed(() => unknown)),
      report: (question, command) => report(question, ["buildx", ...command]).pipe(Effect.orElseSucceed(() => "")),
      triggers: (question, image) => triggers(question, image).pipe(Effect.orElseSucceed(() => [])),
      askAgain: (question) => answer(question, true).pipe(Effect.orElseSucceed(() => unknown))
    })
  })
}

/** What probing needs. */
interface Probes {
  readonly engine: Context.Tag.Service<EngineInfo>
  readonly runner: Context.Tag.Service<ProbeRunner>
  readonly env: Env
}

const probe = Effect.fnUntraced(function*(
  question: Question.Of<"Builder">,
  file: string,
  { isDaemon, socket }: DaemonBuilder.Surroundings,
  { engine, env: given, runner }: Probes
) {
  const env = {
    ...extend(given, question.env),
    ...named(question)
  }
  if (question.through === "docker") {
    const version = coerce((yield* runner.run({ file, args: ["--version"], env })).stdout)
    if (version !== null && major(version) < firstForwardingMajor) {
      return { _tag: "Legacy", why: `docker ${version.version} builds without buildx` } satisfies Builder
    }
  }
  const daemon = isDaemon && socket !== undefined ? yield* engine.ask(socket) : undefined
  if (daemon?._tag === "Silent") return { _tag: "Unknown", why: daemon.why } satisfies Builder
  const builder = daemon?._tag === "Answered" ? DaemonInfo.builder(daemon.info) : undefined
  if (builder !== undefined) return builder
  return BuildxInspect.read(yield* runner.run({ file, args: [...question.globals, "buildx", "inspect"], env }))
})

const named = ({ name }: Question.Of<"Builder">): Readonly<Record<string, string>> =>
  name === undefined ? {} : { BUILDX_BUILDER: name }

/**
 * An answer depends on the docker program, the buildx plugin, docker's configuration, the builders that buildx knows and
 * the daemon's socket. `Unknown` is never remembered.
 */
const memoryOf = (
  question: Question.Of<"Builder">,
  docker: string,
  env: Readonly<Record<string, string | undefined>>,
  { plugin, socket, store }: DaemonBuilder.Surroundings
): Memory<Builder> => ({
  subject: [question, variables.map((name) => env[name] ?? null), store],
  files: [docker, plugin, path.join(RealProgram.configDirectory(env), "config.json"), socket],
  longest: socket === undefined ? longestMemory.remote : longestMemory.local,
  decode,
  isWorth: ({ _tag }) => _tag !== "Unknown"
})

const decode = (value: unknown): Builder | undefined => {
  const [tag, driver, why] = ["_tag", "driver", "why"].map((name) => JsonObject.text(value, name))
  if (tag === "Exporting") {
    // an earlier docker-shim remembered a remote builder as one that exports
    return driver === undefined || BuildxInspect.isShared(driver) ? undefined : { _tag: tag, driver }
  }
  return why !== undefined && (tag === "ImportOnly" || tag === "Shared" || tag === "Legacy")
    ? { _tag: tag, why }
    : undefined
}
