/** Finds out which entries of builds are in a registry, and gives them names. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RegistryNames } from "../../core/cache/CacheAction.ts"
import type { RegistryEntry } from "../../core/cache/RegistryEntry.ts"
import type { Of } from "../../core/facts/Question.ts"
import type { Failure } from "../Failure.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import { Environment } from "./Environment.ts"
import { ProbeRunner, type Ran } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/** One reference takes 0.1 to 0.8 s. The user's build starts, or ends, after this time at the latest. */
const limit = Duration.seconds(3)

/** How many references are asked about, or named, at once. */
const concurrency = 4

/**
 * Asks `docker buildx imagetools inspect`, and names by `docker buildx imagetools create`, which use docker's own credentials, and the network of the client.
 *
 * **Example** (A fake of an empty registry)
 *
 * ```ts
 * import { RegistryProbe } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const fake = RegistryProbe.of({
 *   ask: ({ builds }) => Effect.succeed(builds.map(() => ({ _tag: "None" }))),
 *   name: () => Effect.succeed([])
 * })
 * ```
 * @category services
 */
export class RegistryProbe extends Context.Tag("docker-shim/shell/services/RegistryProbe")<RegistryProbe, {
  /** For each build the first of its references that exists, `None` if none does, `Unknown` if docker cannot tell. */
  readonly ask: (question: Of<"RegistryEntries">) => Effect.Effect<ReadonlyArray<RegistryEntry>>
  /** Gives entries their other names: `Found` if that was done, `None` if the entry itself does not exist. */
  readonly name: (names: RegistryNames) => Effect.Effect<ReadonlyArray<RegistryEntry>>
}>() {
  static readonly make = Effect.map(
    Effect.all([Environment, RealPrograms, ProbeRunner]),
    ([{ invocation }, programs, runner]) => {
      const docker = ({ env, globals }: Pick<RegistryNames, "env" | "globals">): Docker => (args) =>
        Effect.flatMap(
          programs.locate("docker"),
          (file) => runner.run({ file, args: [...globals, ...args], env: extend(invocation.env, env), limit })
        )
      return RegistryProbe.of({
        ask: ({ builds, ...call }) => answers(builds, (one) => nearest(docker(call), one)),
        name: ({ entries, ...call }) => answers(entries, (one) => copy(docker(call), one))
      })
    }
  )
}

/** Runs docker with the command's global flags and environment, and these arguments. */
type Docker = (args: ReadonlyArray<string>) => Effect.Effect<Ran, Failure>

/** The answers for several references, several at once and within one time limit. */
const answers = <A>(
  all: ReadonlyArray<A>,
  one: (asked: A) => Effect.Effect<RegistryEntry, Failure>
): Effect.Effect<ReadonlyArray<RegistryEntry>> => {
  const unknown = (why: string) => all.map((): RegistryEntry => ({ _tag: "Unknown", why }))
  return Effect.forEach(all, one, { concurrency }).pipe(
    Effect.timeoutTo({
      duration: limit,
      onSuccess: (entries: ReadonlyArray<RegistryEntry>) => entries,
      onTimeout: () => unknown(`no answer within ${Duration.toSeconds(limit)} s`)
    }),
    Effect.orElseSucceed(() => unknown("docker was not found"))
  )
}

/** The own entry nearly always exists: the others are asked about only if it does not. */
const nearest = Effect.fnUntraced(function*(docker: Docker, [own = "", ...relatives]: ReadonlyArray<string>) {
  const look = (reference: string) => Effect.map(docker(question(reference)), (ran) => ofAnswer(reference, ran))
  const found = yield* look(own)
  if (found._tag !== "None") return found
  const all = yield* Effect.forEach(relatives, look, { concurrency })
  return all.find(({ _tag }) => _tag !== "None") ?? found
})

const copy = Effect.fnUntraced(function*(
  docker: Docker,
  { names, reference }: RegistryNames["entries"][number]
) {
  const words = [...names.flatMap((one) => ["--tag", one]), reference]
  const ran = yield* docker([...create, `${asItIs}=false`, ...words])
  const isOlder = ran.stderr.includes(`unknown flag: ${asItIs}`)
  return ofAnswer(reference, isOlder ? yield* docker([...create, ...words]) : ran)
})

const create = ["buildx", "imagetools", "create"]

/**
 * Makes docker copy the one manifest, instead of putting it into an index, in which BuildKit would find no cache. A buildx that
 * lacks the flag (0.13) copies an index as it is, and BuildKit of that time exports one (buildx 0.29.1,
 * `util/imagetools/create.go`).
 */
const asItIs = "--prefer-index"

/** The words of the question, after docker's global flags. */
export const question = (reference: string): ReadonlyArray<string> => ["buildx", "imagetools", "inspect", reference]

/** Only this text says that an entry does not exist: containerd's resolver, as buildx 0.13 to 0.29 print it. */
const absent = /: not found$/

/** docker's advice behind an error (docker/cli, `cli/cobra.go`). */
const hint = /^(?:Run|See) '/

/** The state of a reference, by docker's answer. */
export const ofAnswer = (
  reference: string,
  { code, stderr }: { readonly code: number; readonly stderr: string }
): RegistryEntry => {
  if (code === 0) return { _tag: "Found", reference }
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !hint.test(line))
  const why = (lines.at(-1) ?? `docker ended with status ${code}`).replace(/^ERROR: /, "")
  return absent.test(why) ? { _tag: "None" } : { _tag: "Unknown", why }
}
