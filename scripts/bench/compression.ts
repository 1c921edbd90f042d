/**
 * Measures what BuildKit's compressions make of an entry of the cache, and prints a table: `npm run bench compression`.
 * docs/decisions/0014-compression.md has one, and the reason for the default.
 *
 * Each way, a build in a fresh engine exports to a directory of its own, and a build in another fresh engine imports from
 * it; then the other generation does. The files are texts and programs of this project's own packages: one layer of them is
 * in the result, another in a stage that only the build needs. Nothing else may run: the processor's time is the machine's.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as BaseImage from "../../test/real-docker/BaseImage.ts"
import * as Session from "../../test/real-docker/Session.ts"
import { stepsOf } from "../../test/real-docker/SharedSessions.ts"
import type * as Suite from "../../test/real-docker/Suite.ts"
import { bytesOf } from "../scenario/Start.ts"

const ways: ReadonlyArray<readonly [name: string, attributes: string]> = [
  ["BuildKit's own choice", ""],
  ["gzip, level 1", "compression=gzip,compression-level=1"],
  ["gzip, level 9", "compression=gzip,compression-level=9"],
  ["zstd", "compression=zstd"],
  ["zstd, level 9", "compression=zstd,compression-level=9"],
  ["uncompressed", "compression=uncompressed"],
  ["zstd, the image's layers too", "compression=zstd,force-compression=true"],
  ["uncompressed, the image's layers too", "compression=uncompressed,force-compression=true"]
]

const generations: ReadonlyArray<Suite.Generation> = ["28.5", "26.1"]

const caches = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-compression-"))
const packages = path.resolve(import.meta.dirname, "../../node_modules")

const writeContext = (directory: string): void => {
  for (const name of ["typescript", "effect"]) {
    fs.cpSync(fs.realpathSync(path.join(packages, name)), path.join(directory, name), { recursive: true })
  }
  fs.writeFileSync(
    path.join(directory, "Dockerfile"),
    `FROM bb AS builder
COPY effect /effect
RUN cat /effect/dist/esm/*.js > /bundle
FROM bb
COPY typescript /typescript
RUN head -c 4000000 /dev/urandom > /model
COPY --from=builder /bundle /bundle
`
  )
}

interface Taken {
  readonly seconds: number
  readonly processor: number
  readonly cached: number
  readonly steps: number
}

const processorSeconds = (): number =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.nice, 0) / 1000

/** A build in a fresh engine: its time, the processor's, and its steps. */
const build = async (session: Session.Session, base: string, flags: ReadonlyArray<string>): Promise<Taken> => {
  await session.renewEngine()
  await session.docker(["load", "-q", "-i", base])
  const before = processorSeconds()
  const began = performance.now()
  const ran = await session.run("docker", [
    "build",
    "--progress=plain",
    "-t",
    "app",
    ...flags,
    path.join(session.directory, "context")
  ], {
    timeout: 300_000
  })
  if (ran.code !== 0) throw new Error(ran.stderr)
  return {
    seconds: (performance.now() - began) / 1000,
    processor: processorSeconds() - before,
    ...stepsOf(ran.stderr)
  }
}

const cell = ({ processor, seconds }: Taken): string => `${seconds.toFixed(1)} (${processor.toFixed(1)})`
const hits = ({ cached, steps }: Taken): string => `${cached} of ${steps}`

const sessions = new Map<Suite.Generation, Session.Session>()
try {
  for (const generation of generations) {
    const session = await Session.start({ suite: generation })
    await BaseImage.load(session)
    sessions.set(generation, session)
    writeContext(path.join(session.directory, "context"))
  }
  // one for both: else neither finds the other's steps
  const [base = ""] = await Promise.all([...sessions.values()].map(BaseImage.archiveOf))
  console.log(
    "| engine | compression | MB | export | import | imported by the other engine |\n| --- | --- | --- | --- | --- | --- |"
  )
  for (const [generation, session] of sessions) {
    const plain = await build(session, base, [])
    console.log(`| ${generation} | no cache | | ${cell(plain)} | | |`)
    for (const [at, [name, attributes]] of ways.entries()) {
      const directory = path.join(caches, `${generation}-${at}`)
      const words = ["type=local", `dest=${directory}`, "mode=max", ...attributes === "" ? [] : [attributes]]
      const exported = await build(session, base, ["--cache-to", words.join(",")])
      const from = ["--cache-from", `type=local,src=${directory}`]
      const imported = await build(session, base, from)
      const others = [...sessions].filter(([one]) => one !== generation)
      const crossed = await Promise.all(others.map(([, other]) => build(other, base, from)))
      console.log(
        `| ${generation} | ${name} | ${(bytesOf(directory) / 1e6).toFixed(1)} | ${cell(exported)} | `
          + `${cell(imported)}, ${hits(imported)} | ${crossed.map(hits).join()} |`
      )
    }
  }
} finally {
  for (const session of sessions.values()) await session.stop()
  fs.rmSync(caches, { recursive: true, force: true })
}
