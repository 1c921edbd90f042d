/**
 * Breaks the core in many ways and counts how many of them its tests notice:
 * `npm run mutation [-- --count 200] [--seed 1] [--chunk 200] [--again]`.
 *
 * Verdicts are kept in `.cache/mutation.json`, so that a run of `--chunk` mutants goes on where the last one stopped;
 * `--again` tries those that survived once more. When all are tried, `docs/develop/mutation.md` gets the figures.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as Progress from "../../src/shell/cli/Progress.ts"
import * as Mutant from "./Mutant.ts"
import * as Sample from "./Sample.ts"
import * as Trial from "./Trial.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const kept = path.join(root, ".cache/mutation.json")
const page = path.join(root, "docs/develop/mutation.md")

const { values: { again, chunk, count, seed } } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    chunk: { type: "string", default: "200" },
    again: { type: "boolean", default: false }
  }
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const texts = new Map<string, string>()
const textOf = (file: string): string => {
  const text = texts.get(file) ?? fs.readFileSync(path.join(root, file), "utf8")
  texts.set(file, text)
  return text
}

/** Not the grammars, which are data made from docker's own help and compared with it. */
const modules = fs.readdirSync(path.join(root, "src/core"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".generated.ts")).sort().map((name) => `src/core/${name}`)

const all = modules.flatMap((file) => Mutant.all(file, textOf(file)))
const sample = Sample.take(all, textOf, Number(count), Number(seed))
const nameOf = (mutant: Mutant.Mutant): string => Mutant.print(mutant, textOf(mutant.file))

const verdicts: Map<string, Trial.Verdict> = new Map(
  fs.existsSync(kept) ? Object.entries(JSON.parse(fs.readFileSync(kept, "utf8")) as Record<string, Trial.Verdict>) : []
)

/** What stands between the two marks of the page is written here, the rest by people. */
const writePage = (lines: ReadonlyArray<string>): void => {
  const text = fs.readFileSync(page, "utf8")
  const begin = "<!-- npm run mutation -->\n"
  const end = "<!-- end -->"
  fs.writeFileSync(
    page,
    text.slice(0, text.indexOf(begin) + begin.length) + lines.join("\n") + "\n" + text.slice(text.indexOf(end))
  )
}

const figures = (): ReadonlyArray<string> => {
  const of = (wanted: Trial.Verdict, kind?: Mutant.Kind): number =>
    sample.filter(({ id, mutant }) => verdicts.get(id) === wanted && (kind === undefined || mutant.kind === kind))
      .length
  const kinds = [...new Set(sample.map(({ mutant }) => mutant.kind))].sort()
  const noticed = of("Noticed") + of("TimedOut")
  return [
    `${sample.length} mutants of ${all.length} that the rules give for ${modules.length} modules (seed ${seed}): `
    + `**${noticed} noticed** (${(100 * noticed / sample.length).toFixed(1)} %), of them ${
      of("TimedOut")
    } by tests that `
    + "did not end.",
    "",
    "| kind | tried | noticed |",
    "| --- | --- | --- |",
    ...kinds.map((kind) => {
      const tried = sample.filter(({ mutant }) => mutant.kind === kind).length
      return `| ${kind} | ${tried} | ${of("Noticed", kind) + of("TimedOut", kind)} |`
    })
  ]
}

const isDue = ({ id }: Sample.Drawn): boolean => {
  const verdict = verdicts.get(id)
  return verdict === undefined || (again && verdict === "Survived")
}

const main = async (): Promise<void> => {
  const due = sample.filter(isDue)
  const now = due.slice(0, Number(chunk))
  say(`${sample.length} of ${all.length} mutants; ${due.length} to try, ${now.length} now`)
  const trials = await Trial.open()
  if (await trials.run(undefined) !== "Survived") throw new Error("the tests fail without any mutant")
  const bar = Progress.bar("mutants")
  fs.mkdirSync(path.dirname(kept), { recursive: true })
  for (const [at, { id, mutant }] of now.entries()) {
    bar(at, now.length)
    const verdict = await trials.run(mutant)
    verdicts.set(id, verdict)
    fs.writeFileSync(kept, JSON.stringify(Object.fromEntries(verdicts), undefined, 1))
  }
  bar(now.length, now.length)
  await trials.close()
  for (const { id, mutant } of sample) if (verdicts.get(id) === "Survived") say(`survived: ${nameOf(mutant)}`)
  if (sample.some(({ id }) => !verdicts.has(id))) return
  writePage(figures())
  say(figures().join("\n"))
}

await main()
