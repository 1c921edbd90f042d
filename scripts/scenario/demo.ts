/**
 * Shows the main job on this machine: two sessions with real Docker engines of their own, a workspace that each engine
 * sees at another path than its user, and builds of one that are cache hits in the other. `npm run demo`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type * as Client from "../../test/real-docker/Client.ts"
import { RealDockerUnavailable } from "../../test/real-docker/Machine.ts"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Suite from "../../test/real-docker/Suite.ts"

const say = (line = ""): void => void process.stdout.write(`${line}\n`)

const project = (session: Session): void => {
  const directory = path.join(session.workspace?.files ?? "", "shop")
  fs.mkdirSync(path.join(directory, "data"), { recursive: true })
  fs.writeFileSync(path.join(directory, "data/prices.txt"), "tea 3\n")
  fs.writeFileSync(
    path.join(directory, "Dockerfile"),
    `FROM bb
RUN echo installing && sleep 3 && head -c 4000000 /dev/urandom > /packages
COPY data /data
RUN echo compiling && sleep 2 && md5sum /packages > /app
`
  )
}

/** What the demo promises, and did not show. */
class NotShown extends Error {}

const show = (isShown: boolean, promise: string): void => {
  if (!isShown) throw new NotShown(`${promise}, and did not`)
}

const timed = async (run: () => Promise<Client.Outcome>): Promise<{ outcome: Client.Outcome; seconds: string }> => {
  const start = Date.now()
  const outcome = await run()
  if (outcome.code !== 0) throw new NotShown(`a command was to succeed, and failed:\n${outcome.stderr.trim()}`)
  return { outcome, seconds: `${((Date.now() - start) / 1000).toFixed(1)} s` }
}

const mount = async (shared: Shared.SharedSessions, session: Session): Promise<void> => {
  const args = ["run", "--rm", "-v", "/home/retro/work/shop/data:/data", "bb", "ls", "/data"]
  say(`$ docker ${args.join(" ")}`)
  const without = await session.run("docker", args)
  say(`  without the shim:  ${without.stdout.trim() || "(empty)"}`)
  const shimmed = await Shared.docker(shared, session, args, { env: { DOCKER_SHIM_DEBUG: "1" } })
  say(`  through the shim:  ${shimmed.stdout.trim()}`)
  say(shimmed.stderr.trim().replace(/^/gm, "    "))
  say()
  show(without.stdout === "", "without the shim the container was to find an empty directory")
  show(shimmed.stdout.trim() === "prices.txt", "through the shim the container was to find the file")
}

const build = async (
  shared: Shared.SharedSessions,
  session: Session,
  name: string,
  shimmed: boolean,
  expected: number
): Promise<void> => {
  const args = ["build", "-t", "shop", "shop"]
  const env = { BUILDKIT_PROGRESS: "plain" }
  const { outcome, seconds } = await timed(() =>
    shimmed ? Shared.docker(shared, session, args, { env }) : session.run("docker", args, { env })
  )
  const { cached, steps } = Shared.stepsOf(outcome.stderr)
  say(
    `  session ${name}  ${shimmed ? "through the shim" : "without the shim"}  ${seconds.padStart(6)}  `
      + `${cached} of ${steps} steps cached`
  )
  show(steps === 3 && cached === expected, `${expected} of 3 steps were to be cached`)
}

const main = async (): Promise<void> => {
  // said only where it is not there yet
  const { cache } = await Suite.locate("28.5", (line) => say(line.replace(/^[\w.-]+: /, "Once on this machine: ")))
  const shared = await Shared.create()
  try {
    say("Starting sessions A and B, each with a Docker engine of its own ...")
    const [a, b] = await Promise.all([shared.start({}), shared.start({})])
    project(a)
    project(b)
    say(
      `docker ${a.suite.versions.docker}, buildx ${
        a.suite.versions.buildx ?? ""
      }; the user's /home/retro/work is the engine's `
        + (a.workspace?.daemonPath ?? "")
    )
    say()
    await mount(shared, a)
    say("$ docker build -t shop shop")
    await build(shared, a, "A", true, 0)
    await build(shared, b, "B", false, 0)
    await b.docker(["builder", "prune", "-af"])
    await build(shared, b, "B", true, 3)
    say()
    const size = fs.readdirSync(path.join(shared.cache, ".blobs/sha256")).reduce(
      (sum, blob) => sum + fs.statSync(path.join(shared.cache, ".blobs/sha256", blob)).size,
      0
    )
    say(`The shared cache holds ${(size / 1e6).toFixed(1)} MB.`)
    say()
    say(
      `The engines and all they made are gone. Docker's programs stay in ${cache} for the next time; remove it freely.`
    )
  } finally {
    await shared.stop()
  }
}

try {
  await main()
} catch (error) {
  const isKnown = error instanceof NotShown || error instanceof RealDockerUnavailable
  process.stderr.write(`demo: ${isKnown ? error.message : String(error)}\n`)
  process.exitCode = 1
}
