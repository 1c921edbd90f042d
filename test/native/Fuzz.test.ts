/**
 * Every document that the shim reads, damaged: the executable that looks for its own mistakes (`npm run build:standalone -- --sanitize`)
 * finds none, and ends by itself. `DOCKER_SHIM_FUZZ` says how often (72), `DOCKER_SHIM_SEED` where chance begins (1).
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, run } from "../shell/program.ts"
import * as Documents from "./documents.ts"

const times = Number(process.env["DOCKER_SHIM_FUZZ"] ?? 72)
const firstSeed = Number(process.env["DOCKER_SHIM_SEED"] ?? 1)

const place = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-fuzz-"))
afterAll(() => fs.rmSync(place, { recursive: true, force: true }))

const env = (of: string) => ({
  PATH: `${of}/shim:/usr/local/bin:/usr/bin:/bin`,
  HOME: `${of}/home`,
  PLACE: of,
  WORKSPACE_DIR: "/data/w",
  DOCKER_SHIM_USER_PATH: `${of}/work`,
  DOCKER_SHIM_CACHE_DIR: `${of}/cache`,
  DOCKER_SHIM_REAL_DOCKER: `${of}/bin/docker`,
  DOCKER_SHIM_REAL_COMPOSE: `${of}/home/.docker/cli-plugins/docker-compose`,
  HELIX_SESSION_ID: "ses1",
  DOCKER_HOST: ""
})

const runIn = async (of: string, { command, script = "\"$@\"" }: Documents.Document) =>
  await run("sh", ["-c", script, "sh", ...command], { cwd: `${of}/work`, env: env(of), timeout: 60_000 })

/** The document itself, where its place is a directory of some. */
const fileOf = (document: Documents.Document, random: (limit: number) => number): string => {
  const file = path.join(place, document.file)
  if (!fs.statSync(file).isDirectory()) return document.file
  const names = fs.readdirSync(file).filter((name) => fs.statSync(path.join(file, name)).isFile()).sort()
  return path.join(document.file, names[random(names.length)] ?? "")
}

const usable = Documents.documents.filter(({ command, script = "" }) =>
  command.length > 0 && (process.getuid?.() === 0 || !script.includes("unshare"))
)

beforeAll(async () => {
  Documents.make(place)
  fs.mkdirSync(`${place}/shim`)
  for (const name of ["docker", "docker-shim"]) fs.symlinkSync(built, `${place}/shim/${name}`)
  // what is remembered is a document, too
  for (const document of usable) await runIn(place, document)
}, 300_000)

describe("damaged documents", () => {
  it("are all there before they are damaged", () => {
    for (const document of usable) {
      assert.isTrue(fs.existsSync(path.join(place, fileOf(document, () => 0))), document.file)
    }
  })

  it.each(usable.map((document, at) => [document.file, document.command.join(" "), at, document] as const))(
    "%s is no mistake of the shim's: %s",
    async (_, __, at, document) => {
      for (let time = 0; time < Math.ceil(times / usable.length); time += 1) {
        const seed = firstSeed + at * 10_000 + time
        const random = Documents.chance(seed)
        const copy = `${place}.${seed}`
        try {
          fs.cpSync(place, copy, { recursive: true, verbatimSymlinks: true })
          const file = path.join(copy, fileOf(document, random))
          fs.chmodSync(file, 0o644)
          fs.writeFileSync(file, Documents.damage(fs.readFileSync(file), random))
          const ran = await runIn(copy, document)
          assert.isNull(ran.signal, `seed ${seed}: ${ran.stderr}`)
          assert.notInclude(ran.stderr, "mistake in docker-shim", `seed ${seed}`)
          assert.notMatch(ran.stderr, /Sanitizer|runtime error/, `seed ${seed}`)
        } finally {
          fs.rmSync(copy, { recursive: true, force: true })
        }
      }
    },
    300_000
  )
})
