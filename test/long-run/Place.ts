/**
 * The place of one session in the long run: somebody works there, and when the session ends, another takes its place.
 */
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as ProcessGroup from "../real-docker/ProcessGroup.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import * as ShimMemory from "./ShimMemory.ts"
import type { Tally } from "./Tally.ts"
import * as Use from "./Use.ts"

/** A session at work. */
export interface Place {
  /** Changes when a session ends. */
  readonly session: () => Session
  /** Does one thing after the other until the time, in milliseconds since 1970. */
  readonly workUntil: (end: number) => Promise<void>
  /** Builds once more with everything, so that the shim takes away what killed runs of it left. */
  readonly tidy: () => Promise<void>
  /** The user's directories for temporary files, on the machine. */
  readonly temporary: () => ReadonlyArray<string>
}

/** What a place needs to know. */
export interface PlaceOptions {
  readonly shared: Shared.SharedSessions
  readonly tally: Tally
  readonly at: number
  readonly seed: number
  /** What the shared cache may take, in bytes. */
  readonly limit: number
}

/** The user's project: two services that are built, and a mount. */
const project = "shop"
const services = ["web", "jobs"]

const composeFile = `x-service: &service
  command: sleep 600
  init: true
  volumes: ["../data:/data"]
services:
${services.map((name) => `  ${name}: { <<: *service, build: ./${name}, image: "shop-${name}:\${TAG:?}" }`).join("\n")}
`

/** `--volume` and `--mount`, absolute and relative. */
const mounts: ReadonlyArray<ReadonlyArray<string>> = [
  ["-v", "/home/retro/work/data:/data"],
  ["-v", "./data:/data:ro"],
  ["--mount", "type=bind,source=/home/retro/work/data,target=/data"],
  ["--volume=./data/../data/:/data"]
]

/** Starts the first session of a place. */
export const start = async ({ at, limit, seed, shared, tally }: PlaceOptions): Promise<Place> => {
  const uses = Use.sequence(seed + at * 1_000_003)
  let number = at
  let session = await begin(shared, at, number, limit)
  /** How long the last build took that nobody killed, in milliseconds: on a busy machine ten times as long as alone. */
  let took = 2_000

  /** Does it again where the engine failed by its own fault, and without what that keeps: it fails at that for ever. */
  const repeated = async <A extends { readonly code: unknown }>(
    command: () => Promise<A>,
    said: (outcome: A) => string
  ): Promise<A> => {
    const outcome = await command()
    if (outcome.code === 0 || !engineFault.test(said(outcome))) return outcome
    tally.engineFault()
    await Shared.docker(shared, session, ["builder", "prune", "--all", "--force"])
    return command()
  }

  const run = async (
    words: ReadonlyArray<string>,
    options: { readonly file?: "docker" | "docker-shim"; readonly cwd?: string } = {}
  ): Promise<string> => {
    const env = { TAG: tagOf(number) }
    const command = () => Shared.docker(shared, session, words, { ...options, env })
    const { code, signal, stderr, stdout } = await repeated(command, (outcome) => outcome.stderr)
    tally.command()
    // of two collections at once the second leaves it to the first
    if (code !== 0 && !stderr.includes("is being collected by another process")) {
      tally.fail(
        `session ${number}: ${[options.file ?? "docker", ...words].join(" ")} ended with ${
          signal ?? String(code)
        }\n${stderr}${stdout}`
      )
    }
    return stdout
  }

  /**
   * Starts a build whose memory is watched. One that is to be killed has tags of its own: what it had asked of the engine
   * goes on for a while, and engines fail at one tag that is built twice at once.
   */
  const building = (build: Use.Build, tag: string) => {
    const { cwd, words } = write(session, build, tag)
    const child = session.spawn("docker", words, { cwd, env: { ...Shared.shimmed(shared, session), TAG: tag } })
    let printed = ""
    child.stdout?.resume()
    child.stderr?.on("data", (chunk: Buffer) => printed += chunk.toString("utf8"))
    const memory = ShimMemory.watch(child.pid ?? 0)
    const end = once(child, "close").then(([code, signal]: ReadonlyArray<unknown>) => {
      tally.memory(memory.stop())
      return { code, signal, printed, words }
    })
    return { child, end }
  }

  const build = async (one: Use.Build): Promise<void> => {
    const command = () => building(one, tagOf(number)).end
    const began = Date.now()
    const { code, printed, signal, words } = await repeated(command, (outcome) => outcome.printed)
    took = Date.now() - began
    tally.build()
    if (code !== 0) tally.fail(`session ${number}: docker ${words.join(" ")}: ${String(signal ?? code)}\n${printed}`)
  }

  /**
   * Waits for the end of a build that was told to stop. Asks again as its user would: Compose now and then waits for
   * itself for ever, where it is cancelled before its bake has begun (2.40, `doBuildBake` of `pkg/compose/build_bake.go`
   * sends to a progress display that has ended). docker ends it at the third signal (`cmd/docker/docker.go`).
   */
  const stopped = async ({ child, end }: ReturnType<typeof building>): Promise<void> => {
    const hasEnded = () => Promise.race([sleep(patienceMs, false, { ref: false }), end.then(() => true)])
    for (let asked = 0; asked < 3 && !await hasEnded(); asked += 1) {
      if (asked === 0) tally.engineFault()
      if (child.pid !== undefined) ProcessGroup.send(child.pid, "SIGINT")
    }
    await end
  }

  const killed = async (one: Use.Build, { moment, signal, target }: Use.Kill): Promise<void> => {
    const running = building(one, "killed")
    const { child } = running
    await Promise.race([sleep(moment * took), running.end])
    const isRunning = child.exitCode === null && child.signalCode === null
    if (isRunning && child.pid !== undefined) ProcessGroup.send(target === "shim" ? child.pid : -child.pid, signal)
    await stopped(running)
    tally.kill(isRunning)
  }

  const renew = async (during: Use.Build | undefined, moment: number): Promise<void> => {
    const running = during === undefined ? undefined : building(during, "killed")
    if (running !== undefined) {
      await Promise.race([sleep(moment * took), running.end])
      tally.kill(running.child.exitCode === null)
    }
    await session.stop()
    if (running !== undefined) await stopped(running)
    number += 100
    session = await begin(shared, at, number, limit)
    tally.replace()
  }

  const live = async (variant: number): Promise<void> => {
    const cwd = write(session, { by: "compose", image: 0, variant }, "").cwd
    await run(["compose", "up", "-d"], { cwd })
    await run(["compose", "ps"], { cwd })
    const shown = await run(["compose", "exec", "-T", "web", "cat", "/data/mark"], { cwd })
    if (shown.trim() !== mark(number)) tally.fail(`session ${number}: the service saw ${JSON.stringify(shown)}`)
    await run(["compose", "down", "-t", "1"], { cwd })
  }

  const carryOut = async (one: Use.Use): Promise<void> => {
    switch (one._tag) {
      case "Build":
        return build(one.build)
      case "KilledBuild":
        return killed(one.build, one.kill)
      case "Look":
        await run(one.words)
        return
      case "Cache":
        await run(["cache", ...one.words], { file: "docker-shim" })
        return
      case "Project":
        return live(one.variant)
      case "End":
        return renew(one.during, one.moment)
      case "Run": {
        const shown = await run(["run", "--rm", ...(mounts[one.spelling] ?? []), "bb", "cat", "/data/mark"])
        if (shown.trim() !== mark(number)) {
          tally.fail(`session ${number}: ${Use.print(one)} saw ${JSON.stringify(shown)}`)
        }
      }
    }
  }

  return {
    session: () => session,
    workUntil: async (end) => {
      while (Date.now() < end) await carryOut(uses.next().value)
    },
    tidy: async () => {
      await build({ by: "compose", image: 0, variant: 0 })
    },
    temporary: () => [temporaryOf(session), runtimeOf(session)]
  }
}

const begin = async (
  shared: Shared.SharedSessions,
  at: number,
  number: number,
  limit: number
): Promise<Session> => {
  const session = await shared.start({
    suite: at % 2 === 0 ? "28.5" : "26.1",
    env: {
      TMPDIR: "/home/retro/tmp",
      XDG_RUNTIME_DIR: "/home/retro/run",
      HELIX_TASK_NUMBER: String(number),
      DOCKER_SHIM_CACHE_MAX_SIZE: String(limit),
      BUILDKIT_PROGRESS: "plain"
    }
  })
  for (const directory of [temporaryOf(session), runtimeOf(session)]) fs.mkdirSync(directory, { mode: 0o700 })
  const data = path.join(session.workspace?.files ?? "", "data")
  fs.mkdirSync(data)
  fs.writeFileSync(path.join(data, "mark"), mark(number))
  return session
}

const tagOf = (number: number): string => `s${number}`

/**
 * What the engine says when one of its builds took away what another was unpacking or committing: its own fault, with or
 * without the shim (moby/buildkit#6521 and #6808, containerd/containerd#10835). Such a build is run again.
 */
const engineFault =
  /parent snapshot sha256:\w+ does not exist|during commit: snapshot \w+ does not exist|image "[^"]+": already exists/

/** How long a build may take to stop before it is asked again: ten times what it takes on a busy machine. */
const patienceMs = 60_000

/** What the files of a session say: a mount that shows anything else is of another session or of nobody. */
const mark = (number: number): string => `files of session ${number}`

const temporaryOf = ({ directory }: Session): string => path.join(directory, "home-client/tmp")
const runtimeOf = ({ directory }: Session): string => path.join(directory, "home-client/run")

/** Writes the sources of a build, and gives the words that build them. */
const write = (
  session: Session,
  { by, image, variant }: Use.Build,
  tag: string
): { readonly cwd: string; readonly words: ReadonlyArray<string> } => {
  const files = session.workspace?.files ?? ""
  const contexts = by === "compose" ? services.map((name) => `${project}/${name}`) : [`image${image}`]
  for (const context of contexts) {
    Shared.writeContext(files, context)
    fs.writeFileSync(path.join(files, context, "source.txt"), `source ${variant}\n`)
  }
  if (by === "compose") {
    fs.writeFileSync(path.join(files, project, "compose.yaml"), composeFile)
    return { cwd: `/home/retro/work/${project}`, words: ["compose", "build"] }
  }
  const name = `image${image}`
  const words = [...(by === "buildx" ? ["buildx", "build", "--load"] : ["build"]), "-t", `${name}:${tag}`, name]
  return { cwd: "/home/retro/work", words }
}
