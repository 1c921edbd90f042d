/**
 * Makes `src/core/argv/grammar/*.generated.ts`.
 *
 * - `npm run grammar`: from the help texts in `test/fixtures/help`.
 * - `… -- --collect DIR [SUITE…]`: first asks the programs that `scripts/engines/get-docker.sh DIR` fetched for those texts.
 * - `… -- --newer DIR`: first notes in `newer.generated.ts` what the help texts in a further directory of that form add.
 * - `… -- --verify DIR`: asks those programs, flag by flag, whether they take a value as the grammar says.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Generate from "./Generate.ts"
import * as HelpFixtures from "./HelpFixtures.ts"
import { newer as noted } from "./newer.generated.ts"
import * as Verify from "./Verify.ts"

const repository = join(import.meta.dirname, "../..")
const fixtures = join(repository, "test", "fixtures", "help")
const generated = join(repository, "src", "core", "argv", "grammar")

/** One docker CLI of each generation; Debian's names of the releases, see `get-docker.sh`. */
const suites = ["bullseye", "bookworm", "trixie", "forky"]

const collectSuite = async (suite: string): Promise<void> => {
  const plain = HelpFixtures.open(suite, false)
  const full = HelpFixtures.open(suite, true)
  for (const version of await HelpFixtures.versions(full)) {
    const program = version.replace(/-.*/, "")
    const texts = program === "docker" ? HelpFixtures.collect(plain, []) : HelpFixtures.collect(full, [program])
    HelpFixtures.write(fixtures, { version, texts: await texts })
  }
  plain.close()
  full.close()
}

const [mode, directory = "/var/cache/docker-shim-test", ...some] = process.argv.slice(2)
const asked = some.length === 0 ? suites : some
if (mode === "--collect") {
  for (const suite of asked) await collectSuite(join(directory, suite))
}
const programs = HelpFixtures.read(fixtures)
const newer = mode === "--newer" ? Generate.newerOf(programs, HelpFixtures.read(directory)) : noted
if (mode === "--newer") {
  writeFileSync(join(repository, "scripts/grammar/newer.generated.ts"), Generate.printNewer(newer))
}
writeFileSync(join(generated, "docker.generated.ts"), Generate.generateDocker({ programs, newer }))
writeFileSync(join(generated, "compose.generated.ts"), Generate.generateCompose({ programs, newer }))
if (mode === "--verify") {
  for (const suite of asked) {
    const { unknown, wrong } = await Verify.verify(join(directory, suite), programs)
    const differences = [...wrong, ...unknown.map((version) => `no help texts of ${version} to compare`)]
    console.error(`${suite}: ${differences.length === 0 ? "agrees" : differences.join("\n")}`)
    if (differences.length > 0) process.exitCode = 1
  }
}
