/**
 * The real docker CLI as the judge: what it asks of the daemon, called directly and through the shim, is the same but
 * for the sources that the shim is to translate.
 */
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Facts from "../../src/core/facts/Facts.ts"
import type { Invocation } from "../../src/core/Invocation.ts"
import * as Plan from "../../src/core/Plan.ts"
import * as Answers from "../../src/shell/fast-path/Answers.ts"
import * as DockerCommands from "../arbitraries/docker-commands.ts"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { form, type Ran, run, shimDirectory } from "../shell/program.ts"
import * as Shares from "../shell/shares.ts"
import { type Places, stable, translated } from "./translated-requests.ts"

/**
 * Command lines for each docker version: `DOCKER_SHIM_DIFFERENTIAL` asks for more or fewer, `DOCKER_SHIM_SEED` for others;
 * `npm run test:full differential` takes 2,000, which last 6 minutes on two idle cores. The stand-alone executable makes the
 * same plans, and gets a fifth of the lines, all through the program.
 */
const count = Math.ceil(Number(process.env["DOCKER_SHIM_DIFFERENTIAL"] ?? 300) / (form === "node" ? 1 : 5))

/** The older CLIs get all lines only where all are asked for: their grammar is a part of the newer ones'. */
const olderCount = count < 2000 ? Math.ceil(count / 5) : count

const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261123)

/** Of so many lines one goes through the built program, whatever the plan. */
const everyThrough = form === "node" ? 20 : 1

const target = "/data/workspaces/ses1"
const socket = "/data/sockets/ses1.sock"

/** How one line went; `Wrong` is what must not be. */
type Verdict = "Equal" | "Translated" | "Refused" | "Wrong"

/** One pair of daemons and one directory of files, for lines one after the other. */
interface Lane {
  readonly direct: RecordingDaemon.RecordingDaemon
  readonly shimmed: RecordingDaemon.RecordingDaemon
  readonly places: Places
  readonly cwd: string
}

/** The plan for a line, with what the shell answers by itself; `undefined` where it has to ask docker. */
const planHere = (invocation: Invocation) => {
  let facts = Facts.none
  for (;;) {
    const outcome = Plan.plan(invocation, facts)
    if (outcome._tag !== "OpenQuestions") return outcome._tag === "ExecPlan" ? outcome : undefined
    const given = Answers.lookUp(facts, outcome.questions)
    if (given.open.length > 0) return undefined
    facts = given.facts
  }
}

/** Lines for each command in turn, every flag of its help among them. */
const commandLines = (version: string, total: number): ReadonlyArray<ReadonlyArray<string>> => {
  const each = Math.ceil(total / DockerCommands.subjects.length)
  return DockerCommands.subjects.flatMap((subject, at) => {
    const flags = DockerCommands.flagNames(version, subject)
    const including = total < 1500 ?
      [] :
      flags.flatMap((flag, nth) =>
        FastCheck.sample(DockerCommands.commandLine(version, subject, flag), { numRuns: 1, seed: seed + at + nth })
      )
    const more = FastCheck.sample(DockerCommands.commandLine(version, subject), {
      numRuns: each - including.length,
      seed: seed + at
    })
    return [...including, ...more]
  })
}

const directories: Array<() => void> = []
afterAll(() => directories.forEach((remove) => remove()))

/** The user's directory with links in it, and the daemons to ask. */
const startLane = async (): Promise<Lane> => {
  const { directory, remove } = shimDirectory("docker")
  directories.push(remove)
  const work = path.join(directory, "work")
  const cwd = path.join(work, "app")
  fs.mkdirSync(cwd, { recursive: true })
  fs.writeFileSync(path.join(cwd, "env"), "A=1\nB\n")
  const links = new Map<(typeof DockerCommands.links)[number], readonly [to: string, place: string]>([
    ["link", ["app", `${target}/app`]],
    ["inside", [`${target}/web`, `${target}/web`]],
    ["outside", ["/usr", `${target}/outside`]],
    ["dangling", ["absent", `${target}/dangling`]]
  ])
  for (const [name, [to]] of links) fs.symlinkSync(to, path.join(work, name))
  const places = { work, target, socket, links: new Map([...links].map(([name, [, place]]) => [name, place])) }
  return { direct: await RecordingDaemon.start(), shimmed: await RecordingDaemon.start(), places, cwd }
}

/**
 * Runs a line directly and through the shim.
 *
 * Every few lines go through the built program, as do those about which the shim asks docker. The others are planned
 * here, which is what the program does, and saves Node's start. Where the plan is the line itself with nothing added,
 * the second call would be the first again, so what that asked stands for both.
 */
const runBoth = async (
  { cwd, direct, places, shimmed }: Lane,
  suite: Suite.Suite,
  line: ReadonlyArray<string>,
  isSampled: boolean
): Promise<readonly [direct: Ran, shimmed: Ran, asked: RecordingDaemon.RecordingDaemon]> => {
  const settings = {
    WORKSPACE_DIR: target,
    DOCKER_SHIM_USER_PATH: places.work,
    DOCKER_SHIM_DAEMON_SOCKET: socket
  }
  // without plugins, of which a refused line would start every one
  const config = path.join(places.work, "no-config")
  const docker = path.join(suite.bin, "docker")
  const call = async (daemon: RecordingDaemon.RecordingDaemon, file: string, words: ReadonlyArray<string>) => {
    for (const name of ["cid", "app/cid"]) fs.rmSync(path.join(places.work, name), { force: true })
    daemon.clear()
    // 20.10.5 hands a container the URG with which Go's runtime interrupts docker itself, now and then (docker/cli#2929)
    const steady = { GODEBUG: "asyncpreemptoff=1" }
    const env = { ...daemon.client(suite).env, ...settings, ...steady, DOCKER_CONFIG: config, PWD: cwd }
    return run(file, words, { cwd, env, timeout: 120_000 })
  }
  const plan = isSampled ? undefined : planHere({ argv0: "docker", argv: line, env: settings, cwd })
  const first = await call(direct, docker, line)
  if (plan !== undefined && same(plan.args, line) && same(plan.env, {})) return [first, first, direct]
  const second = plan === undefined
    ? await call(shimmed, path.join(places.work, "../docker"), line)
    : await call(shimmed, docker, plan.args)
  return [first, second, shimmed]
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

describeReal.each(
  [
    ["28.5", "28.5.2", count],
    ["26.1", "26.1.5", count],
    ["20.10", "20.10.24", olderCount],
    ["20.10.5", "20.10.5", olderCount]
  ] as const
)("docker %s, directly and through the shim", (generation, version, total) => {
  let suite: Suite.Suite
  beforeAll(async () => {
    suite = await Suite.locate(generation)
  })

  it(`asks the same of the daemon for ${total} command lines`, async () => {
    const lines = commandLines(version, total)
    assert.isAtLeast(lines.length, total)
    const counts: Record<Verdict, number> = { Equal: 0, Translated: 0, Refused: 0, Wrong: 0 }
    const wrong: Array<unknown> = []

    const judge = async (lane: Lane, words: ReadonlyArray<string>, isSampled: boolean): Promise<Verdict> => {
      const line = words.map((word) => word.replaceAll(DockerCommands.WORK, lane.places.work))
      const [direct, shimmed, asked] = await runBoth(lane, suite, line, isSampled)
      const given = stable(RecordingDaemon.withoutPings(lane.direct.requests))
      const wanted = translated(RecordingDaemon.withoutPings(lane.direct.requests), lane.places, lane.cwd)
      const got = stable(RecordingDaemon.withoutPings(asked.requests))
      if (direct.code !== shimmed.code || direct.stdout !== shimmed.stdout || !same(got, wanted)) {
        wrong.push({ line, direct, shimmed, wanted, got })
        return "Wrong"
      }
      if (direct.code !== 0) return "Refused"
      return same(given, wanted) ? "Equal" : "Translated"
    }

    await Promise.all(
      Shares.deal(lines, 4, everyThrough).map(async (share) => {
        const lane = await startLane()
        try {
          for (const { isSampled, one } of share) counts[await judge(lane, one, isSampled)] += 1
        } finally {
          await Promise.all([lane.direct.stop(), lane.shimmed.stop()])
        }
      })
    )
    process.stderr.write(`docker ${generation}: ${lines.length} command lines, ${JSON.stringify(counts)}\n`)
    assert.deepStrictEqual(wrong.slice(0, 3), [])
    assert.isAtLeast(counts.Translated, lines.length / 4)
    assert.isAtLeast(counts.Equal, lines.length / 10)
    assert.isAtLeast(counts.Refused, lines.length / 50)
  }, 1_200_000)
})
