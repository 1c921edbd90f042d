/**
 * Measures what the shim adds to real Compose, and prints a table: `npm run bench compose [ROUNDS]`.
 *
 * A project of five services, three of them built, runs twice in a session with an engine of its own: started without the
 * shim, and through it under the session's name. Nothing is left to do for any command, so that what differs is the shim's
 * and, with the shared cache, BuildKit's import and export. The ways take turns; medians. Nothing else may run.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import type * as Suite from "../../test/real-docker/Suite.ts"

const rounds = Number(process.argv[2] ?? 9)
const generations: ReadonlyArray<Suite.Generation> = ["28.5", "26.1"]
const commands = [["ps"], ["up", "-d"], ["build"]]
const standalone = path.resolve(import.meta.dirname, "../../dist/docker-shim")

const writeProject = (files: string): void => {
  const built = ["api", "frontend", "worker"]
  const services = [...built.map((name) => [name, { build: `./${name}` }] as const), ["db", {}], ["queue", {}]] as const
  for (const name of built) {
    fs.mkdirSync(path.join(files, name), { recursive: true })
    fs.writeFileSync(
      path.join(files, name, "Dockerfile"),
      `FROM bb AS base\nRUN echo ${name} > /name\nRUN head -c 2000000 /dev/urandom > /packages\nFROM bb\nCOPY --from=base /packages /\n`
    )
  }
  const common = { init: true, command: "sleep 3600" }
  fs.writeFileSync(
    path.join(files, "compose.yaml"),
    JSON.stringify({
      name: "bench",
      services: Object.fromEntries(
        services.map(([name, own]) => [name, { ...common, ...("build" in own ? own : { image: "bb" }) }])
      )
    })
  )
}

const timed = async (
  session: Session,
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): Promise<number> => {
  const began = performance.now()
  const ran = await session.run("docker", ["compose", ...words], { env, cwd: session.client.cwd, timeout: 300_000 })
  if (ran.code !== 0) throw new Error(ran.stderr)
  return performance.now() - began
}

const median = (times: ReadonlyArray<number>): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0

console.log("| docker compose … | engine | direct | the shim adds | with the shared cache, it adds |")
console.log("| --- | --- | --- | --- | --- |")
for (const suite of generations) {
  const shared = await Shared.create()
  try {
    const session = await shared.start({ suite })
    writeProject(session.workspace?.files ?? "")
    const links = path.join(session.directory, "shim")
    fs.mkdirSync(links)
    fs.symlinkSync(standalone, path.join(links, "docker"))
    const shim = {
      PATH: `${links}:${session.client.env["PATH"] ?? ""}`,
      WORKSPACE_DIR: session.workspace?.daemonPath,
      HELIX_TASK_NUMBER: "12"
    }
    const ways = [{}, { ...shim, DOCKER_SHIM_CACHE: "off" }, shim]
    for (const env of ways) await timed(session, ["up", "-d"], env)
    for (const words of commands) {
      const times = ways.map((): Array<number> => [])
      for (let round = 0; round < rounds; round += 1) {
        for (const [at, env] of ways.entries()) times[at]?.push(await timed(session, words, env))
      }
      const [direct = 0, off = 0, cached = 0] = times.map(median)
      console.log(
        `| ${words.join(" ")} | ${suite} | ${direct.toFixed(0)} ms | ${(off - direct).toFixed(0)} ms | ${
          (cached - direct).toFixed(0)
        } ms |`
      )
    }
  } finally {
    await shared.stop()
  }
}
