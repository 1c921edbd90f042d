/**
 * The gateway against the shim on the command line: what the daemon is asked for a docker command that the shim translated, and
 * for the same command as it was typed through the gateway, is the same.
 */
import * as FastCheck from "effect/FastCheck"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Facts from "../../src/core/facts/Facts.ts"
import * as Plan from "../../src/core/Plan.ts"
import * as Answers from "../../src/shell/fast-path/Answers.ts"
import * as DockerCommands from "../arbitraries/docker-commands.ts"
import * as GatewayProcess from "../real-docker/GatewayProcess.ts"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { type Ran, run, shimDirectory } from "../shell/program.ts"
import * as Shares from "../shell/shares.ts"
import { stable } from "./translated-requests.ts"

/** `DOCKER_SHIM_DIFFERENTIAL` asks for more lines of each docker; `npm run test:full gateway-differential` takes 5,000. */
const count = process.env["DOCKER_SHIM_DIFFERENTIAL"]
const first = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261129)

const target = "/data/workspaces/ses1"
const socket = "/data/sockets/ses1.sock"

interface Lane {
  readonly shimmed: RecordingDaemon.RecordingDaemon
  readonly behind: RecordingDaemon.RecordingDaemon
  readonly gateway: GatewayProcess.GatewayProcess
  readonly host: string
  readonly work: string
}

const removals: Array<() => void> = []
afterAll(() => removals.forEach((remove) => remove()))

const settings = (work: string) => ({
  WORKSPACE_DIR: target,
  DOCKER_SHIM_USER_PATH: work,
  DOCKER_SHIM_DAEMON_SOCKET: socket
})

const startLane = async (): Promise<Lane> => {
  const { directory, remove } = shimDirectory()
  removals.push(remove)
  const work = path.join(directory, "work")
  fs.mkdirSync(path.join(work, "app"), { recursive: true })
  fs.writeFileSync(path.join(work, "app/env"), "A=1\nB\n")
  const links = { link: "app", inside: `${target}/web`, outside: "/usr", dangling: "absent" }
  for (const [name, to] of Object.entries(links)) fs.symlinkSync(to, path.join(work, name))
  const [shimmed, behind] = [await RecordingDaemon.start(), await RecordingDaemon.start()]
  const host = `unix://${directory}/gateway.sock`
  const gateway = await GatewayProcess.listening(spawn(process.execPath, GatewayProcess.words(host, behind.host), {
    env: { PATH: process.env["PATH"], ...settings(work) },
    stdio: ["ignore", "ignore", "pipe"]
  }))
  return { shimmed, behind, gateway, host, work }
}

const stopLane = async ({ behind, gateway, shimmed }: Lane): Promise<void> => {
  await Promise.all([gateway.stop(), shimmed.stop(), behind.stop()])
}

/** What the shim makes of a line; `undefined` where it would have to ask docker something. */
const plan = (line: ReadonlyArray<string>, work: string): ReadonlyArray<string> | undefined => {
  const invocation = { argv0: "docker", argv: line, env: settings(work), cwd: path.join(work, "app") }
  const outcome = Answers.settle((facts) => Plan.plan(invocation, facts), Facts.none)
  return outcome._tag === "Settled" && outcome.value._tag === "ExecPlan" ? outcome.value.args : undefined
}

/**
 * Whether a bind's source is sent as a path that no gateway can resolve: docker before 28.2 leaves that of `--mount` relative, and
 * `../x` of `--volume`, which the daemon refuses; the shim makes them absolute.
 */
const isRelative = (requests: unknown): boolean =>
  /"Source":"\.[^"]*"|"Binds":\[(?:"(?:[^"\\]|\\.)*",)*"\./.test(JSON.stringify(requests))

/** `--use-api-socket` cannot be given another path on the command line; in a request it can. */
const withApiSocket = (requests: unknown): unknown =>
  JSON.parse(JSON.stringify(requests), (_, value: unknown) => {
    const isOwn = typeof value === "object" && value !== null && "Source" in value && "Target" in value
      && value.Target === "/var/run/docker.sock" && value.Source === "/var/run/docker.sock"
    return isOwn ? { ...value, Source: socket } : value
  })

/**
 * docker sends a `--volume` once that was typed twice, word for word. Two ways to write one path are the same word only after the
 * shim has translated them.
 */
const withoutRepeats = (requests: unknown): unknown =>
  JSON.parse(
    JSON.stringify(requests),
    (name, value: unknown) => name === "Binds" && Array.isArray(value) ? [...new Set<unknown>(value)] : value
  )

/** So many lines in one test, with a seed of its own: a piece of a long run can be run again by its name. */
const piece = 250

const piecesOf = (lines: number): ReadonlyArray<readonly [lines: number, seed: number]> =>
  Array.from(
    { length: Math.ceil(lines / piece) },
    (_, at) => [Math.min(piece, lines - at * piece), first + at * DockerCommands.subjects.length]
  )

describeReal.each(
  [["28.5", "28.5.2", 200], ["26.1", "26.1.5", 40], ["20.10", "20.10.24", 40]] as const
)(
  "docker %s through the gateway, and through the shim",
  (generation, version, usual) => {
    let suite: Suite.Suite
    beforeAll(async () => {
      suite = await Suite.locate(generation)
    })

    it.each(piecesOf(Number(count ?? usual)))(
      "asks the same of the daemon for %i lines of seed %i",
      async (total, seed) => {
        const each = Math.ceil(total / DockerCommands.subjects.length)
        const lines = DockerCommands.subjects.flatMap((subject, at) =>
          FastCheck.sample(DockerCommands.commandLine(version, subject), { numRuns: each, seed: seed + at })
        )
        assert.isAtLeast(lines.length, total)
        const wrong: Array<unknown> = []
        const counts = { asked: 0, translated: 0, refused: 0, relative: 0, left: 0 }

        const judge = async (lane: Lane, words: ReadonlyArray<string>): Promise<void> => {
          const { behind, host, shimmed, work } = lane
          const line = words.map((word) => word.replaceAll(DockerCommands.WORK, work))
          const planned = plan(line, work)
          if (planned === undefined) return void (counts.left += 1)
          const call = (
            daemon: RecordingDaemon.RecordingDaemon,
            args: ReadonlyArray<string>,
            more = {}
          ): Promise<Ran> => {
            for (const name of ["cid", "app/cid"]) fs.rmSync(path.join(work, name), { force: true })
            daemon.clear()
            const cwd = path.join(work, "app")
            const env = { ...daemon.client(suite).env, DOCKER_CONFIG: path.join(work, "no-config"), PWD: cwd, ...more }
            return run(path.join(suite.bin, "docker"), args, { cwd, env, timeout: 120_000 })
          }
          const first = await call(shimmed, planned)
          const second = await call(behind, line, { DOCKER_HOST: host })
          if (generation !== "28.5" && isRelative(behind.requests)) return void (counts.relative += 1)
          const wanted = stable(withoutRepeats(withApiSocket(RecordingDaemon.withoutPings(shimmed.requests))))
          const got = stable(withoutRepeats(RecordingDaemon.withoutPings(behind.requests)))
          if (
            JSON.stringify(wanted) !== JSON.stringify(got) || first.code !== second.code ||
            first.stdout !== second.stdout
          ) {
            wrong.push({ line, planned, first, second, wanted, got })
          }
          counts[first.code === 0 ? "asked" : "refused"] += 1
          if (first.code === 0 && planned.join() !== line.join()) counts.translated += 1
        }

        await Promise.all(
          Shares.deal(lines, 4, lines.length).map(async (share) => {
            const lane = await startLane()
            try {
              for (const { one } of share) await judge(lane, one)
            } finally {
              await stopLane(lane)
            }
          })
        )
        process.stderr.write(
          `docker ${generation}, seed ${seed}: ${lines.length} lines, ${
            JSON.stringify(counts)
          }, ${wrong.length} differ\n`
        )
        assert.deepStrictEqual(wrong.slice(0, 3), [])
        assert.isAbove(counts.translated, lines.length / 4)
        assert.isBelow(counts.left, lines.length / 10)
      },
      300_000
    )
  }
)
