/**
 * A build never fails for the cache: what is left out is said in one line, and the build is docker's own.
 */
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as OciLayout from "../../src/core/cache/OciLayout.ts"
import * as CacheGraph from "../../src/shell/cache/CacheGraph.ts"
import * as BaseImage from "../real-docker/BaseImage.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { readableShimDirectory } from "../shell/program.ts"

const gzipMagic = Buffer.from([0x1f, 0x8b])

const digestOf = (file: string): string => createHash("sha256").update(fs.readFileSync(file)).digest("hex")

/** Changes a layer, and keeps its size. */
const flipByte = (layer: string): void => {
  const content = fs.readFileSync(layer)
  content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 0xff
  fs.chmodSync(layer, 0o644)
  fs.writeFileSync(layer, content)
}

const isLocked = (file: string): boolean => spawnSync("flock", ["--nonblock", file, "true"]).status !== 0

/** The lines of the shim among what a command wrote to stderr. */
const said = ({ stderr }: Client.Outcome): ReadonlyArray<string> =>
  stderr.split("\n").filter((line) => line.startsWith("docker-shim: "))

describeReal("a build without the shared cache", () => {
  let shared: Shared.SharedSessions
  beforeAll(async () => {
    shared = await Shared.create()
  })
  afterAll(() => shared.stop())

  const build = async (session: Session, options: Client.RunOptions = {}): Promise<Client.Outcome> => {
    Shared.writeContext(session.workspace?.files ?? "", "app")
    const outcome = await Shared.docker(shared, session, ["build", "-t", "app", "app"], options)
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }

  describe.each(["28.5", "26.1"] as const)("on docker %s", (suite) => {
    it("of an engine with the classic image store, which cannot export", async () => {
      const session = await shared.start({ suite, store: "classic" })
      assert.deepStrictEqual(said(await build(session)), [
        "docker-shim: build cache not shared: the daemon's classic image store cannot export cache (it can with the "
        + "containerd image store); see 'docker-shim doctor'"
      ])
      await session.stop()
    })

    it("of the legacy builder, of a docker without buildx, and where there is no cache directory", async () => {
      const session = await shared.start({ suite, withoutCache: true })
      const line = (why: string) => [`docker-shim: build cache not shared: ${why}; see 'docker-shim doctor'`]
      assert.deepStrictEqual(
        said(await build(session, { env: { DOCKER_BUILDKIT: "0" } })),
        line("DOCKER_BUILDKIT=0 selects the legacy builder, which has no cache to share")
      )
      const cache = path.join(session.directory, "own-cache")
      assert.deepStrictEqual(
        said(await build(session, { env: { DOCKER_SHIM_CACHE_DIR: cache } })),
        line(`${cache} does not exist`)
      )
      fs.mkdirSync(cache)
      const env = { DOCKER_SHIM_CACHE_DIR: cache, DOCKER_CONFIG: path.join(session.directory, "no-plugins") }
      assert.deepStrictEqual(said(await build(session, { env })), line("docker has no buildx plugin"))
      await session.stop()
    })
  })

  it("of docker 20.10, which builds without buildx", async () => {
    const session = await shared.start({ suite: "20.10" })
    assert.deepStrictEqual(said(await build(session)), [
      "docker-shim: build cache not shared: docker 20.10.24 builds without buildx; see 'docker-shim doctor'"
    ])
    await session.stop()
  })
})

describeReal.each(["28.5", "26.1"] as const)("a damaged or unusable cache directory, with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let session: Session
  beforeAll(async () => {
    shared = await Shared.create()
    session = await shared.start({ suite })
    Shared.writeContext(session.workspace?.files ?? "", "app")
  })
  const readable = readableShimDirectory("docker")
  afterAll(async () => {
    readable.remove()
    await shared.stop()
  })

  const build = async (options: Client.RunOptions = {}): Promise<Client.Outcome> => {
    const outcome = await Shared.docker(shared, session, ["build", "-t", "app", "app"], {
      ...options,
      env: { BUILDKIT_PROGRESS: "plain", ...options.env }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }
  /** Forgets what the engine has, so that a build depends on the shared cache. */
  const forget = async (): Promise<void> => {
    await session.docker(["rmi", "-f", "app"])
    await session.docker(["builder", "prune", "-af"])
  }
  const entry = (...names: ReadonlyArray<string>): string => path.join(shared.cache, "app", ...names)
  const blobs = (): ReadonlyArray<string> =>
    fs.readdirSync(path.join(shared.cache, ".blobs/sha256")).map((name) =>
      path.join(shared.cache, ".blobs/sha256", name)
    )
  /** Those that the entry's manifest names: the store has more, of entries that were set aside. */
  const imported = (): ReadonlyArray<string> => {
    const file = (digest: string): string => path.join(shared.cache, ".blobs", digest.replace(":", "/"))
    const [manifest = ""] = CacheGraph.manifestOf(shared.cache, entry("index.json"))
    return (OciLayout.references(fs.readFileSync(file(manifest), "utf8")) ?? []).map(({ digest }) => file(digest))
  }
  const largest = (): string =>
    blobs().reduce((one, other) => fs.statSync(one).size >= fs.statSync(other).size ? one : other)
  const isHit = async (): Promise<boolean> => {
    await forget()
    const { cached, steps } = Shared.stepsOf((await build()).stderr)
    return steps > 2 && cached === steps
  }
  const setAside = /^docker-shim: build cache entry app was damaged and is set aside: /

  it.each([
    ["a truncated index.json", () => {
      fs.truncateSync(entry("index.json"), 40)
    }],
    ["an empty index.json", () => {
      fs.writeFileSync(entry("index.json"), "")
    }],
    ["an index that names nothing", () => {
      fs.writeFileSync(entry("index.json"), "{\"schemaVersion\":2,\"manifests\":[]}")
    }],
    ["a missing blob", () => {
      fs.rmSync(largest())
    }],
    ["a truncated blob", () => {
      fs.truncateSync(largest(), 100)
    }],
    ["a link in the place of the entry", () => {
      fs.rmSync(entry(), { recursive: true })
      fs.symlinkSync("/etc", entry())
    }]
  ])("heals %s", async (_, damage) => {
    assert.isTrue(await isHit() || await isHit())
    damage()
    await forget()
    const [line = "", ...more] = said(await build())
    assert.match(line, setAside)
    assert.deepStrictEqual(more, [])
    assert.isTrue(await isHit(), "the next build is a hit again")
  })

  it("heals layers of the right size with other content, and the build that met them succeeds", async () => {
    assert.isTrue(await isHit() || await isHit())
    const layers = imported().filter((blob) => fs.readFileSync(blob).subarray(0, 2).equals(gzipMagic))
    assert.isAbove(layers.length, 2)
    for (const layer of layers) flipByte(layer)
    await forget()
    await build()
    await session.docker(["run", "--rm", "app", "cat", "/stamp"])
    assert.isTrue(await isHit(), "the next build is a hit again")
    assert.deepStrictEqual(blobs().filter((blob) => digestOf(blob) !== path.basename(blob)), [])
  })

  it("builds where the directory is full, in bytes and in files", async () => {
    for (const size of ["size=2m", "nr_inodes=8"]) {
      const directory = path.join(session.directory, `full-${size}`)
      fs.mkdirSync(directory)
      // in the client's own namespace: an engine that another test starts meanwhile would get a mount of the machine's
      const script = `mount -t tmpfs -o ${size} tmpfs ${directory} && exec docker build -t app app`
      const outcome = await session.run("sh", ["-c", script], {
        env: { ...Shared.shimmed(shared, session), DOCKER_SHIM_CACHE_DIR: directory }
      })
      assert.strictEqual(outcome.code, 0, outcome.stderr)
      const [line = "", ...more] = said(outcome)
      assert.match(line, /^docker-shim: build cache not shared: .*(?:has only .* free|has no space left)/)
      assert.deepStrictEqual(more, [])
    }
  })

  it("builds as a user who may not write the directory, and imports what is there", async () => {
    assert.isTrue(await isHit() || await isHit())
    await forget()
    fs.chmodSync(path.dirname(session.socket), 0o755)
    fs.chmodSync(session.socket, 0o666)
    const config = path.join(session.directory, "config-1000")
    fs.mkdirSync(config)
    fs.symlinkSync(path.join(session.suite.bin, "cli-plugins"), path.join(config, "cli-plugins"))
    fs.chownSync(config, 1000, 1000)
    const outcome = await session.run("setpriv", [
      ...["--reuid=1000", "--regid=1000", "--clear-groups"],
      ...["docker", "build", "-t", "app", "app"]
    ], {
      env: {
        PATH: `${readable.directory}:${session.client.env["PATH"] ?? ""}`,
        HOME: config,
        DOCKER_CONFIG: config,
        BUILDKIT_PROGRESS: "plain"
      }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    assert.deepStrictEqual(said(outcome), [
      "docker-shim: build cache not shared: /buildkit-cache may not be used by this user; see 'docker-shim doctor'"
    ])
    const { cached, steps } = Shared.stepsOf(outcome.stderr)
    assert.deepStrictEqual(cached, steps)
    assert.isAbove(steps, 2)
  })

  it("imports and exports while others hold the lock files that BuildKit takes", async () => {
    assert.isTrue(await isHit() || await isHit())
    const lock = entry("index.json.lock")
    fs.writeFileSync(lock, "")
    const holder = spawn("flock", [lock, "sleep", "60"], { detached: true, stdio: "ignore" })
    try {
      while (!isLocked(lock)) await new Promise((resolve) => setTimeout(resolve, 10))
      assert.isTrue(await isHit())
      await forget()
      fs.writeFileSync(path.join(session.workspace?.files ?? "", "app/source.txt"), "changed")
      assert.deepStrictEqual(said(await build()), [])
      assert.isTrue(await isHit())
    } finally {
      if (holder.pid !== undefined) process.kill(-holder.pid)
      fs.rmSync(lock)
      Shared.writeContext(session.workspace?.files ?? "", "app")
    }
  })

  const fromInput = async (): Promise<Client.Outcome> => {
    const outcome = await session.run("sh", ["-c", "tar c -C app . | docker build -t app -"], {
      env: { ...Shared.shimmed(shared, session), BUILDKIT_PROGRESS: "plain" }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }

  it("gives a build from standard input, which cannot be run again, no entry that could be damaged", async () => {
    assert.isTrue(await isHit() || await isHit())
    await forget()
    const layers = imported().filter((blob) => fs.readFileSync(blob).subarray(0, 2).equals(gzipMagic))
    for (const layer of layers) flipByte(layer)
    const [line = "", ...more] = said(await fromInput())
    assert.match(line, /^docker-shim: build cache of app not imported: /)
    assert.deepStrictEqual(more, [])
    assert.isTrue(await isHit() || await isHit())
  })

  /** An engine that has nothing, also nothing of another cache directory. */
  const renew = async (): Promise<void> => {
    await session.renewEngine()
    await BaseImage.load(session)
  }

  it("shares what a session with a umask of 077 stored", async () => {
    await renew()
    const directory = path.join(session.directory, "umask")
    fs.mkdirSync(directory, { mode: 0o755 })
    const outcome = await session.run("sh", ["-c", "umask 077 && docker build -t app app"], {
      env: { ...Shared.shimmed(shared, session), DOCKER_SHIM_CACHE_DIR: directory }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    const hidden = fs.readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) =>
      !/\.incoming\/|^\.trash/.test(name) && (fs.lstatSync(path.join(directory, name)).mode & 0o044) !== 0o044
    )
    assert.deepStrictEqual(hidden, [])
  })

  it("shares below a path that is not ASCII, and says so where nothing can be stored", async () => {
    await renew()
    const directory = path.join(session.directory, "Zwischenspeicher-für-Schichten")
    fs.mkdirSync(directory)
    const env = { DOCKER_SHIM_CACHE_DIR: directory }
    assert.deepStrictEqual(said(await build({ env })), [])
    await forget()
    const hit = await build({ env })
    const { cached, steps } = Shared.stepsOf(hit.stderr)
    assert.strictEqual(cached, steps)

    // a directory in the place of the index is no entry's, and nothing can be moved there
    fs.rmSync(path.join(directory, "app/index.json"))
    fs.mkdirSync(path.join(directory, "app/index.json/x"), { recursive: true })
    const outcome = await Shared.docker(shared, session, ["build", "-q", "-t", "app", "app"], { env })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    assert.lengthOf(said(outcome), 1, outcome.stderr)
  })

  it("builds when the directory goes away in the middle", async () => {
    await renew()
    const directory = path.join(session.directory, "vanishing")
    fs.mkdirSync(directory)
    const building = build({ env: { DOCKER_SHIM_CACHE_DIR: directory } })
    while (!fs.existsSync(path.join(directory, "app/.incoming"))) await new Promise((resolve) => setTimeout(resolve, 5))
    fs.renameSync(directory, `${directory}-gone`)
    await building
  })

  it("touches nothing outside for a tag that climbs", async () => {
    const before = fs.readdirSync(path.dirname(shared.cache))
    const outcome = await Shared.docker(shared, session, ["build", "-t", "../../etc/x", "app"])
    assert.notStrictEqual(outcome.code, 0, "docker itself refuses the tag")
    assert.deepStrictEqual(fs.readdirSync(path.dirname(shared.cache)), before)
  })
})
