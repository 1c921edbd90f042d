/**
 * Which mutants are tried. Stryker takes ranges of a file and tries all that lies in them; so mutants are drawn, each with what
 * lies in it.
 */
import { Instrumenter } from "@stryker-mutator/instrumenter"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"

/** The sample: `ranges` such as `src/core/argv/Argv.ts:12:4-12:20`, in which `count` mutants lie, of `all`. */
export interface Sample {
  readonly ranges: ReadonlyArray<string>
  readonly count: number
  readonly all: number
}

/** A mutant that holds more than so many others, such as a function that does nothing, would be the sample by itself. */
const mostWithin = 5

type Logger = ConstructorParameters<typeof Instrumenter>[0]

const ignored = (): undefined => undefined
const silent: Logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: ignored,
  debug: ignored,
  info: ignored,
  warn: ignored,
  error: ignored,
  fatal: ignored
}

/** Modules of the core; not the grammars, which are data made from docker's own help and compared with it. */
const modules = (repository: string): ReadonlyArray<string> =>
  fs.readdirSync(path.join(repository, "src/core"), { recursive: true, encoding: "utf8" }).sort()
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".generated.ts")).map((name) => `src/core/${name}`)

type Mutant = Awaited<ReturnType<Instrumenter["instrument"]>>["mutants"][number]

const mutantsOf = async (files: ReadonlyArray<{ readonly name: string; readonly content: string }>) => {
  const asked = files.map((file) => ({ ...file, mutate: true }))
  const options = { plugins: null, excludedMutations: [], ignorers: [] }
  const { mutants } = await new Instrumenter(silent).instrument(asked, options)
  return mutants
}

/** The mutants that lie in another, itself included, by Stryker's rule for ranges. */
const within = ({ location: { end, start } }: Mutant, others: ReadonlyArray<Mutant>): ReadonlyArray<Mutant> =>
  others.filter(({ location }) => !isBefore(location.start, start) && !isBefore(end, location.end))

type Position = Mutant["location"]["start"]

const isBefore = (one: Position, other: Position): boolean =>
  one.line < other.line || (one.line === other.line && one.column < other.column)

/**
 * Draws mutants until there are at least `count`: those whose hashes with the seed and their own text are the smallest, so
 * that a change elsewhere leaves the sample as it is.
 */
export const draw = async (repository: string, count: number, seed: number): Promise<Sample> => {
  const files = modules(repository).map((name) => ({
    name,
    content: fs.readFileSync(path.join(repository, name), "utf8")
  }))
  const all = await mutantsOf(files)
  const texts = new Map(files.map(({ content, name }) => [name, content.split("\n")]))
  const ofFile = new Map(files.map(({ name }) => [name, all.filter(({ fileName }) => fileName === name)]))
  const ranked = all.map((mutant) => {
    const text = texts.get(mutant.fileName)?.[mutant.location.start.line]
    const what = JSON.stringify([seed, mutant.fileName, text, mutant.location.start.column, mutant.replacement])
    return { mutant, rank: createHash("sha256").update(what).digest("hex") }
  }).sort((one, other) => one.rank < other.rank ? -1 : 1)
  const drawn = new Set<Mutant>()
  const ranges = new Set<string>()
  for (const { mutant } of ranked) {
    if (drawn.size >= count) break
    const inside = within(mutant, ofFile.get(mutant.fileName) ?? [])
    if (inside.length > mostWithin + 1) continue
    for (const one of inside) drawn.add(one)
    const { end, start } = mutant.location
    ranges.add(`${mutant.fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`)
  }
  return { ranges: [...ranges].sort(), count: drawn.size, all: all.length }
}
