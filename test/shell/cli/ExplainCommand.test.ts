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
import * as Shares from "../shares.ts"

/** How many commands; `DOCKER_SHIM_EXPLAIN` asks for more (`npm run test:full explain` for 500), `DOCKER_SHIM_SEED` for others. */
const count = Number(process.env["DOCKER_SHIM_EXPLAIN"] ?? 120)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261124)

const fake = fileURLToPath(new URL("../../fixtures/explain", import.meta.url))
const shim = shimDirectory("docker", "docker-compose")
const work = path.join(shim.directory, "work")
const cwd = path.join(work, "app")
const cache = path.join(shim.directory, "cache")

const base = {
  PATH: `${shim.directory}:${fake}:/usr/bin:/bin`,
  HOME: shim.directory,
  DOCKER_SHIM_USER_PATH: work,
  DOCKER_SHIM_CACHE_DIR: cache
}

/** What Compose says that the project is; the fake one prints the file that `MODEL` names, and else refuses. */
const models: Readonly<Record<string, unknown>> = {
  binds: {
    name: "app",
    services: {
      web: {
        image: "web",
        volumes: [
          { type: "bind", source: cwd, target: "/app", read_only: true },
          { type: "volume", source: "data", target: "/data" }
        ],
        secrets: [{ source: "key", target: "/run/secrets/key" }]
      },
      other: { image: "web", devices: [{ source: path.join(work, "dev"), target: "/dev/x", permissions: "rwm" }] }
    },
    secrets: { key: { name: "app_key", file: path.join(work, "key$1") } },
    volumes: { data: { name: "app_data", driver_opts: { type: "none", o: "bind", device: path.join(work, "data") } } }
  },
  builds: {
    name: "app",
    services: {
      web: { image: "team/web", build: { context: cwd, dockerfile: "Dockerfile" } },
      worker: { build: { context: path.join(work, "worker"), target: "dev" } },
      own: { image: "own", build: { context: cwd, cache_from: ["type=inline"] } }
    }
  },
  plain: { name: "app", services: { web: { image: "web", container_name: "web", ports: [{ published: "80" }] } } }
}

beforeAll(() => {
  fs.mkdirSync(cwd, { recursive: true })
  fs.mkdirSync(cache)
  fs.writeFileSync(path.join(cwd, "env"), "A=1\n")
  fs.writeFileSync(path.join(cwd, "compose.yaml"), "services: {web: {image: web}}\n")
  fs.writeFileSync(path.join(work, "named.yaml"), "name: named\nservices: {web: {image: web}}\n")
  for (const [name, model] of Object.entries(models)) {
    fs.writeFileSync(path.join(shim.directory, `${name}.json`), JSON.stringify(model))
  }
  const plugins = path.join(shim.directory, ".docker/cli-plugins")
  fs.mkdirSync(plugins, { recursive: true })
  fs.symlinkSync(path.join(fake, "docker-compose"), path.join(plugins, "docker-compose"))
})
afterAll(shim.remove)

/** Of so many commands one is explained by the program, the others by its code here, which saves Node's start. */
const everyThrough = 10

/** What the program prints, and whether it explains at all. */
const explainHere = async (
  subject: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  asJson = true
): Promise<{ readonly stdout: string; readonly isExplained: boolean }> => {
  let stdout = ""
  const write = (text: string) => Effect.sync(() => void (stdout += text))
  const exit = await Effect.runPromiseExit(
    ExplainCommand.explain({ invocation: { argv0: "docker-shim", argv: [], env, cwd }, shim: built, subject }, asJson)
      .pipe(
        Effect.provideService(Output, {
          terminal: { isTerminal: false, hasColor: false, width: Infinity },
          write,
          say: (...texts) => write(texts.join("\n")),
          json: (value) => write(JSON.stringify(value)),
          complain: () => Effect.void,
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

const compose = FastCheck.tuple(
  anyOf(["docker", "compose"], ["docker", "compose"], ["docker", "--debug", "compose"], ["docker-compose"]),
  FastCheck.array(
    anyOf(
      ["-f", "compose.yaml"],
      ["--file=../named.yaml"],
      ["-p", "own"],
      ["--profile", "dev"],
      ["--env-file", "env"],
      ["--project-directory", ".."],
      ["--ansi", "never"],
      ["--dry-run"]
    ),
    { maxLength: 2 }
  ),
  FastCheck.oneof(
    {
      weight: 2,
      arbitrary: anyOf(
        ["up", "-d"],
        ["up", "--build", "web"],
        ["create"],
        ["build", "--no-cache"],
        ["build", "-q", "web"],
        ["watch"],
        ["scale", "web=2"],
        ["run", "--rm", "web", "ls", "-v", "./x:/y"],
        ["run", "-v", "./x:/y", "--volume=/etc:/z", "web"]
      )
    },
    {
      weight: 1,
      arbitrary: anyOf(
        ...[["ps", "-a"], ["logs", "-f"], ["down", "-v"], ["config"], ["exec", "web", "sh"], ["ls"], ["version"]],
        ...[["nonsense"], ["up", "--nonsense"], []]
      )
    }
  )
).map(([names, globals, words]) => [...names, ...globals.flat(), ...words])

const ofDocker = (words: FastCheck.Arbitrary<ReadonlyArray<string>>) => words.map((all) => ["docker", ...all])

const command = FastCheck.oneof(
  {
    weight: 5,
    arbitrary: ofDocker(
      anyOf(...DockerCommands.subjects).chain((subject) => DockerCommands.commandLine("28.5.2", subject, work))
    )
  },
  { weight: 3, arbitrary: ofDocker(build) },
  { weight: 4, arbitrary: compose },
  { weight: 1, arbitrary: ofDocker(other) }
)

const settings = FastCheck.record({
  WORKSPACE_DIR: anyOf("/data/workspaces/ses1", "/data/workspaces/ses1", "/data/workspaces/ses1", ""),
  DOCKER_SHIM_PATH_MAP: anyOf("", "/tmp=/data/tmp"),
  DOCKER_SHIM_DAEMON_SOCKET: anyOf("", "/run/ses1/docker.sock"),
  DOCKER_SHIM_DOCKER_HOST: anyOf("", "unix:///run/ses1/docker.sock"),
  DOCKER_HOST: anyOf("", "", "unix:///run/own.sock"),
  DOCKER_SHIM_CACHE: anyOf("on", "on", "read-only", "off", "maybe"),
  DOCKER_SHIM_DISABLE: anyOf("", "", "", "", "1"),
  MODEL: anyOf("binds", "binds", "builds", "builds", "plain", "none").map((name) =>
    path.join(shim.directory, `${name}.json`)
  ),
  HELIX_SESSION_ID: anyOf("", "ses1"),
  DOCKER_SHIM_PROJECT_SCOPE: anyOf("auto", "project", "session", "off"),
  COMPOSE_PROJECT_NAME: anyOf("", "", "", "theirs"),
  COMPOSE_FILE: anyOf(undefined, undefined, "compose.yaml:../named.yaml")
}).map(({ COMPOSE_FILE, ...rest }) => ({ ...rest, ...(COMPOSE_FILE === undefined ? {} : { COMPOSE_FILE }) }))

interface Plan {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly files: ReadonlyArray<{ readonly placeholder: string; readonly content: string }>
  readonly notices: ReadonlyArray<string>
}

/**
 * The directory of a run's files and views is its own: explaining is one run, running another. A file that stays begins with
 * a comment that says whose it is.
 */
const withoutId = (text: string): string =>
  text.replace(/^# docker-shim: \{.*\}\n/, "")
    .replace(/@docker-shim\/cache-(?:import|export)\/[^/]+\/@/g, "VIEW")
    .replace(/\/[\w./-]*\/docker-shim-\d+-\d+-\d+-\w{6}\/cache-\d+/g, "VIEW")
    .replace(/[^=:]*\/(?:docker-shim-\d+-\d+-\d+-\w{6}|docker-shim\/overrides)\/[\w-]+\.yaml/g, "FILE")

const saidToRun = (plan: Plan, env: Readonly<Record<string, string>>): unknown => {
  const placed = (text: string): string =>
    plan.files.reduce((whole, { placeholder }) => whole.replaceAll(placeholder, "FILE"), withoutId(text))
  return {
    words: [plan.file, ...plan.args.map(placed)],
    files: plan.files.map(({ content }) => withoutId(content)),
    env: Object.entries<string | null>({ ...env, DOCKER_SHIM_DEPTH: "1", ...plan.env }).flatMap(([name, value]) =>
      value === null ? [] : [`${name}=${placed(value)}`]
    ).sort(),
    notices: plan.notices.map((notice) => `docker-shim: ${notice}`)
  }
}

const hasRun = (ran: Ran): unknown => {
  const printed = ran.stderr.split("\0").slice(0, -1).map(withoutId)
  const [first = ""] = printed
  const lines = first.split("\n")
  const [words = "", ...files] = ran.stdout.split("\x01")
  return {
    words: words.split("\0").slice(0, -1).map(withoutId),
    files: files.map(withoutId),
    // what the shell of the fake adds to its own environment, and what the shim tells its own plugin below
    env: [lines.at(-1) ?? "", ...printed.slice(1)].filter((one) =>
      !/^(?:PWD|OLDPWD|SHLVL|_|DOCKER_SHIM_(?:PLANNED|ADDED))=/.test(one)
    ).sort(),
    notices: lines.slice(0, -1)
  }
}

describe("docker-shim explain", () => {
  it(`says what then runs, for ${count} commands`, async () => {
    const cases = FastCheck.sample(FastCheck.tuple(command, settings), { numRuns: count, seed })
    const counts = { changed: 0, untouched: 0, refused: 0, files: 0 }
    const wrong: Array<unknown> = []
    const judge = async (subject: ReadonlyArray<string>, set: Readonly<Record<string, string>>, isSampled: boolean) => {
      const env = { ...base, ...set }
      const explain = isSampled ? explainThrough : explainHere
      const [name = "", ...words] = subject
      const [explained, ran] = await Promise.all([
        explain(subject, env),
        run(path.join(shim.directory, name), words, { env, cwd })
      ])
      if (!explained.isExplained) {
        counts.refused += 1
        if (ran.code !== 125 || ran.stdout !== "" || explained.stdout !== "") {
          wrong.push({ subject, set, explained, ran })
        }
        return
      }
      const plan = JSON.parse(explained.stdout) as Plan
      if (plan.args.join("\0") === words.join("\0") && Object.keys(plan.env).length === 0) counts.untouched += 1
      else counts.changed += 1
      if (plan.files.length > 0) counts.files += 1
      const [said, done] = [saidToRun(plan, env), hasRun(ran)]
      if (JSON.stringify(said) !== JSON.stringify(done)) wrong.push({ subject, set, said, done })
    }
    await Promise.all(
      Shares.deal(cases, 3, everyThrough).map(async (share) => {
        for (const { isSampled, one: [words, set] } of share) await judge(words, set, isSampled)
      })
    )
    process.stderr.write(`explain: ${cases.length} commands, ${JSON.stringify(counts)}\n`)
    assert.deepStrictEqual(wrong.slice(0, 3), [])
    assert.isAtLeast(counts.changed, count / 10)
    assert.isAtLeast(counts.untouched, count / 5)
    assert.isAtLeast(counts.files, count / 40)
    assert.isAtLeast(counts.refused, 1)
  }, 1_500_000)

  const explain = (words: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    run(program, [...first, "explain", ...words], {
      cwd,
      env: { ...base, WORKSPACE_DIR: "/data/ses1", ...env }
    })

  it("shows each change beside its original with reason and setting", async () => {
    const ran = await explain(["--", "docker", "run", "-v", "./src:/app", "-e", "TOKEN=abc", "web", "ls"], {
      DOCKER_HOST: "unix:///run/ses1/docker.sock"
    })
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

  it("writes nothing to disk, which a run does", async () => {
    const home = fs.mkdtempSync(path.join(shim.directory, "home-"))
    const set = {
      HOME: home,
      HELIX_SESSION_ID: "ses1",
      WORKSPACE_DIR: "/data/ses1",
      MODEL: path.join(shim.directory, "builds.json"),
      DOCKER_SHIM_DOCKER_HOST: "unix:///run/ses1.sock"
    }
    fs.cpSync(path.join(shim.directory, ".docker"), path.join(home, ".docker"), { recursive: true })
    const state = (): ReadonlyArray<string> =>
      [home, cache, work].flatMap((root) =>
        fs.readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => {
          const { ctimeMs, size } = fs.lstatSync(path.join(root, name))
          return `${path.join(root, name)} ${ctimeMs} ${size}`
        })
      ).sort()
    const commands = [
      ["docker", "build", "-t", "app", "."],
      ["docker", "compose", "up", "--build"],
      ["docker", "compose", "-p", "x", "down"],
      ["docker", "compose", "ps"],
      ["docker", "run", "-v", "./src:/app", "web"]
    ]
    const before = state()
    for (const words of commands) assert.strictEqual((await explain(["--", ...words], set)).code, 0)
    assert.deepStrictEqual(state(), before)
    for (const [name = "", ...words] of commands) {
      await run(path.join(shim.directory, name), words, { cwd, env: { ...base, ...set } })
    }
    assert.notDeepEqual(state(), before)
  })

  it.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ["the password of login", "docker login -u me -p SECRET host", {}],
    ["a build argument", "docker build -t app --build-arg VERSION=SECRET .", {}],
    ["a build argument of Compose", "docker compose build --build-arg=KEY=SECRET", {}],
    ["a variable of a container", "docker run -v ./src:/app -eA=SECRET web", {}],
    ["a variable of a Compose service", "docker compose run -e A=SECRET web", {}],
    ["a swarm's token", "docker swarm join --token SECRET host:2377", {}],
    ["a token that its form tells", "docker run web git clone ghp_SECRETSECRETSECRET", {}],
    ["a header", "docker run web curl -H \"X-Api-Key: SECRET\"", {}],
    ["a URL's password", "docker build -t app https://me:SECRET@host/app.git", {}],
    ["a URL's user", "docker build https://SECRET@host/app.git", {}],
    ["a URL's query", "docker build --build-context a=https://host/a.tgz?SECRET=1 .", {}],
    ["a proxy", "docker run web curl -x me:SECRET@proxy:3128 /", {}],
    ["a volume's options", "docker volume create -o type=cifs -o o=addr=nas,password=SECRET v", {}],
    ["a registry's storage key", "docker build --cache-to type=s3,secret_access_key=SECRET .", {}],
    ["the session's endpoint", "docker ps", { DOCKER_SHIM_DOCKER_HOST: "tcp://me:SECRET@host:2376" }],
    ["another endpoint", "docker run -v ./src:/app web", { DOCKER_HOST: "tcp://me:SECRET@host:2376" }]
  ])("hides %s", async (_, line, set) => {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([word, quoted]) => quoted ?? word)
    const env = { ...base, WORKSPACE_DIR: "/data/ses1", MODEL: path.join(shim.directory, "builds.json"), ...set }
    const { isExplained, stdout } = await explainHere(words, env, false)
    assert.isTrue(isExplained)
    assert.match(stdout, /^typed {3}docker /)
    assert.notInclude(stdout, "SECRET")
    assert.include(stdout, "***")
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
