/**
 * Generators of docker words, made from parts by pflag's own rules and not by the code under test.
 */
import * as FastCheck from "effect/FastCheck"

/** Words that mean something to docker, and words that mean nothing. */
export const word: FastCheck.Arbitrary<string> = FastCheck.oneof(
  {
    weight: 5,
    arbitrary: FastCheck.constantFrom(...["run", "create", "container", "image", "builder", "buildx", "build", "b"])
  },
  {
    weight: 3,
    arbitrary: FastCheck.constantFrom("compose", "up", "exec", "volume", "service", "web", "a:/b", ".", "help")
  },
  {
    weight: 4,
    arbitrary: FastCheck.constantFrom("-v", "-itv", "-it=false", "-va:/b", "-v=", "-t=", "--rm", "--rm=no", "-D")
  },
  {
    weight: 4,
    arbitrary: FastCheck.constantFrom("--", "-", "", "---", "--=", "-=", "--volume", "--volume=", "--mount=a")
  },
  {
    weight: 4,
    arbitrary: FastCheck.constantFrom("-c", "--context", "-Dl", "--debug=false", "-f", "--builder", "--new", "-Z")
  },
  { weight: 2, arbitrary: FastCheck.string() },
  { weight: 2, arbitrary: FastCheck.string().map((text) => `-${text}`) },
  { weight: 2, arbitrary: FastCheck.string().map((text) => `--${text}`) }
)

/** Any words at all. */
export const words: FastCheck.Arbitrary<ReadonlyArray<string>> = FastCheck.array(word, { maxLength: 12 })

/** What one flag of a valid command line should be read as: its name and value (`true` for a boolean without one). */
export interface Given {
  readonly name: string
  readonly value: string
}

/** A valid stretch of flags: the words, and what they say in order. */
export interface Spelled {
  readonly words: ReadonlyArray<string>
  readonly given: ReadonlyArray<Given>
}

const booleans = [["rm", ""], ["init", ""], ["interactive", "i"], ["tty", "t"], ["privileged", ""]] as const
const valued = [["volume", "v"], ["env", "e"], ["user", "u"], ["name", ""], ["mount", ""], ["hostname", "h"]] as const

/** Values of all sorts, those that look like flags included. */
export const value: FastCheck.Arbitrary<string> = FastCheck.oneof(
  FastCheck.string(),
  FastCheck.constantFrom("", "-v", "--rm", "--", "-", "=", "=x", "a=b", "/src:/app:ro", "type=bind,\"source=/a,b\"")
)

const long: FastCheck.Arbitrary<Spelled> = FastCheck.oneof(
  FastCheck.constantFrom(...booleans).map(([name]) => ({ words: [`--${name}`], given: [{ name, value: "true" }] })),
  FastCheck.tuple(FastCheck.constantFrom(...booleans), FastCheck.constantFrom("true", "false", "0", "T")).map(
    ([[name], text]) => ({ words: [`--${name}=${text}`], given: [{ name, value: text }] })
  ),
  FastCheck.tuple(FastCheck.constantFrom(...valued), value, FastCheck.boolean()).map(([[name], text, joined]) => ({
    words: joined ? [`--${name}=${text}`] : [`--${name}`, text],
    given: [{ name, value: text }]
  }))
)

const group: FastCheck.Arbitrary<Spelled> = FastCheck.tuple(
  FastCheck.array(FastCheck.constantFrom(...booleans.filter(([, shorthand]) => shorthand !== "")), { maxLength: 3 }),
  FastCheck.constantFrom(...valued.filter(([, shorthand]) => shorthand !== "")),
  value,
  FastCheck.constantFrom("attached", "equals", "separate")
).map(([letters, [name, shorthand], text, how]) => {
  const dash = `-${letters.map(([, letter]) => letter).join("")}${shorthand}`
  const given = [...letters.map((letter) => ({ name: letter[0], value: "true" })), { name, value: text }]
  // the spellings that cannot carry a value: `-v` alone, `-v=x` as the attached `=x`, `-v=` as the empty value
  if (how === "attached" && text !== "" && !(text.startsWith("=") && text.length > 1)) {
    return { words: [dash + text], given }
  }
  return how === "equals" && text !== "" ? { words: [`${dash}=${text}`], given } : { words: [dash, text], given }
})

/** The flags of a valid `docker run`, in any spelling. */
export const runFlags: FastCheck.Arbitrary<Spelled> = FastCheck.array(FastCheck.oneof(long, group), { maxLength: 8 })
  .map((
    all
  ) => ({ words: all.flatMap((one) => one.words), given: all.flatMap((one) => one.given) }))

/** Docker's global flags, in any spelling. */
export const globalFlags: FastCheck.Arbitrary<ReadonlyArray<string>> = FastCheck.array(
  FastCheck.constantFrom<ReadonlyArray<string>>(
    ["-D"],
    ["--debug=false"],
    ["--context", "build"],
    ["-c", "run"],
    ["-ccompose"],
    ["-Dl", "debug"],
    ["-Dldebug"],
    ["--host=unix:///x"],
    ["-H", "--"],
    ["--tls"]
  ),
  { maxLength: 4 }
).map((all) => all.flat())
