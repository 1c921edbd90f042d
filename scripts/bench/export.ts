/**
 * Measures what a build that is wholly cached pays for its export, and prints the table of
 * docs/decisions/0013-export-of-a-cached-build.md: `npm run bench export [ROUNDS]`.
 *
 * One session builds the stack of `npm run scenario`; each session after it builds the same once, in turn with no
 * expectation of being cached (the export is of all stages then), with it, and without an export. Nothing else may run.
 */
import * as CacheInputs from "../../src/shell/cache/CacheInputs.ts"
import * as CacheContents from "../../test/real-docker/CacheContents.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Project from "../scenario/Project.ts"
import * as Start from "../scenario/Start.ts"

const rounds = Number(process.argv[2] ?? 3)

interface Way {
  readonly name: string
  readonly isExpected: boolean
  readonly env: Readonly<Record<string, string>>
}

const ways: ReadonlyArray<Way> = [
  { name: "of all stages, since nothing is known of the entry", isExpected: false, env: {} },
  { name: "expected to be cached", isExpected: true, env: {} },
  { name: "none (`DOCKER_SHIM_CACHE=read-only`)", isExpected: true, env: { DOCKER_SHIM_CACHE: "read-only" } }
]

const shared = await Shared.create()

const build = async (env: Way["env"]): Promise<Start.Start> => {
  const session = await shared.start()
  try {
    Project.write(session.workspace?.files ?? "", "the same")
    const built = await Start.run(session, ["build"], { ...Shared.shimmed(shared, session), ...env })
    if (built.code !== 0) throw new Error(`docker compose build ended with ${String(built.code)}`)
    return built
  } finally {
    await session.stop()
  }
}

const forgetExpectations = (): void => {
  for (const key of CacheContents.entriesOf(shared.cache)) CacheInputs.forget(shared.cache, key)
}

try {
  await build({})
  const times = new Map(ways.map(({ name }) => [name, Array<string>()]))
  for (let round = 0; round < rounds; round += 1) {
    for (const { env, isExpected, name } of ways) {
      if (!isExpected) forgetExpectations()
      const { all, cached, steps } = await build(env)
      if (cached !== steps) throw new Error(`${name}: ${cached} of ${steps} steps cached`)
      times.get(name)?.push(all.toFixed(1))
    }
  }
  console.log("| export | seconds |\n| --- | --- |")
  for (const [name, seconds] of times) console.log(`| ${name} | ${seconds.join(", ")} |`)
} finally {
  await shared.stop()
}
