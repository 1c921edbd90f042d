/**
 * `docker compose build` and `up` through the shim, killed at random moments: no file stays, no process stays, the shared
 * cache stays sound. `DOCKER_SHIM_KILLS` says how many runs of each generation (`npm run test:full kill`: 200 in all),
 * `DOCKER_SHIM_SEED` which moments.
 */
import { createHash } from "node:crypto"
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Case from "../compose-corpus/Case.ts"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as CacheContents from "../real-docker/CacheContents.ts"
import * as Client from "../real-docker/Client.ts"
import * as ProcessGroup from "../real-docker/ProcessGroup.ts"
import { describeReal } from "../real-docker/Requirements.ts"

const count = Number(process.env["DOCKER_SHIM_KILLS"] ?? 8)
const seed = Number(process.env["DOCKER_SHIM_SEED"] ?? 20261124)

const cwd = "/home/retro/work/killed"

/** What is killed: the first is the shim alone, as `kill` does; the second all of the terminal's, as Ctrl-C does. */
const targets = ["shim", "group"] as const
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const
const commands = [["build"], ["up", "-d", "--build"], ["up", "--build"]] as const

interface Kill {
  readonly command: ReadonlyArray<string>
  readonly signal: NodeJS.Signals
  readonly target: (typeof targets)[number]
  /** When, as a part of the time that a whole run takes. */
  readonly moment: number
}

/** Every signal to every target for every command in turn, at moments that the seed decides. */
const kills: ReadonlyArray<Kill> = Array.from({ length: count }, (_, at) => ({
  signal: signals[at % 4] ?? "SIGKILL",
  target: targets[Math.floor(at / 4) % 2] ?? "shim",
  command: commands[(at + Math.floor(at / 8)) % 3] ?? ["build"],
  moment: createHash("sha256").update(`${seed} ${at}`).digest().readUInt32LE() / 2 ** 32
}))

/** How long what was told to end may take, in milliseconds, on a busy machine: Compose stops containers first. */
const patience = 30_000

describeReal.each(["28.5", "26.1"] as const)("compose of docker %s, killed", (suite) => {
  let session: ShimmedSession.ShimmedSession
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
    Case.place(Case.find("killed"), session.files)
  })
  afterAll(async () => {
    await session.stop()
  })

  const build = async (run: string) => {
    const started = Date.now()
    const outcome = await session.compose(["build"], { cwd, env: { RUN: run } })
    return { outcome, took: Date.now() - started }
  }

  it(`leaves nothing in ${count} runs`, async () => {
    Client.stdoutOf((await build("first")).outcome)
    const { outcome, took } = await build("second")
    Client.stdoutOf(outcome)
    const ended: Record<string, number> = {}
    // what one left that could not clean up stays until a run lives long enough to take it away
    let left: ReadonlyArray<string> = []
    for (const [at, kill] of kills.entries()) {
      const what = `run ${at}: ${kill.command.join(" ")}, ${kill.signal} to the ${kill.target} at ${kill.moment}`
      const how = await killed(session, kill, `${seed}-${at}`, took * 1.2)
      ended[`${kill.signal} ${how}`] = (ended[`${kill.signal} ${how}`] ?? 0) + 1
      await assertEnded(`${seed}-${at}`, kill, what)
      const files = session.temporaryFiles()
      if (kill.signal !== "SIGKILL") assert.deepStrictEqual(files.filter((file) => !left.includes(file)), [], what)
      left = files
      assert.deepStrictEqual(CacheContents.faultsOf(session.cache), [], what)
      const containers = await session.direct(["ps", "-aq"])
      if (containers !== "") await session.direct(["rm", "-f", ...containers.split("\n")])
    }
    process.stderr.write(`compose ${suite}: ${count} runs of ${took} ms killed, ${JSON.stringify(ended)}\n`)

    const last = await build("last")
    Client.stdoutOf(last.outcome)
    assert.notInclude(last.outcome.stderr, "docker-shim:", "the cache is still in use")
    assert.deepStrictEqual(session.temporaryFiles(), [], "gone with the next run at the latest")
    const made = await Promise.all(["one", "two"].map((name) => digest(session, name)))
    await session.renewEngine()
    await ShimmedSession.load(session)
    Client.stdoutOf((await build("last")).outcome)
    assert.deepStrictEqual(await Promise.all(["one", "two"].map((name) => digest(session, name))), made, "a cache hit")
  }, 120_000 + count * 60_000)
})

/** Starts, kills at the moment, and waits for the end; says whether the signal came before it. */
const killed = async (
  session: ShimmedSession.ShimmedSession,
  { command, moment, signal, target }: Kill,
  mark: string,
  took: number
): Promise<"in time" | "too late"> => {
  const child = session.spawn("docker", ["compose", ...command], {
    cwd,
    env: { RUN: mark, DOCKER_SHIM_KILL_MARK: mark },
    stdio: "ignore"
  })
  const end = once(child, "exit")
  await Promise.race([sleep(moment * took), end])
  const isRunning = child.exitCode === null && child.signalCode === null
  send(child.pid ?? 0, signal, target)
  // what stays in the foreground, or was asked before it had begun to listen, is asked once more, as a user does
  const again = setTimeout(() => send(child.pid ?? 0, "SIGINT", "group"), 10_000)
  await end
  clearTimeout(again)
  return isRunning ? "in time" : "too late"
}

const send = (pid: number, signal: NodeJS.Signals, target: Kill["target"]): void =>
  ProcessGroup.send(target === "shim" ? pid : -pid, signal)

/**
 * That no process of the run is left. What a killed shim had started may go on to its own end, since nobody can tell it;
 * and a plugin that docker left behind ends when it sees that docker is gone.
 */
const assertEnded = async (mark: string, { signal, target }: Kill, what: string): Promise<void> => {
  const isOrphanAllowed = signal === "SIGKILL" && target === "shim"
  const started = Date.now()
  let left = processesOf(mark)
  while (left.length > 0 && Date.now() < started + patience) {
    await sleep(100)
    left = processesOf(mark)
    // a foreground `up` has no end of its own
    if (isOrphanAllowed && Date.now() > started + 5_000) { for (const { pid } of left) send(pid, "SIGINT", "shim") }
  }
  assert.deepStrictEqual(left, [], what)
}

/** The processes that have the run's mark in their environment; a process that ended and was not collected has none. */
const processesOf = (mark: string): ReadonlyArray<{ readonly pid: number; readonly command: string }> =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const isMarked = readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(
        `DOCKER_SHIM_KILL_MARK=${mark}`
      )
      if (!isMarked) return []
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") }]
    } catch {
      return [] // ended meanwhile
    }
  })

const digest = (session: ShimmedSession.ShimmedSession, name: string): Promise<string> =>
  session.direct(["run", "--rm", `killed/${name}`, "sha256sum", "/once", "/each", "/run-number"])
