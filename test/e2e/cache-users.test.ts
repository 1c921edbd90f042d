/**
 * Every arrangement of users that docs/operate/hydra.md offers: the directory is made by the command that it names, and whoever
 * it is for imports, publishes, replaces, holds, counts, collects, verifies and sees doctor green.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { generations, readableShimDirectory } from "../shell/program.ts"

/** A user of sessions: root, or another, in the group of all who use the cache. */
type User = "root" | 1000 | 1001

const group = 2000

const gzipMagic = Buffer.from([0x1f, 0x8b])

const said = ({ stderr }: Client.Outcome): ReadonlyArray<string> =>
  stderr.split("\n").filter((line) => line.startsWith("docker-shim: "))

describeReal.each(generations)("the cache directory, with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let session: Session
  beforeAll(async () => {
    shared = await Shared.create()
    session = await shared.start({ suite, withoutCache: true })
    fs.chmodSync(path.dirname(session.socket), 0o755)
    fs.chmodSync(session.socket, 0o666)
  })
  const readable = readableShimDirectory("docker", "docker-shim")
  afterAll(async () => {
    readable.remove()
    await shared.stop()
  })

  const at = (...names: ReadonlyArray<string>): string => path.join(session.directory, ...names)
  const run = (
    user: User,
    cache: string,
    words: ReadonlyArray<string>,
    around: ReadonlyArray<string> = []
  ): Promise<Client.Outcome> => {
    const home = at(`home-of-${user}`)
    if (!fs.existsSync(home)) {
      fs.mkdirSync(home)
      fs.symlinkSync(path.join(session.suite.bin, "cli-plugins"), path.join(home, "cli-plugins"))
      if (user !== "root") fs.chownSync(home, user, user)
    }
    const as = user === "root" ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, `--groups=${group}`]
    const [file = "", ...rest] = [...around, ...as, ...words]
    return session.run(file, rest, {
      env: {
        PATH: `${readable.directory}:${session.client.env["PATH"] ?? ""}`,
        HOME: home,
        DOCKER_CONFIG: home,
        DOCKER_SHIM_CACHE_DIR: cache,
        BUILDKIT_PROGRESS: "plain"
      }
    })
  }
  /** As docs/operate/hydra.md says, by root. */
  const init = async (name: string, ...options: ReadonlyArray<string>): Promise<string> => {
    const outcome = await run("root", "/none", ["docker-shim", "cache", "init", "--root", at(name), ...options])
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    fs.chmodSync(at(name), 0o755)
    return at(name, "buildkit-cache")
  }
  const forget = async (): Promise<void> => {
    await session.docker(["rmi", "-f", "app"])
    await session.docker(["builder", "prune", "-af"])
  }
  const write = (source: string): void => {
    Shared.writeContext(session.workspace?.files ?? "", "app")
    fs.writeFileSync(path.join(session.workspace?.files ?? "", "app/source.txt"), source)
  }
  /** Builds with nothing of the engine's own; whether all was cached, and what the shim said. */
  const build = async (user: User, cache: string, around: ReadonlyArray<string> = []) => {
    await forget()
    const leases = new Set<string>()
    const look = setInterval(() => {
      const directory = path.join(cache, ".leases")
      if (fs.existsSync(directory)) { for (const name of fs.readdirSync(directory)) leases.add(name) }
    }, 5)
    const outcome = await run(user, cache, ["docker", "build", "-t", "app", "app"], around)
    clearInterval(look)
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    const { cached, steps } = Shared.stepsOf(outcome.stderr)
    assert.isAbove(steps, 2)
    return { isHit: cached === steps, lines: said(outcome), leases: leases.size }
  }
  const doctor = async (user: User, cache: string, around: ReadonlyArray<string> = []) => {
    const { stdout } = await run(user, cache, ["docker-shim", "doctor", "--json"], around)
    const { findings } = JSON.parse(stdout) as {
      readonly findings: ReadonlyArray<{ readonly part: string; readonly state: string; readonly next?: string }>
    }
    return findings.find(({ part }) => part === "cache")
  }
  const keys = (cache: string): ReadonlyArray<string> => fs.readdirSync(cache).filter((name) => !name.startsWith("."))
  const indexes = (cache: string): ReadonlyArray<string> =>
    keys(cache).filter((key) => fs.existsSync(path.join(cache, key, "index.json")))
  const file = (cache: string, name: string): fs.Stats => fs.statSync(path.join(cache, keys(cache)[0] ?? "", name))

  /** Changes a byte of each layer that the entry names. */
  const damage = (cache: string): void => {
    const store = path.join(cache, ".blobs/sha256")
    const layers = fs.readdirSync(store).map((name) => path.join(store, name))
      .filter((blob) => fs.readFileSync(blob).subarray(0, 2).equals(gzipMagic))
    assert.isAbove(layers.length, 2)
    for (const layer of layers) {
      const content = fs.readFileSync(layer)
      content[content.length - 1] = (content.at(-1) ?? 0) ^ 1
      fs.writeFileSync(layer, content)
    }
  }

  const writable: ReadonlyArray<readonly [string, ReadonlyArray<string>, User, User]> = [
    ["all root", [], "root", "root"],
    ["one other user as owner", ["--owner", "1000:1000"], 1000, 1000],
    ["several users", ["--mode", "0777"], 1000, 1001],
    ["several users by a group", ["--mode", "2775", "--owner", `0:${group}`], 1000, 1001]
  ]

  it.each(writable)("of %s serves each of them", async (name, options, first, second) => {
    const cache = await init(name.replaceAll(" ", "-"), ...options)
    write("one")
    const published = await build(first, cache)
    assert.deepStrictEqual([published.isHit, published.lines], [false, []])
    assert.isAbove(published.leases, 0)
    const hit = await build(second, cache)
    assert.deepStrictEqual([hit.isHit, hit.lines], [true, []])
    assert.strictEqual(file(cache, ".used").size, 1, "the use is counted")

    write("two")
    const before = file(cache, "index.json").ino
    const replaced = await build(second, cache)
    assert.deepStrictEqual([replaced.isHit, replaced.lines], [false, []])
    assert.notStrictEqual(file(cache, "index.json").ino, before)
    if (second !== "root") assert.strictEqual(file(cache, "index.json").uid, second)
    const again = await build(first, cache)
    assert.deepStrictEqual([again.isHit, again.lines], [true, []])

    damage(cache)
    const found = await run(first, cache, ["docker-shim", "cache", "verify"])
    assert.strictEqual(found.code, 1, found.stdout + found.stderr)
    const repaired = await run(first, cache, ["docker-shim", "cache", "verify", "--repair"])
    assert.strictEqual(repaired.code, 0, repaired.stdout + repaired.stderr)
    assert.match(repaired.stdout, /: \d faults?, repaired/)
    assert.deepStrictEqual(indexes(cache), [], "the other's damaged entry is set aside")
    const sound = await run(second, cache, ["docker-shim", "cache", "verify"])
    assert.strictEqual(sound.code, 0, sound.stdout + sound.stderr)
    const anew = await build(first, cache)
    assert.deepStrictEqual([anew.isHit, anew.lines], [false, []])
    const healed = await build(second, cache)
    assert.deepStrictEqual([healed.isHit, healed.lines], [true, []])

    for (const user of [first, second]) {
      const finding = await doctor(user, cache)
      assert.deepStrictEqual([finding?.state, finding?.next], ["ok", undefined], JSON.stringify(finding))
    }
    const verified = await run(second, cache, ["docker-shim", "cache", "verify", "--repair"])
    assert.strictEqual(verified.code, 0, verified.stdout + verified.stderr)
    const pruned = await run(second, cache, ["docker-shim", "cache", "prune", "--force", "--max-size", "0"])
    assert.strictEqual(pruned.code, 0, pruned.stdout + pruned.stderr)
    assert.deepStrictEqual(keys(cache), [])
    assert.deepStrictEqual(fs.readdirSync(path.join(cache, ".blobs/sha256")), [])
  })

  /** What only those who may write can do. */
  const changing = [["prune", "--force", "--max-size", "0"], ["verify", "--repair"]]

  it("that is mounted read-only is imported from, in silence", async () => {
    const cache = await init("read-only")
    write("one")
    assert.deepStrictEqual((await build("root", cache)).lines, [])
    const around = [
      ...["unshare", "--mount", "--propagation", "private", "sh", "-c"],
      `mount --bind ${cache} ${cache} && mount -o remount,bind,ro ${cache} && exec "$@"`,
      "sh"
    ]
    for (const user of ["root", 1000] as const) {
      const hit = await build(user, cache, around)
      assert.deepStrictEqual([hit.isHit, hit.lines, hit.leases], [true, [], 0])
      assert.strictEqual((await doctor(user, cache, around))?.state, "ok")
      assert.strictEqual((await run(user, cache, ["docker-shim", "cache", "verify"], around)).code, 0)
      for (const words of changing) {
        const refused = await run(user, cache, ["docker-shim", "cache", ...words], around)
        assert.strictEqual(refused.code, 125, words.join(" "))
        assert.strictEqual(
          refused.stderr,
          `docker-shim: ${cache} is read-only\n\nIt is mounted read-only here. Run the command where it is mounted read-write.\n`
        )
      }
    }
  })

  it("that a user may only read is imported from, with a line; doctor's next step lets him store, too", async () => {
    const cache = await init("readable")
    write("one")
    await build("root", cache)
    const hit = await build(1000, cache)
    assert.strictEqual(hit.isHit, true)
    assert.match(hit.lines.join("\n"), /^docker-shim: build cache not shared: \S+ may not be used by this user; see /)
    assert.strictEqual((await run(1000, cache, ["docker-shim", "cache", "verify"])).code, 0)
    for (const words of changing) {
      const refused = await run(1000, cache, ["docker-shim", "cache", ...words])
      assert.strictEqual(refused.code, 125, words.join(" "))
      assert.match(
        refused.stderr,
        /^docker-shim: \S+\/buildkit-cache may not be used by this user\n\nRun the command as its owner or root, /
      )
    }
    const finding = await doctor(1000, cache)
    assert.strictEqual(finding?.state, "warn")
    const next = /^as root: (docker-shim .*)$/.exec(finding?.next ?? "")?.[1] ?? ""
    const mended = await run("root", cache, next.split(" "))
    assert.strictEqual(mended.code, 0, next)
    write("two")
    assert.deepStrictEqual((await build(1000, cache)).lines, [])
    assert.strictEqual(file(cache, "index.json").uid, 1000)
    assert.strictEqual((await doctor(1000, cache))?.state, "ok")
  })

  it("with a sticky bit is not made; one that somebody made stores for its owners only, with a line, until doctor's step", async () => {
    const { code, stderr } = await run("root", "/none", [
      "docker-shim",
      "cache",
      "init",
      "--root",
      at("s"),
      "--mode",
      "1777"
    ])
    assert.strictEqual(code, 125)
    assert.include(stderr, "--mode \"1777\" is not accepted")

    const cache = await init("sticky", "--mode", "0777")
    for (const name of ["", ".leases", ".blobs", ".blobs/sha256"]) fs.chmodSync(path.join(cache, name), 0o1777)
    write("one")
    assert.deepStrictEqual((await build(1000, cache)).lines, [])
    const hit = await build(1001, cache)
    assert.deepStrictEqual([hit.isHit, hit.lines], [true, []])
    write("two")
    const refused = await build(1001, cache)
    assert.lengthOf(refused.lines, 1)
    assert.match(
      refused.lines[0] ?? "",
      /^docker-shim: build cache not shared: app was not stored: .* see 'docker-shim doctor'$/
    )
    const finding = await doctor(1001, cache)
    assert.strictEqual(finding?.state, "warn")
    const next = /^as root: (docker-shim .*)$/.exec(finding?.next ?? "")?.[1] ?? ""
    const mended = await run("root", cache, next.split(" "))
    assert.strictEqual(mended.code, 0, next)
    assert.deepStrictEqual((await build(1001, cache)).lines, [])
    const again = await build(1000, cache)
    assert.deepStrictEqual([again.isHit, again.lines], [true, []])
    assert.strictEqual((await doctor(1001, cache))?.state, "ok")
  })
})
