/**
 * Measures the commands of the shared cache on a large one, made and not built: `npm run bench cache [KEYS [DIRECTORY]]`.
 * Each key has an entry of its own ten blobs and five that all share; DIRECTORY is where the cache is made, and removed.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import * as CacheExports from "../../src/shell/cache/CacheExports.ts"
import * as Store from "../../test/shell/cache/store.ts"
import { built, starting } from "../../test/shell/program.ts"

const keys = Number(process.argv[2] ?? 10_000)
const place = process.argv[3] ?? os.tmpdir()
const layersOfAnEntry = 8
const sharedLayers = 5

const directory = fs.mkdtempSync(path.join(place, "docker-shim-bench-cache-"))

const put = (content: string) => {
  const hex = createHash("sha256").update(content).digest("hex")
  fs.writeFileSync(path.join(CacheLayout.blobs(directory), "sha256", hex), content)
  return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: `sha256:${hex}`, size: content.length }
}

/** What a build that exported leaves when it is over. */
const makeEntry = (key: string, shared: ReadonlyArray<ReturnType<typeof put>>): void => {
  const exportDirectory = CacheLayout.exportDirectory(directory, key, "made")
  const target = { directory, key, exportDirectory, view: fs.mkdtempSync(`${directory}-view-`) }
  fs.rmdirSync(target.view)
  Store.begin(target)
  const own = Array.from({ length: layersOfAnEntry }, (_, at) => put(`layer ${at} of ${key}`))
  const manifest = put(
    JSON.stringify({ schemaVersion: 2, config: put(`configuration of ${key}`), layers: [...shared, ...own] })
  )
  fs.writeFileSync(
    CacheLayout.index(directory, key),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ ...manifest, annotations: { "org.opencontainers.image.ref.name": "latest" } }]
    })
  )
  fs.writeFileSync(CacheLayout.used(directory, key), ".")
  CacheExports.discard(target)
  fs.rmSync(target.view, { recursive: true })
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
  const shared = Array.from({ length: sharedLayers }, (_, at) => put(`shared layer ${at}`))
  for (let at = 0; at < keys; at += 1) makeEntry(`team+image${at}`, shared)
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
