/**
 * Measures the commands of the shared cache on a large one, made and not built: `npm run bench cache [KEYS [DIRECTORY]]`.
 * Each key has an entry of its own ten blobs and five that all share; DIRECTORY is where the cache is made, and removed.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import { built, starting } from "../../test/shell/program.ts"
import * as Entry from "./Entry.ts"

const keys = Number(process.argv[2] ?? 10_000)
const place = process.argv[3] ?? os.tmpdir()
const layersOfAnEntry = 8
const sharedLayers = 5

const directory = fs.mkdtempSync(path.join(place, "docker-shim-bench-cache-"))

/** Each has layers of its own, and some that all have. */
const makeEntry = (key: string): void => {
  const own = Array.from({ length: layersOfAnEntry }, (_, at) => `layer ${at} of ${key}`)
  Entry.make(directory, key, [...Array.from({ length: sharedLayers }, (_, at) => `shared layer ${at}`), ...own])
}

/** Wall time and processor time, the latter of the program and the system for it. */
const run = (what: string, ...words: ReadonlyArray<string>): void => {
  const timed = "TIMEFORMAT=\"%R %U %S\"; time \"$@\" 3>&2 2>/dev/null >/dev/null"
  const { status, stderr } = spawnSync("bash", ["-c", timed, "bash", ...starting(built), "cache", ...words], {
    env: { ...process.env, DOCKER_SHIM_CACHE_DIR: directory }
  })
  const [real = 0, user = 0, system = 0] = stderr.toString().trim().split(" ").map(Number)
  if (status !== 0) throw new Error(`${words.join(" ")} failed: ${stderr.toString()}`)
  console.log(`| ${what} | ${real.toFixed(1)} | ${(user + system).toFixed(1)} |`)
}

const countBlobs = (): number => fs.readdirSync(path.join(CacheLayout.blobs(directory), "sha256")).length

try {
  fs.mkdirSync(path.join(CacheLayout.blobs(directory), "sha256"), { recursive: true })
  for (let at = 0; at < keys; at += 1) makeEntry(`team+image${at}`)
  console.log(
    `${keys} keys, ${countBlobs()} blobs, ${os.cpus().length} processors, load ${os.loadavg()[0]?.toFixed(1)}`
  )
  console.log("| command | seconds | of the processor |\n| --- | --- | --- |")
  run("`cache ls`", "ls")
  run("`cache du`", "du")
  run("`cache verify`", "verify")
  run("`cache prune --dry-run` of everything", "prune", "--max-size", "0", "--dry-run")
  run("`cache prune` with nothing to do", "prune", "--force")
  run("`cache prune` of one key", "prune", "--force", "--key", "team+image0")
  run("`cache prune` of everything", "prune", "--force", "--max-size", "0")
  console.log(`${countBlobs()} blobs left`)
} finally {
  fs.rmSync(directory, { recursive: true, force: true })
}
