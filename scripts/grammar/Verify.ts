/**
 * Asks the real programs whether a flag takes a value: `docker run --help --volume` complains of a missing argument,
 * `docker run --help --rm` shows help, `docker run --help --new` says that the flag is unknown.
 */
import type * as Grammar from "../../src/core/argv/grammar/Grammar.ts"
import { takesValue } from "../../src/core/argv/grammar/Grammar.ts"
import * as HelpText from "../../src/core/argv/HelpText.ts"
import { hiddenFlags, type Program } from "./Generate.ts"
import * as HelpFixtures from "./HelpFixtures.ts"
import { hidden } from "./Hidden.ts"

interface Verified {
  readonly wrong: ReadonlyArray<string>
  readonly unknown: ReadonlyArray<string>
}

/**
 * What the suite's programs say otherwise, in words, and the versions of which there are no texts to compare. Flags that the
 * programs do not know are nobody's mistake.
 */
export const verify = async (suite: string, programs: ReadonlyArray<Program>): Promise<Verified> => {
  const plain = HelpFixtures.open(suite, false)
  const full = HelpFixtures.open(suite, true)
  const wrong: Array<string> = []
  const versions = await HelpFixtures.versions(full)
  const questions = programs.filter((program) => versions.includes(program.version)).flatMap((program) =>
    [...program.texts].flatMap(([command, text]) => {
      const flags = new Map(HelpText.parse(text).flags.map((flag) => [flag.name, flag]))
      for (const entry of hidden.filter((one) => one.commands.includes(command))) {
        for (const flag of hiddenFlags(entry)) flags.set(flag.name, flag)
      }
      const cli = program.version.startsWith("docker-") ? plain : full
      return [...flags.values()].map((flag) => ({ cli, command, flag }))
    })
  )
  const next = questions.values()
  const worker = async (): Promise<void> => {
    for (const { cli, command, flag } of next) {
      const answer = await ask(cli, command.split("_").slice(1), flag)
      if (answer !== undefined && answer !== takesValue(flag)) {
        wrong.push(`${command} --${flag.name}: ${answer ? "takes a value" : "takes none"}`)
      }
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  plain.close()
  full.close()
  return { wrong, unknown: versions.filter((version) => programs.every((one) => one.version !== version)) }
}

const ask = async (
  cli: HelpFixtures.Cli,
  path: ReadonlyArray<string>,
  flag: Grammar.Flag
): Promise<boolean | undefined> => {
  const text = await cli.run([...path, "--help", `--${flag.name}`], { BUILDX_EXPERIMENTAL: "1" })
  if (text.includes("flag needs an argument")) return true
  return text.includes("unknown flag") || !text.includes("Usage:") ? undefined : false
}
