/**
 * Asks the real Compose for its version.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import coerce from "semver/functions/coerce.js"
import major from "semver/functions/major.js"
import minor from "semver/functions/minor.js"
import type * as Question from "../../core/facts/Question.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { ComposePrograms } from "./ComposePrograms.ts"
import { type Memory, ProbeMemory } from "./ProbeMemory.ts"
import { ProbeRunner } from "./ProbeRunner.ts"

/** How long an answer may be remembered, in milliseconds: a program has another version only if it is another file. */
const longest = 30 * 24 * 3600_000

/**
 * Reads `compose version --short`, and remembers it as long as the program is the same. If the version cannot be read, it
 * counts as a current Compose.
 */
export class ComposeVersion extends Context.Tag("docker-shim/shell/services/ComposeVersion")<ComposeVersion, {
  /** The version; zeros if it cannot be read. */
  readonly ask: (question: Question.Of<"ComposeVersion">) => Effect.Effect<Question.Answers["ComposeVersion"]>
}>() {
  static readonly make = Effect.gen(function*() {
    const programs = yield* ComposePrograms
    const runner = yield* ProbeRunner
    const memory = yield* ProbeMemory
    return ComposeVersion.of({
      ask: ({ form, globals }: Question.Of<"ComposeVersion">) =>
        programs.command(form, globals).pipe(
          Effect.flatMap(({ args, env, file }) => {
            const asked = runner.run({ file, args: [...args, "version", "--short"], env }).pipe(
              Effect.map((ran) => ran.code === 0 ? read(ran.stdout) : unknown)
            )
            // docker itself, asked where it has other plugins, may have another tomorrow
            return args.length > 1 ? asked : memory.remember(memoryOf(file), asked)
          }),
          Effect.orElseSucceed(() => unknown)
        )
    })
  })
}

const unknown: Question.Answers["ComposeVersion"] = { major: 0, minor: 0 }

/** The version in a text such as `2.40.3-3`, `v2.26.1`, `5.0.1-desktop.1` or `1.29.2`; 0 where it cannot be read. */
export const read = (text: string): Question.Answers["ComposeVersion"] => {
  const version = coerce(text)
  return version === null ? unknown : { major: major(version), minor: minor(version) }
}

const memoryOf = (file: string): Memory<Question.Answers["ComposeVersion"]> => ({
  subject: "compose version, major and minor",
  files: [file],
  longest,
  decode: (value) => {
    const [major, minor] = ["major", "minor"].map((name) => JsonObject.field(value, name))
    return typeof major === "number" && typeof minor === "number" ? { major, minor } : undefined
  },
  isWorth: (version) => version.major > 0
})
