/**
 * Asks the real Compose for its version.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import coerce from "semver/functions/coerce.js"
import major from "semver/functions/major.js"
import type * as Facts from "../../core/Facts.ts"
import { ComposePrograms } from "./ComposePrograms.ts"
import { type Memory, ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"

/** A program has another version only when it is another file. */
const longest = 30 * 24 * 3600_000

/**
 * Reads `docker-compose version --short`, and remembers it as long as the program is the same. What cannot be read is taken
 * for a Compose of today.
 *
 * @category services
 * @since 0.1.0
 */
export class ComposeVersion extends Context.Tag("docker-shim/shell/services/ComposeVersion")<ComposeVersion, {
  readonly ask: Effect.Effect<Facts.ComposeVersion>
}>() {
  static readonly make = Effect.gen(function*() {
    const programs = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const memory = yield* ProbeMemory
    return ComposeVersion.of({
      ask: programs.command("standalone", []).pipe(
        Effect.flatMap(({ env, file }) =>
          memory.remember(
            memoryOf(file),
            runner.run({ file, args: ["version", "--short"], env }).pipe(
              Effect.map((ran) => ({ major: ran.code === 0 ? read(ran.stdout) : 0 }))
            )
          )
        ),
        Effect.orElseSucceed(() => ({ major: 0 }))
      )
    })
  })
}

/**
 * The generation in a version such as `2.40.3-3`, `v2.26.1`, `5.0.1-desktop.1` or `1.29.2`; 0 where it cannot be read.
 *
 * @category parsing
 * @since 0.1.0
 */
export const read = (text: string): number => {
  const version = coerce(text)
  return version === null ? 0 : major(version)
}

const memoryOf = (file: string): Memory<Facts.ComposeVersion> => ({
  subject: "compose version",
  files: [file],
  longest,
  decode: (value) =>
    typeof value === "object" && value !== null && "major" in value && typeof value.major === "number"
      ? { major: value.major }
      : undefined,
  isWorth: (version) => version.major > 0
})
