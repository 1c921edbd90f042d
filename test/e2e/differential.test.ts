/**
 * The real docker CLI as the judge: what it asks of the daemon, called directly and through the shim, is the same but
 * for the sources that the shim is to translate.
 */
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Facts from "../../src/core/Facts.ts"
import type { Invocation } from "../../src/core/Invocation.ts"
import * as Plan from "../../src/core/Plan.ts"
import * as Answers from "../../src/shell/front/Answers.ts"
import * as DockerCommands from "../arbitraries/docker-commands.ts"
import * as Client from "../real-docker/Client.ts"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { shimDirectory } from "../shell/program.ts"

/** Command lines for each docker version; `DOCKER_SHIM_DIFFERENTIAL` asks for more, `DOCKER_SHIM_SEED` for others. */
const count = Number(process.env["DOCKER_SHIM_DIFFERENTIAL"] ?? 2000)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261123)

/** Of so many lines one goes through the built program. */
const everyThrough = 5

type Daemons = Readonly<Record<"direct" | "shimmed", RecordingDaemon.RecordingDaemon>>

/** The words that the shim runs docker with; `undefined` where planning has to ask docker itself. */
const planHere = (invocation: Invocation): ReadonlyArray<string> | undefined => {
  let facts = Facts.none
  for (;;) {
    const outcome = Plan.plan(invocation, facts)
    if (outcome._tag !== "OpenQuestions") return outcome._tag === "ExecPlan" ? outcome.args : undefined
    const given = Answers.give(facts, outcome.questions)
    if (given.open.length > 0) return undefined
    facts = given.facts
  }
}

const subjects: ReadonlyArray<DockerCommands.Subject> = [
  "run",
  "create",
  "container run",
  "container create",
  "volume create",
  "service create",
  "service update"
]

const target = "/data/workspaces/ses1"

/** What is under the workspace, by a rule of its own: on whole segments, after `.` and `..` are gone. */
const expectedSource = (source: string, work: string): string => {
  const absolute = path.posix.normalize(source).replace(/(?<=.)\/$/, "")
  return absolute === work || absolute.startsWith(`${work}/`) ? `${target}${absolute.slice(work.length)}` : source
}

/** The requests with each source in its place translated by that rule. */
const expected = (requests: ReadonlyArray<RecordingDaemon.RecordedRequest>, work: string): unknown => {
  const translate = (source: unknown) => typeof source === "string" ? expectedSource(source, work) : source
  const visit = (value: unknown, key: string): unknown => {
    if (key === "Binds" && Array.isArray(value)) {
      return value.map((bind: string) => {
        const [source = "", ...rest] = bind.split(":")
        return [translate(source), ...rest].join(":")
      }).sort()
    }
    if (key === "PathOnHost" || key === "device") return translate(value)
    if (Array.isArray(value)) return value.map((one) => visit(one, ""))
    if (typeof value === "object" && value !== null) {
      const isBind = "Type" in value && value.Type === "bind"
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [
          name,
          isBind && name === "Source" ? translate(one) : visit(one, name)
        ])
      )
    }
    return value
  }
  return visit(stable(requests), "")
}

/** A shim that asks docker for a command's flags makes it ask the daemon for its version once more. */
const withoutPings = (daemon: RecordingDaemon.RecordingDaemon): ReadonlyArray<RecordingDaemon.RecordedRequest> =>
  daemon.requests.filter((request) => request.path !== "/_ping")

/** Without what differs from call to call: the order of binds, which is a map's. */
const stable = (requests: ReadonlyArray<RecordingDaemon.RecordedRequest>): unknown =>
  JSON.parse(
    JSON.stringify(requests),
    (key, value: unknown) => key === "Binds" && Array.isArray(value) ? value.sort() : value
  )

describeReal.each(["28.5", "26.1"] as const)("docker %s, directly and through the shim", (generation) => {
  const shim = shimDirectory("docker")
  afterAll(shim.remove)
  let suite: Suite.Suite
  const work = path.join(shim.directory, "work")
  beforeAll(async () => {
    suite = await Suite.locate(generation)
    fs.mkdirSync(path.join(work, "app"), { recursive: true })
    fs.writeFileSync(path.join(work, "app", "env"), "A=1\nB\n")
  })

  it(`asks the same of the daemon for ${count} command lines`, async () => {
    const version = generation === "28.5" ? "28.5.2" : "26.1.5"
    const lines = subjects.flatMap((subject, at) =>
      FastCheck.sample(DockerCommands.commandLine(version, subject, work), {
        numRuns: Math.ceil(count / subjects.length),
        seed: seed + at
      })
    )
    const counts = { equal: 0, translated: 0, refused: 0, madeToWork: 0 }
    const wrong: Array<unknown> = []

    const cwd = path.join(work, "app")
    const settings = { WORKSPACE_DIR: target, DOCKER_SHIM_USER_PATH: work }

    /** Every few lines through the built program; the others planned here, which is what that does, and saves Node's start. */
    const runShimmed = (client: Client.Client, line: ReadonlyArray<string>, isSampled: boolean) => {
      const planned = isSampled ? undefined : planHere({ argv0: "docker", argv: line, env: settings, cwd })
      return planned === undefined
        ? Client.run(client, path.join(shim.directory, "docker"), line, { cwd, env: settings })
        : Client.run(client, "docker", planned, { cwd })
    }

    const judge = async (daemons: Daemons, line: ReadonlyArray<string>, isSampled: boolean) => {
      const [direct, shimmed] = await Promise.all([
        Client.run(daemons.direct.client(suite), "docker", line, { cwd }),
        runShimmed(daemons.shimmed.client(suite), line, isSampled)
      ])
      const asked = { direct: withoutPings(daemons.direct), shimmed: withoutPings(daemons.shimmed) }
      daemons.direct.clear()
      daemons.shimmed.clear()
      const wanted = expected(asked.direct, work)
      const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
      if (
        direct.code !== 0 && shimmed.code === 0 && generation === "26.1" &&
        line.some((word) => /(?:^|[=v])\.\.?/.test(word))
      ) {
        counts.madeToWork += 1
      } else if (
        direct.code !== shimmed.code || !same(stable(asked.shimmed), wanted) || direct.stdout !== shimmed.stdout
      ) {
        wrong.push({ line, direct, shimmed, wanted, got: stable(asked.shimmed) })
      } else if (direct.code !== 0) {
        counts.refused += 1
      } else if (same(stable(asked.direct), wanted)) {
        counts.equal += 1
      } else {
        counts.translated += 1
      }
    }

    const lanes = 4
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
      const daemons = { direct: await RecordingDaemon.start(), shimmed: await RecordingDaemon.start() }
      try {
        for (const [at, line] of lines.entries()) {
          if (at % lanes === lane) await judge(daemons, line, at % everyThrough === 0)
        }
      } finally {
        await Promise.all([daemons.direct.stop(), daemons.shimmed.stop()])
      }
    }))
    process.stderr.write(`docker ${generation}: ${lines.length} command lines, ${JSON.stringify(counts)}\n`)
    assert.deepStrictEqual(wrong.slice(0, 3), [])
    assert.isAtLeast(counts.translated, lines.length / 10)
    assert.isAtLeast(counts.equal, lines.length / 10)
  }, 1_200_000)
})
