/**
 * Builds of one image, and of one name, each find their own entry in a new session, or the nearest.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

describeReal.each(["28.5", "26.1"] as const)("keys of the cache with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let first: Session
  let second: Session
  beforeAll(async () => {
    shared = await Shared.create()
    first = await shared.start({ suite })
    second = await shared.start({ suite })
  })
  afterAll(() => shared.stop())

  const filesOf = (session: Session): string => session.workspace?.files ?? assert.fail("no workspace")

  /** Writes a context whose steps take a different outcome each time they are really run. */
  const write = (session: Session, name: string, ...more: ReadonlyArray<string>): void => {
    const directory = path.join(filesOf(session), name)
    fs.mkdirSync(directory, { recursive: true })
    const lines = [
      "FROM bb",
      "ARG V=0",
      "RUN head -c 16 /dev/urandom | md5sum > /base",
      "RUN echo $V && head -c 16 /dev/urandom | md5sum > /stamp",
      ...more
    ]
    fs.writeFileSync(path.join(directory, "Dockerfile"), `${lines.join("\n")}\n`)
  }
  const run = async (session: Session, args: ReadonlyArray<string>, env = {}): Promise<string> => {
    const { code, stderr } = await Shared.docker(shared, session, args, { env: { BUILDKIT_PROGRESS: "plain", ...env } })
    assert.strictEqual(code, 0, stderr)
    return stderr
  }
  const read = async (session: Session, image: string, file = "/stamp"): Promise<string> =>
    (await session.docker(["run", "--rm", image, "cat", file])).trim()

  /** Builds all in the first session, one after the other, and then in the second; gives what each image holds there. */
  const inBoth = async (
    images: ReadonlyArray<string>,
    build: (session: Session, image: string) => Promise<unknown>
  ): Promise<ReadonlyArray<readonly [string, string]>> => {
    const stamps: Array<readonly [string, string]> = []
    const before = new Map<string, string>()
    for (const image of images) {
      await build(first, image)
      before.set(image, await read(first, image))
    }
    for (const image of images) {
      await build(second, image)
      stamps.push([before.get(image) ?? "", await read(second, image)])
    }
    return stamps
  }
  const assertHits = (stamps: ReadonlyArray<readonly [string, string]>): void => {
    for (const [before, after] of stamps) assert.strictEqual(after, before)
    assert.lengthOf(new Set(stamps.map(([before]) => before)), stamps.length)
  }

  it("are those of each tag of a matrix", async () => {
    for (const session of [first, second]) write(session, "matrix", "RUN echo matrix")
    assertHits(
      await inBoth(
        ["matrix:3.9", "matrix:3.10", "matrix:3.11"],
        (session, image) => run(session, ["build", "-t", image, "--build-arg", `V=${image}`, "matrix"])
      )
    )
  })

  it("are those of each project that gives its image one name, and of each Dockerfile", async () => {
    for (const session of [first, second]) {
      for (const name of ["shop", "blog"]) write(session, name, `RUN echo ${name}`)
      fs.writeFileSync(
        path.join(filesOf(session), "shop/Dev"),
        "FROM bb\nRUN echo dev && head -c 16 /dev/urandom | md5sum > /stamp\n"
      )
    }
    const builds = [["shop"], ["blog"], ["shop", "-f", "shop/Dev"]]
    const stamps: Array<[string, string]> = []
    for (const words of builds) {
      await run(first, ["build", "-t", "web", "--build-arg", `V=${words.join("-")}`, ...words])
      stamps.push([await read(first, "web"), ""])
    }
    for (const [at, words] of builds.entries()) {
      await run(second, ["build", "-t", "web", "--build-arg", `V=${words.join("-")}`, ...words])
      stamps[at] = [stamps[at]?.[0] ?? "", await read(second, "web")]
    }
    assertHits(stamps)
    assert.lengthOf(fs.readdirSync(shared.cache).filter((key) => /^web(?:\^|$)/.test(key)), 3)
  })

  it("are the last commit's for a new one", async () => {
    for (const session of [first, second]) write(session, "commits", "ARG SHA", "RUN echo $SHA > /sha")
    const build = (session: Session, sha: string) =>
      run(session, ["build", "-t", `commits:${sha}`, "--build-arg", `SHA=${sha}`, "commits"])
    // the last of several, which was not used since it was built
    await build(first, "ffffff1")
    await run(first, ["builder", "prune", "-af"])
    await run(first, ["build", "--no-cache", "-t", "commits:3f2a9c1", "--build-arg", "SHA=3f2a9c1", "commits"])
    await build(second, "8e01d2b")
    assert.notStrictEqual(await read(first, "commits:3f2a9c1"), await read(first, "commits:ffffff1"))
    assert.strictEqual(await read(second, "commits:8e01d2b"), await read(first, "commits:3f2a9c1"))
    assert.strictEqual(await read(second, "commits:8e01d2b", "/sha"), "8e01d2b")
  })

  it("are those of each service of one image with tags", async () => {
    const services = ["web", "api", "worker"]
    for (const session of [first, second]) {
      const project = path.join(filesOf(session), "acme")
      for (const name of services) write(session, `acme/${name}`, `RUN echo ${name}`)
      fs.writeFileSync(
        path.join(project, "compose.yaml"),
        JSON.stringify({
          services: Object.fromEntries(
            services.map((
              name
            ) => [name, { image: `acme/app:dev-${name}`, build: { context: name, args: { V: name } } }])
          )
        })
      )
    }
    const compose = (session: Session) =>
      run(session, ["compose", "--project-directory", "acme", "-f", "acme/compose.yaml", "build"])
    await compose(first)
    await compose(second)
    const stamps = await Promise.all(
      services.map(async (name) =>
        [await read(first, `acme/app:dev-${name}`), await read(second, `acme/app:dev-${name}`)] as const
      )
    )
    assertHits(stamps)
  })

  it("are those of each of two branches that are built in turn", async () => {
    const branches = { main: ["RUN echo main"], topic: ["RUN echo topic && head -c 16 /dev/urandom > /topic"] }
    const turns = ["main", "topic", "main", "topic"] as const
    const stamps = new Map<string, string>()
    for (const branch of turns) {
      for (const session of [first, second]) write(session, "turns", ...branches[branch])
      await run(first, ["build", "-t", "turns", "--build-arg", `V=${branch}`, "turns"])
      stamps.set(branch, await read(first, "turns"))
    }
    for (const branch of turns) {
      write(second, "turns", ...branches[branch])
      await run(second, ["builder", "prune", "-af"])
      await run(second, ["build", "-t", "turns", "--build-arg", `V=${branch}`, "turns"])
      assert.strictEqual(await read(second, "turns"), stamps.get(branch), branch)
    }
    assert.lengthOf(fs.readdirSync(shared.cache).filter((key) => /^turns(?:\^|$)/.test(key)), 2)
  })

  it("are those of each of two clones whose .env names their Compose file relatively", async () => {
    for (const session of [first, second]) {
      for (const clone of ["one", "two"]) {
        write(session, `clones/${clone}/web`, `RUN echo ${clone}`)
        const project = path.join(filesOf(session), "clones", clone)
        fs.writeFileSync(path.join(project, ".env"), "COMPOSE_FILE=deploy.yaml\n")
        fs.writeFileSync(
          path.join(project, "deploy.yaml"),
          JSON.stringify({ services: { web: { build: { context: "web", args: { V: clone } } } } })
        )
      }
    }
    const stamps: Array<readonly [string, string]> = []
    for (const session of [first, second]) {
      for (const clone of ["one", "two"]) {
        const { code, stderr } = await Shared.docker(shared, session, ["compose", "build"], {
          cwd: `/home/retro/work/clones/${clone}`
        })
        assert.strictEqual(code, 0, stderr)
      }
    }
    for (const clone of ["one", "two"]) {
      stamps.push([await read(first, `${clone}-web`), await read(second, `${clone}-web`)])
    }
    assertHits(stamps)
    const keys = fs.readdirSync(shared.cache).filter((key) => key.includes("#web"))
    assert.deepStrictEqual(keys.sort(), ["clones+one#web", "clones+two#web"])
  })

  it("of a build that failed are none", async () => {
    write(first, "failing", "RUN exit 3")
    const { code } = await Shared.docker(shared, first, ["build", "-t", "failing", "failing"])
    assert.strictEqual(code, 1)
    const listed = await Shared.docker(shared, first, ["cache", "ls", "--json"], { file: "docker-shim" })
    const rows = JSON.parse(listed.stdout) as ReadonlyArray<{ readonly key: string; readonly state: string }>
    assert.isAbove(rows.length, 1)
    assert.deepStrictEqual(rows.filter(({ key, state }) => key.startsWith("failing") || state !== "sound"), [])
  })

  it("of an image are bounded: the last 4 variants of a key, the last 64 entries", async () => {
    const directory = path.join(shared.cache, "bounded")
    fs.mkdirSync(directory)
    const env = { DOCKER_SHIM_CACHE_DIR: `${Shared.cacheTarget}/bounded` }
    const names = () => fs.readdirSync(directory).filter((name) => !name.startsWith("."))
    const made: Array<string> = []
    for (const branch of ["a", "b", "c", "d", "e", "f"]) {
      write(first, "bounded", `RUN echo ${branch}`)
      await run(first, ["build", "-t", "bounded", "bounded"], env)
      // an engine can lose layers of an image whose name it gives away (moby/buildkit#6808)
      await first.docker(["tag", "bounded", `bounded-kept:${branch}`])
      made.push(...names().filter((name) => !made.includes(name)))
    }
    assert.lengthOf(made, 6)
    assert.strictEqual(made[0], "bounded")
    for (let tag = 0; tag < 70; tag += 1) {
      const copy = path.join(directory, `many:${tag}`)
      fs.cpSync(path.join(directory, "bounded"), copy, { recursive: true, verbatimSymlinks: true })
      fs.rmSync(path.join(copy, ".used"), { force: true })
      fs.utimesSync(path.join(copy, "index.json"), 1e9 + tag, 1e9 + tag)
    }
    const words = ["cache", "prune", "--force", "--max-age", "9999d"]
    const { code, stderr } = await Shared.docker(shared, first, words, { file: "docker-shim", env })
    assert.strictEqual(code, 0, stderr)
    const many = Array.from({ length: 64 }, (_, tag) => `many:${tag + 6}`)
    assert.deepStrictEqual(names().sort(), [...made.slice(2), ...many].sort())
    // what is left is whole: the next session builds from it
    await run(second, ["builder", "prune", "-af"])
    for (const session of [first, second]) write(session, "bounded", "RUN echo f")
    await run(second, ["build", "-t", "bounded", "bounded"], env)
    assert.strictEqual(await read(second, "bounded"), await read(first, "bounded"))
  })

  it("are not made in a build context: its layers do not double, and one line says why", async () => {
    write(first, "inside", "COPY . /all")
    const cache = path.join(filesOf(first), "inside/cache")
    fs.mkdirSync(cache)
    const env = { BUILDKIT_PROGRESS: "plain", DOCKER_SHIM_CACHE_DIR: "/home/retro/work/inside/cache" }
    const lines = async (...flags: ReadonlyArray<string>) => {
      const { code, stderr } = await Shared.docker(shared, first, ["build", "-t", "inside", ...flags, "inside"], {
        env
      })
      assert.strictEqual(code, 0, stderr)
      return stderr.split("\n").filter((line) => line.startsWith("docker-shim:"))
    }
    for (const flags of [[], ["-q"]]) {
      const said = await lines(...flags)
      assert.lengthOf(said, 1, flags.join(" "))
      assert.match(
        said[0] ?? "",
        /^docker-shim: build cache not shared: \S+\/cache is in the build context: add it to /
      )
      assert.deepStrictEqual(fs.readdirSync(cache), [])
    }
    fs.writeFileSync(path.join(filesOf(first), "inside/.dockerignore"), "cache\n")
    const sizes: Array<number> = []
    for (const turn of [1, 2, 3]) {
      fs.writeFileSync(path.join(filesOf(first), "inside/turn"), String(turn))
      assert.deepStrictEqual(await lines(), [])
      const blobs = path.join(cache, ".blobs/sha256")
      sizes.push(Math.max(...fs.readdirSync(blobs).map((name) => fs.statSync(path.join(blobs, name)).size)))
    }
    assert.strictEqual(sizes[2], sizes[0], "the largest layer is the base's")
  })

  describe("in directories that are only read", () => {
    it("are imported, and nothing there changes", async () => {
      const trusted = `${shared.cache}/trusted`
      const own = `${shared.cache}/own`
      for (const directory of [trusted, own]) fs.mkdirSync(directory)
      for (const session of [first, second]) write(session, "read", "RUN echo read")
      const inside = (name: string) => `${Shared.cacheTarget}/${name}`
      await run(first, ["build", "-t", "read", "read"], { DOCKER_SHIM_CACHE_DIR: inside("trusted") })
      // BuildKit takes its lock file there where it may
      const seen = () => [
        fs.readdirSync(path.join(trusted, "read")).filter((name) => !name.endsWith(".lock")).sort(),
        fs.readdirSync(path.join(trusted, ".leases")),
        fs.readFileSync(path.join(trusted, "read/index.json"), "utf8"),
        fs.readFileSync(path.join(trusted, "read/.inputs"), "utf8"),
        fs.existsSync(path.join(trusted, "read/.used"))
      ]
      const before = seen()
      await run(second, ["build", "-t", "read:2", "read"], {
        DOCKER_SHIM_CACHE_DIR: inside("own"),
        DOCKER_SHIM_CACHE_READ_DIRS: inside("trusted")
      })
      assert.strictEqual(await read(second, "read:2"), await read(first, "read"))
      assert.deepStrictEqual(seen(), before)
      assert.deepStrictEqual(fs.readdirSync(own).filter((name) => !name.startsWith(".")), ["read:2"])
    })
  })
})
