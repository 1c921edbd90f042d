/**
 * The kernel's own list of what the shim does in a cache directory: what each command calls, with strace.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as CacheGraph from "../../../src/shell/cache/CacheGraph.ts"
import { locateStrace } from "../../real-docker/Suite.ts"
import { built, run, shimDirectory, starting } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Store from "./store.ts"

let strace: string
beforeAll(async () => {
  strace = await locateStrace()
}, 300_000)
const shim = shimDirectory("docker-shim", "docker")
afterAll(shim.remove)
let store: Store.Store
let home: string
beforeEach(() => {
  store = Store.make("buildkit-cache")
  home = path.dirname(store.directory)
})
afterEach(() => store.remove())

/** One call of the shim's own that names something in the cache directory: its name, its paths, and the whole line. */
interface Call {
  readonly name: string
  readonly paths: ReadonlyArray<string>
  readonly line: string
}

/** Runs a command; gives what it, and not the programs that it started, called with a path, and which programs it started. */
const traced = async (
  name: "docker" | "docker-shim",
  words: ReadonlyArray<string>,
  status: number,
  directory = home
) => {
  const trace = path.join(home, "trace")
  const file = path.join(shim.directory, name)
  const env = {
    ...process.env,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    DOCKER_SHIM_CACHE_DIR: store.directory,
    DOCKER_SHIM_REAL_DOCKER: path.join(home, "docker")
  }
  const libraries = path.join(strace, "usr/lib/x86_64-linux-gnu")
  const words_ = [
    "-f",
    "-qq",
    "-s",
    "4096",
    "-E",
    "LD_LIBRARY_PATH",
    "-o",
    trace,
    "-e",
    "trace=%file,fchmod,fchown,execve"
  ]
  const traceEnv = { ...env, LD_LIBRARY_PATH: `${libraries}:${path.join(strace, "lib/x86_64-linux-gnu")}` }
  const ran = await run(path.join(strace, "usr/bin/strace"), [...words_, ...starting(file), ...words], {
    cwd: directory,
    env: traceEnv
  })
  assert.strictEqual(ran.code, status, ran.stderr)
  return judge(fs.readFileSync(trace, "utf8"))
}

/** The calls of a trace, a line each: strace writes one in two parts where another process was in between. */
const whole = (trace: string): ReadonlyArray<string> => {
  const begun = new Map<string, string>()
  return trace.split("\n").flatMap((line) => {
    const [, pid = "", first] = /^(\d+) +(.*) <unfinished \.\.\.>$/.exec(line) ?? []
    if (first !== undefined) {
      begun.set(pid, `${pid} ${first}`)
      return []
    }
    const [, resumed = "", rest] = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/.exec(line) ?? []
    if (rest === undefined) return [line]
    const start = begun.get(resumed) ?? ""
    begun.delete(resumed)
    return [`${start}${rest}`]
  }).concat([...begun.values()])
}

const judge = (trace: string): { readonly calls: ReadonlyArray<Call>; readonly programs: ReadonlyArray<string> } => {
  const foreign = new Set<string>()
  const calls: Array<Call> = []
  const programs: Array<string> = []
  for (const line of whole(trace)) {
    const [, pid = "", name = "", rest = ""] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? []
    const paths = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = ""]) => one)
    if (name === "execve") {
      const [program = ""] = paths
      const isOwn = [process.execPath, built, fs.realpathSync(built)].includes(program) ||
        program.startsWith(shim.directory)
      if (!isOwn) programs.push(program)
      if (isOwn) foreign.delete(pid)
      else foreign.add(pid)
    } else if (name !== "" && !foreign.has(pid)) {
      calls.push({ name, paths: name === "symlink" || name === "symlinkat" ? paths.slice(-1) : paths, line })
    }
  }
  return { calls, programs }
}

/** What is wrong with a call, if something is. */
const wrong = (call: Call): string | undefined => {
  for (const path of call.paths) {
    if (path.startsWith(`${store.directory}/`)) return `a path that others may change: ${call.line}`
    const [, below = "."] = /^\/proc\/(?:self|thread-self)\/fd\/\d+\/(.*)$/.exec(path) ?? []
    if (below.includes("/")) return `more than a name: ${call.line}`
    if (below !== "." && follows(call)) return `follows a link: ${call.line}`
    if (below !== "." && writesOver(call)) return `writes over what is there: ${call.line}`
  }
  return undefined
}

/** `O_EXCL` fails where a link is. */
const follows = ({ line, name }: Call): boolean =>
  always.has(name)
  || (/^open/.test(name) && !/O_NOFOLLOW|O_EXCL/.test(line))
  || (/^(?:statx|newfstatat)$/.test(name) && !line.includes("AT_SYMLINK_NOFOLLOW"))
  || (name === "linkat" && line.includes("AT_SYMLINK_FOLLOW"))

const always = new Set(
  [
    "stat",
    "access",
    "faccessat",
    "faccessat2",
    "chmod",
    "fchmodat",
    "chown",
    "fchownat",
    "utimensat",
    "truncate",
    "statfs"
  ]
)

const writesOver = ({ line, name }: Call): boolean =>
  /^open/.test(name) && /O_WRONLY|O_RDWR|O_TRUNC/.test(line) && !line.includes("O_EXCL")

const commands: ReadonlyArray<readonly [string, ReadonlyArray<string>, number]> = [
  ["a collection", ["cache", "prune", "--force", "--max-size", "0"], 0],
  ["a verification", ["cache", "verify"], 1],
  ["a repair", ["cache", "verify", "--repair"], 0],
  ["a list", ["cache", "ls"], 0],
  ["a sum", ["cache", "du"], 0]
]

describe("below the cache directory", () => {
  it.each(commands)(
    "%s follows no link, and changes nothing by a path that others may change",
    async (_, words, status) => {
      store.publish("app", ["one"])
      store.publish("other", ["two"])
      const [, layer = ""] = store.publish("damaged", ["three"])
      Store.damage(store, layer)
      fs.symlinkSync("/etc", path.join(store.directory, "link"))
      const { calls, programs } = await traced("docker-shim", words, status)
      assert.deepStrictEqual(calls.flatMap((call) => wrong(call) ?? []), [])
      assert.isNotEmpty(
        calls.filter(({ paths }) => paths.some((one) => /^\/proc\/self\/fd\/\d+\/index\.json$/.test(one)))
      )
      assert.deepStrictEqual(programs, [])
    }
  )

  it("a setup that repairs follows no link, and changes nothing by a path that others may change", async () => {
    fs.mkdirSync(path.join(store.directory, ".leases"), { mode: 0o700 })
    const { calls } = await traced("docker-shim", ["cache", "init", "--root", home, "--mode", "0777", "--repair"], 0)
    assert.deepStrictEqual(calls.flatMap((call) => wrong(call) ?? []), [])
    assert.strictEqual(fs.statSync(path.join(store.directory, ".leases")).mode & 0o777, 0o777)
  })

  /** Commands that build, and where they are called. */
  const builds: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ["docker build", ["build", "-t", "app:1", "work"], "."],
    ["docker compose up --build", ["compose", "up", "--build", "-d"], "work"]
  ]

  it.each(builds)("%s follows no link, and changes nothing by a path that others may change", async (_, words, cwd) => {
    for (const name of ["docker", ".docker/cli-plugins/docker-compose"]) {
      fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true })
      fs.writeFileSync(path.join(home, name), Builder.script(home), { mode: 0o755 })
    }
    fs.mkdirSync(path.join(home, "work"))
    fs.writeFileSync(path.join(home, "work/Dockerfile"), "FROM scratch\nCOPY file /\n")
    fs.writeFileSync(
      path.join(home, "work/compose.yaml"),
      "services: {web: {image: web, build: ., volumes: ['.:/src']}}\n"
    )
    const key = words[0] === "build" ? "app:1" : "web"
    const build = async (content: string, status: number): Promise<ReadonlyArray<Call>> => {
      fs.writeFileSync(path.join(home, "work/file"), content)
      const { calls, programs } = await traced("docker", words, status, path.join(home, cwd))
      assert.deepStrictEqual(calls.flatMap((call) => wrong(call) ?? []), [])
      assert.include(programs, path.join(home, "docker"))
      return calls
    }
    const isRenamed = (calls: ReadonlyArray<Call>, name: string): boolean =>
      calls.some((call) => call.name.startsWith("rename") && call.paths.at(-1)?.endsWith(`/${name}`))
    // the first also starts a collection, which is judged with it
    assert.isTrue(isRenamed(await build("one", 0), ".inputs"))
    assert.deepStrictEqual(store.keys(), [key])
    await build("one", 0)
    assert.isTrue(isRenamed(await build("two", 0), "index.json"))
    const manifest = CacheGraph.manifestOf(store.directory, CacheLayout.index(store.directory, key))[0] ?? ""
    const { config } = JSON.parse(CacheGraph.text(store.directory, manifest)) as { config: { digest: string } }
    Store.damage(store, config.digest)
    fs.writeFileSync(path.join(home, "fail"), "")
    assert.isNotEmpty(await build("two", 7))
    assert.notInclude(store.blobs(), config.digest)
  })
})

it("the judge knows each kind of wrong call", () => {
  const place = `${store.directory}/app`
  for (
    const line of [
      `1 openat(AT_FDCWD, "${place}", O_RDONLY|O_NOFOLLOW) = 3`,
      `1 unlink("${place}") = 0`,
      `1 openat(AT_FDCWD, "/proc/self/fd/17/a/b", O_RDONLY|O_NOFOLLOW) = 3`,
      `1 openat(AT_FDCWD, "/proc/self/fd/17/a", O_RDONLY) = 3`,
      `1 openat(AT_FDCWD, "/proc/self/fd/17/a", O_WRONLY|O_CREAT|O_TRUNC|O_NOFOLLOW) = 3`,
      `1 statx(AT_FDCWD, "/proc/self/fd/17/a", AT_STATX_SYNC_AS_STAT, STATX_ALL, {}) = 0`,
      `1 chmod("/proc/self/fd/17/a", 0777) = 0`,
      `1 newfstatat(AT_FDCWD, "/proc/self/fd/17/a",  <unfinished ...>\n1 <... newfstatat resumed>{}, 0) = 0`,
      `1 unlink("${place}" <unfinished ...>`
    ]
  ) {
    assert.isNotEmpty(judge(line).calls.flatMap((call) => wrong(call) ?? []), line)
  }
  for (
    const line of [
      `1 openat(AT_FDCWD, "${store.directory}", O_RDONLY|O_DIRECTORY) = 3`,
      `1 chmod("/proc/self/fd/17", 0777) = 0`,
      `1 rename("/proc/self/fd/17/a", "/proc/self/fd/18/b") = 0`,
      [
        `1 newfstatat(AT_FDCWD, "/proc/self/fd/17/a",  <unfinished ...>`,
        `2 unlink("/proc/self/fd/9/b") = 0`,
        `1 <... newfstatat resumed>{}, AT_SYMLINK_NOFOLLOW) = 0`
      ].join("\n")
    ]
  ) {
    assert.isEmpty(judge(line).calls.flatMap((call) => wrong(call) ?? []), line)
  }
})
