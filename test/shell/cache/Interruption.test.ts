/**
 * A build that failed, and whose entry would take hours to read: the user gets docker's status soon, and can interrupt.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import { run, shimDirectory } from "../program.ts"
import * as Store from "./store.ts"

const terabytes = 4 * 1024 ** 4

const { directory, remove } = shimDirectory("docker", "docker-shim")
let store: Store.Store
let started: ChildProcess | undefined
beforeEach(() => {
  store = Store.make()
  const real = path.join(directory, "real")
  // a buildx builder that exports, and a build that fails
  fs.writeFileSync(
    real,
    `#!/bin/sh
case "$*" in
  --version) echo "Docker version 28.5.2, build fake" ;;
  *"buildx inspect"*) printf 'Name: default\\nDriver: docker\\nNodes:\\nName: default\\nStatus: running\\nLabels:\\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\\n' ;;
  *" --help") exit 1 ;;
  build*) echo failed >&2; touch ${directory}/failed; exit 7 ;;
esac
`,
    { mode: 0o755 }
  )
  fs.writeFileSync(path.join(directory, "Dockerfile"), "FROM scratch\n")
  fs.rmSync(path.join(directory, "failed"), { force: true })
})
afterEach(() => {
  started?.kill("SIGKILL")
  store.remove()
})

const environment = () => ({
  PATH: `${directory}:${process.env["PATH"] ?? ""}`,
  HOME: directory,
  XDG_RUNTIME_DIR: "",
  DOCKER_SHIM_REAL_DOCKER: path.join(directory, "real"),
  DOCKER_SHIM_CACHE_DIR: store.directory
})

/** Publishes an entry for the build with a layer of four terabytes, all holes; tells its key, and the layer's file. */
const publishHollow = async () => {
  const explained = await run(
    path.join(directory, "docker-shim"),
    ["explain", "--json", "--", "docker", "build", "-t", "app", "."],
    { env: environment(), cwd: directory }
  )
  const plan = JSON.parse(explained.stdout) as {
    readonly before: ReadonlyArray<{ readonly keys?: ReadonlyArray<string> }>
  }
  const key = plan.before.flatMap(({ keys }) => keys ?? [])[0] ?? assert.fail(explained.stdout + explained.stderr)
  store.publish(key, ["one"])
  const put = (content: string): string => {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`
    fs.writeFileSync(Store.blobFile(store, digest), content)
    return digest
  }
  const hollow = put("hollow")
  fs.truncateSync(Store.blobFile(store, hollow), terabytes)
  const manifest = JSON.stringify({ layers: [{ mediaType: "m", digest: hollow, size: terabytes }] })
  const annotations = { "org.opencontainers.image.ref.name": "latest" }
  fs.writeFileSync(
    CacheLayout.index(store.directory, key),
    JSON.stringify({ manifests: [{ mediaType: "m", digest: put(manifest), size: manifest.length, annotations }] })
  )
  // as if that were done in the background already: nothing is to outlive the test
  fs.writeFileSync(CacheLayout.collected(store.directory), "")
  fs.writeFileSync(path.join(CacheLayout.entry(store.directory, key), ".checking"), "")
  return { key, layer: Store.blobFile(store, hollow) }
}

const build = () => {
  const child = spawn(path.join(directory, "docker"), ["build", "-t", "app", "."], {
    env: environment(),
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe"]
  })
  started = child
  let printed = ""
  child.stderr.on("data", (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("close", (code, signal) => resolve(signal ?? code))
  )
  return { child, ended, printed: () => printed }
}

const openFiles = (child: ChildProcess): ReadonlyArray<string> => {
  const descriptors = `/proc/${child.pid}/fd`
  return fs.readdirSync(descriptors).flatMap((one) => {
    try {
      return [fs.readlinkSync(path.join(descriptors, one))]
    } catch {
      // closed meanwhile
      return []
    }
  })
}

/** Waits until the build has failed and the layer is being read. */
const isRead = async (child: ChildProcess, layer: string): Promise<void> => {
  const failed = path.join(directory, "failed")
  while (!fs.existsSync(failed) || !openFiles(child).includes(layer)) await sleep(10)
}

describe("a build that failed, with an entry of four terabytes", () => {
  it("ends with docker's status, long before all is read, and says that the entry is checked later", async () => {
    const { key } = await publishHollow()
    const { ended, printed } = build()
    assert.strictEqual(await ended, 7, printed())
    assert.include(printed(), `build cache entry ${key} is too large to be checked now`)
  })

  it.each(["SIGINT", "SIGTERM"] as const)("ends at once by %s while it is read", async (signal) => {
    const { layer } = await publishHollow()
    const { child, ended, printed } = build()
    await isRead(child, layer)
    child.kill(signal)
    assert.strictEqual(await ended, signal)
    // not only once the time for it was over
    assert.notInclude(printed(), "too large to be checked now")
  })
})

process.once("exit", remove)
