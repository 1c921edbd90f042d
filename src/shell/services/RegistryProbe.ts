/**
 * Finds out which entries of builds are in a registry.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RegistryEntry } from "../../core/cache/RegistryEntry.ts"
import type { Of } from "../../core/facts/Question.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import { Environment } from "./Environment.ts"
import { ProbeRunner } from "./ProbeRunner.ts"
import { RealPrograms } from "./RealPrograms.ts"

/** A reference takes 0.1 to 0.7 s. The user's build starts after this time at the latest. */
const limit = Duration.seconds(3)

/** So many references are asked about at once. */
const concurrency = 4

/**
 * Asks `docker buildx imagetools inspect`, which uses docker's own credentials, and the network of the client.
 *
 * **Example** (A fake of an empty registry)
 *
 * ```ts
 * import { RegistryProbe } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const fake = RegistryProbe.of({
 *   ask: ({ builds }) => Effect.succeed(builds.map(() => ({ _tag: "None" })))
 * })
 * ```
 * @category services
 */
export class RegistryProbe extends Context.Tag("docker-shim/shell/services/RegistryProbe")<RegistryProbe, {
  /** For each build the first of its references that is there, `None` where none is, `Unknown` where docker cannot tell. */
  readonly ask: (question: Of<"RegistryEntries">) => Effect.Effect<ReadonlyArray<RegistryEntry>>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation } = yield* Environment
    const programs = yield* RealPrograms
    const runner = yield* ProbeRunner

    const look = Effect.fn("RegistryProbe.look")(function*(
      { env, globals }: Of<"RegistryEntries">,
      file: string,
      reference: string
    ) {
      const args = [...globals, ...question(reference)]
      return ofAnswer(reference, yield* runner.run({ file, args, env: extend(invocation.env, env), limit }))
    })

    const nearest = Effect.fn("RegistryProbe.nearest")(function*(
      asked: Of<"RegistryEntries">,
      file: string,
      [own = "", ...relatives]: ReadonlyArray<string>
    ) {
      // the own one is there nearly always
      const found = yield* look(asked, file, own)
      if (found._tag !== "None") return found
      const all = yield* Effect.forEach(relatives, (one) => look(asked, file, one), { concurrency })
      return all.find(({ _tag }) => _tag !== "None") ?? found
    })

    const ask = Effect.fn("RegistryProbe.ask")(function*(asked: Of<"RegistryEntries">) {
      const file = yield* programs.locate("docker")
      return yield* Effect.forEach(asked.builds, (one) => nearest(asked, file, one), { concurrency })
    })

    return RegistryProbe.of({
      ask: (asked) => {
        const unknown = (why: string) => asked.builds.map((): RegistryEntry => ({ _tag: "Unknown", why }))
        return ask(asked).pipe(
          Effect.timeoutTo({
            duration: limit,
            onSuccess: (entries: ReadonlyArray<RegistryEntry>) => entries,
            onTimeout: () => unknown(`no answer within ${Duration.toSeconds(limit)} s`)
          }),
          Effect.orElseSucceed(() => unknown("docker was not found"))
        )
      }
    })
  })
}

/** What docker is asked, behind its global flags. */
export const question = (reference: string): ReadonlyArray<string> => ["buildx", "imagetools", "inspect", reference]

/** Only this says that an entry is not there: containerd's resolver, as buildx 0.13 to 0.29 print it. */
const absent = /: not found$/

/** What docker's answer says of a reference. */
export const ofAnswer = (
  reference: string,
  { code, stderr }: { readonly code: number; readonly stderr: string }
): RegistryEntry => {
  if (code === 0) return { _tag: "Found", reference }
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "")
  const why = (lines.at(-1) ?? `docker ended with status ${code}`).replace(/^ERROR: /, "")
  return absent.test(why) ? { _tag: "None" } : { _tag: "Unknown", why }
}
