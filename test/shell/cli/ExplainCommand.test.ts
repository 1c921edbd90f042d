/**
 * What `docker-shim explain` says is what then runs: each command is explained, and run with a docker that tells how it
 * was called.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ExplainCommand from "../../../src/shell/cli/ExplainCommand.ts"
import { Output } from "../../../src/shell/cli/Output.ts"
import * as DockerCommands from "../../arbitraries/docker-commands.ts"
import { built, type Ran, run, shimDirectory, starting } from "../program.ts"

/** How many commands; `DOCKER_SHIM_EXPLAIN` asks for more (`npm run test:explain` for 500), `DOCKER_SHIM_SEED` for others. */
const count = Number(process.env["DOCKER_SHIM_EXPLAIN"] ?? 120)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261124)

const fake = fileURLToPath(new URL("../../fixtures/explain", import.meta.url))
const shim = shimDirectory("docker")
const docker = path.join(shim.directory, "docker")
const work = path.join(shim.directory, "work")
const cwd = path.join(work, "app")
const cache = path.join(shim.directory, "cache")

const base = {
  PATH: `${shim.directory}:${fake}:/usr/bin:/bin`,
  HOME: shim.directory,
  DOCKER_SHIM_USER_PATH: work,
  DOCKER_SHIM_CACHE_DIR: cache
}

beforeAll(() => {
  fs.mkdirSync(cwd, { recursive: true })
  fs.mkdirSync(cache)
  fs.writeFileSync(path.join(cwd, "env"), "A=1\n")
})
afterAll(shim.remove)

/** Of so many commands one is explained by the program, the others by its code here, which saves Node's start. */
const everyThrough = 10

/** What the program prints, and whether it explains at all. */
const explainHere = async (
  subject: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>
): Promise<{ readonly stdout: string; readonly isExplained: boolean }> => {
  let stdout = ""
  const write = (text: string) => Effect.sync(() => void (stdout += text))
  const exit = await Effect.runPromiseExit(
    ExplainCommand.explain({ invocation: { argv0: "docker-shim", argv: [], env, cwd }, shim: built, subject }, true)
      .pipe(
        Effect.provideService(Output, {
          terminal: { isTerminal: false, hasColor: false, width: Infinity },
          write,
          json: (value) => write(JSON.stringify(value)),
          end: () => Effect.void
        })
      )
  )
  return { stdout, isExplained: Exit.isSuccess(exit) }
}

const [program, ...first] = starting(built)

const explainThrough = async (
  subject: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>
): Promise<{ readonly stdout: string; readonly isExplained: boolean }> => {
  const { code, stdout } = await run(program, [...first, "explain", "--json", "--", ...subject], { env, cwd })
  return { stdout, isExplained: code === 0 }
}

const anyOf = <A>(...values: ReadonlyArray<A>): FastCheck.Arbitrary<A> => FastCheck.constantFrom(...values)

const subjects: ReadonlyArray<DockerCommands.Subject> = [
  "run",
  "create",
  "container run",
  "container create",
  "volume create",
  "service create",
  "service update"
]

const build = FastCheck.tuple(
  anyOf([], ["--debug"], ["-c", "other"], ["-H", "tcp://127.0.0.1:1"]),
  anyOf(["build"], ["image", "build"], ["builder", "build"], ["buildx", "build"], ["buildx", "--builder", "x", "b"]),
  FastCheck.array(
    anyOf(
      ["-t", "team/app:1"],
      ["-qt", "web"],
      ["--no-cache"],
      ["--target=dev"],
      ["--platform", "linux/arm64"],
      ["--cache-from", "type=inline"],
      ["--check"],
      ["--build-arg", "A=1"],
      ["--nonsense"],
      ["-f", "x/Dockerfile"]
    ),
    { maxLength: 3 }
  ),
  anyOf(["."], ["-"], ["../app", "-q"], [])
).map(([globals, command, options, context]) => [...globals, ...command, ...options.flat(), ...context])

const other = anyOf(["ps", "-a"], ["exec", "web", "run", "-v", "/x:/y"], ["--help"], ["system", "df"], [], ["nonsense"])

const command = FastCheck.oneof(
  {
    weight: 5,
    arbitrary: anyOf(...subjects).chain((subject) => DockerCommands.commandLine("28.5.2", subject, work))
  },
  { weight: 3, arbitrary: build },
  { weight: 1, arbitrary: other }
)

const settings = FastCheck.record({
  WORKSPACE_DIR: anyOf("/data/workspaces/ses1", "/data/workspaces/ses1", "/data/workspaces/ses1", ""),
  DOCKER_SHIM_PATH_MAP: anyOf("", "/tmp=/data/tmp"),
  DOCKER_SHIM_DAEMON_SOCKET: anyOf("", "/run/ses1/docker.sock"),
  DOCKER_SHIM_DOCKER_HOST: anyOf("", "unix:///run/ses1/docker.sock"),
  DOCKER_HOST: anyOf("", "", "unix:///run/own.sock"),
  DOCKER_SHIM_CACHE: anyOf("on", "on", "read-only", "off", "maybe"),
  DOCKER_SHIM_DISABLE: anyOf("", "", "", "", "1")
})

interface Plan {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly notices: ReadonlyArray<string>
}

/** The id of a run is its own: explaining is one run, running another. */
const withoutId = (word: string): string => word.replace(/(\/\.incoming\/)[\w-]+/, "$1ID")

const saidToRun = (plan: Plan, env: Readonly<Record<string, string>>): unknown => ({
  words: [plan.file, ...plan.args.map(withoutId)],
  env: Object.entries<string | null>({ ...env, ...plan.env, DOCKER_SHIM_DEPTH: "1" }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`]
  ).sort(),
  notices: plan.notices.map((notice) => `docker-shim: ${notice}`)
})

const hasRun = (ran: Ran): unknown => {
  const printed = ran.stderr.split("\0").slice(0, -1)
  const [first = ""] = printed
  const lines = first.split("\n")
  return {
    words: ran.stdout.split("\0").slice(0, -1).map(withoutId),
    // what the shell of the fake adds to its own environment
    env: [lines.at(-1) ?? "", ...printed.slice(1)].filter((one) => !/^(?:PWD|OLDPWD|SHLVL|_)=/.test(one)).sort(),
    notices: lines.slice(0, -1)
  }
}

describe("docker-shim explain", () => {
  it(`says what then runs, for ${count} commands`, async () => {
    const cases = FastCheck.sample(FastCheck.tuple(command, settings), { numRuns: count, seed })
    const counts = { changed: 0, untouched: 0, refused: 0 }
    const wrong: Array<unknown> = []
    const judge = async (words: ReadonlyArray<string>, set: Readonly<Record<string, string>>, isSampled: boolean) => {
      const env = { ...base, ...set }
      const explain = isSampled ? explainThrough : explainHere
      const [explained, ran] = await Promise.all([explain(["docker", ...words], env), run(docker, words, { env, cwd })])
      if (!explained.isExplained) {
        counts.refused += 1
        if (ran.code !== 125 || ran.stdout !== "" || explained.stdout !== "") wrong.push({ words, set, explained, ran })
        return
      }
      const plan = JSON.parse(explained.stdout) as Plan
      if (plan.args.join("\0") === words.join("\0") && Object.keys(plan.env).length === 0) counts.untouched += 1
      else counts.changed += 1
      const [said, done] = [saidToRun(plan, env), hasRun(ran)]
      if (JSON.stringify(said) !== JSON.stringify(done)) wrong.push({ words, set, said, done })
    }
    await Promise.all(Array.from({ length: 3 }, async (_, lane) => {
      for (const [at, [words, set]] of cases.entries()) {
        if (at % 3 === lane) await judge(words, set, at % everyThrough === 0)
      }
    }))
    process.stderr.write(`explain: ${cases.length} commands, ${JSON.stringify(counts)}\n`)
    assert.deepStrictEqual(wrong.slice(0, 3), [])
    assert.isAtLeast(counts.changed, count / 10)
    assert.isAtLeast(counts.untouched, count / 5)
    assert.isAtLeast(counts.refused, 1)
  }, 1_500_000)

  const explain = (words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    run(program, [...first, "explain", ...words], {
      cwd,
      env: { ...base, WORKSPACE_DIR: "/data/ses1", ...env }
    })

  it("shows each change beside its original with reason and setting", async () => {
    const ran = await explain(["--", "docker", "run", "-v", "./src:/app", "-e", "TOKEN=abc", "web", "ls"])
    assert.strictEqual(
      ran.stdout,
      `typed   docker run -v ./src:/app -e 'TOKEN=***' web ls
runs    ${fake}/docker run -v /data/ses1/app/src:/app -e 'TOKEN=***' web ls

changes
  --volume
    - ./src:/app
    + /data/ses1/app/src:/app
      the daemon sees ${work} at /data/ses1 (WORKSPACE_DIR)

asked
  where does ${cwd}/src lead?
    ${cwd}/src (which does not exist)
  where does ${work} lead?
    ${work}
`
    )
    assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
  })

  it("needs no -- where nothing is uncertain", async () => {
    const [without, other] = await Promise.all([
      explain(["docker", "ps", "--all"]),
      explain(["--", "docker", "ps", "--all"])
    ])
    assert.deepStrictEqual(without, other)
  })

  it("takes the docker it would be called as: docker.real beside that", async () => {
    const beside = path.join(shim.directory, "docker.real")
    fs.writeFileSync(beside, "#!/bin/sh\n", { mode: 0o755 })
    const ran = await explain(["--json", "--", "docker", "ps"])
    fs.rmSync(beside)
    assert.strictEqual((JSON.parse(ran.stdout) as Plan).file, beside)
  })

  it("says that docker on PATH is not the shim", async () => {
    const ran = await explain(["--", "docker", "ps"], { PATH: `${fake}:/usr/bin:/bin` })
    assert.include(ran.stdout, "notices\n  docker on PATH is not the shim: none of this happens yet\n")
  })

  it.each([
    [[], "there is no command to explain"],
    [["--", "run", "-v"], "\"run\" is no command of docker's; begin with docker or docker-compose"],
    [["--nonsense", "--", "docker"], "Received unknown argument: '--nonsense'"]
  ])("refuses %j", async (words, text) => {
    const ran = await explain(words)
    assert.deepStrictEqual(ran, {
      code: 125,
      signal: null,
      stdout: "",
      stderr: `docker-shim explain: ${text}\n\nRun 'docker-shim explain --help' for more information\n`
    })
  })
})
