/**
 * What docs/reference/storage.md promises, by the kernel's own list of calls: the shim writes to the places that it names,
 * `explain` and a disabled shim write nowhere, and no socket leads to a network.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { locateStrace } from "../real-docker/Suite.ts"
import { repository, run, shimDirectory, starting } from "./program.ts"

const shim = shimDirectory("docker", "docker-shim")
const work = path.join(shim.directory, "work")
const home = path.join(shim.directory, "home")
const cache = path.join(shim.directory, "buildkit-cache")
const temporary = path.join(shim.directory, "tmp")
const fake = path.join(repository, "test/fixtures/explain")
let strace: string

beforeAll(async () => {
  for (const one of [`${work}/app`, home, cache, temporary]) fs.mkdirSync(one, { recursive: true })
  fs.writeFileSync(path.join(work, "app/compose.yaml"), "services: {web: {image: web}}\n")
  fs.writeFileSync(path.join(shim.directory, "model.json"), JSON.stringify({ name: "app", services: {} }))
  const plugins = path.join(home, ".docker/cli-plugins")
  fs.mkdirSync(plugins, { recursive: true })
  fs.symlinkSync(path.join(fake, "docker-compose"), path.join(plugins, "docker-compose"))
  strace = await locateStrace()
}, 300_000)
afterAll(shim.remove)

/** What a command wrote to, and the addresses of the sockets that it connected to, programs that it started included. */
const traced = async (file: string, words: ReadonlyArray<string>, more: Readonly<Record<string, string>>) => {
  const trace = path.join(shim.directory, "trace")
  const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((one) => path.join(strace, one)).join(":")
  const calls =
    "open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat,connect"
  await run(path.join(strace, "usr/bin/strace"), [
    ...["-f", "-qq", "-s", "4096", "-y", "-E", "LD_LIBRARY_PATH", "-o", trace, "-e", `trace=${calls}`],
    ...starting(file),
    ...words
  ], {
    cwd: path.join(work, "app"),
    env: {
      PATH: `${shim.directory}:${fake}:/usr/local/bin:/usr/bin:/bin`,
      HOME: home,
      TMPDIR: temporary,
      LD_LIBRARY_PATH: libraries,
      WORKSPACE_DIR: "/data/ses1",
      HELIX_SESSION_ID: "ses1",
      MODEL: path.join(shim.directory, "model.json"),
      DOCKER_SHIM_USER_PATH: work,
      DOCKER_SHIM_CACHE_DIR: cache,
      ...more
    }
  })
  const lines = fs.readFileSync(trace, "utf8").split("\n").filter((line) => !/ = -1 /.test(line))
  const written = lines.filter((line) => !/\bopen(?:at)?\(/.test(line) || /O_WRONLY|O_RDWR|O_CREAT/.test(line))
    .flatMap(pathOf)
  return { written: [...new Set(written)], sockets: lines.filter((line) => line.includes("connect(")) }
}

/** The last path that a call names, from the directory that `strace -y` shows for its descriptor. */
const pathOf = (line: string): ReadonlyArray<string> => {
  const named = [...line.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].at(-1)
  if (named === undefined || line.includes("connect(")) return []
  const [, directory = path.join(work, "app"), name = ""] = named
  const opened = / = \d+<([^>]*)>$/.exec(line)?.[1]
  return [opened ?? path.resolve(directory, name)]
}

const commands: ReadonlyArray<readonly [string, ...ReadonlyArray<string>]> = [
  ["docker", "ps"],
  ["docker", "run", "-v", "./x:/x", "web"],
  ["docker", "build", "-t", "app", "."],
  ["docker", "compose", "up"],
  ["docker", "compose", "ps"],
  ["docker-shim", "cache", "ls"],
  ["docker-shim", "doctor"]
]

/** A device that holds nothing. */
const isNothing = (file: string): boolean =>
  /^\/dev\/(?:null|tty|pts\/\d+)$|^\/proc\/|^(?:pipe|socket|anon_inode):/.test(file)

describe("the shim", () => {
  it("writes only to places that storage.md lists, and opens no socket to a network", async () => {
    const places = [
      path.join(home, ".cache/docker-shim"),
      path.join(home, ".cache"),
      cache,
      temporary
    ]
    const wrong: Array<string> = []
    let seen = 0
    for (const [name, ...words] of commands) {
      const { sockets, written } = await traced(path.join(shim.directory, name), words, {})
      const files = written.filter((file) => !isNothing(file))
      seen += files.length
      wrong.push(
        ...files.filter((file) =>
          !places.some((place) => file === place || file.startsWith(`${place}/`))
          && !/^\.docker-shim-doctor-/.test(path.relative(work, file))
        ).map((file) => `${name} ${words.join(" ")}: ${file}`),
        ...sockets.filter((line) => !line.includes("AF_UNIX"))
      )
    }
    assert.deepStrictEqual(wrong, [])
    assert.isAtLeast(seen, 10)
  })

  it.each(
    [
      ["explain", path.join(shim.directory, "docker-shim"), ["explain", "--", "docker", "build", "-t", "app", "."], {}],
      ["a disabled shim", path.join(shim.directory, "docker"), ["build", "-t", "app", "."], {
        DOCKER_SHIM_DISABLE: "1"
      }]
    ] as const
  )("%s writes nowhere", async (_, file, words, more) => {
    const { sockets, written } = await traced(file, words, more)
    assert.deepStrictEqual([
      written.filter((one) => !isNothing(one)),
      sockets.filter((line) => !line.includes("AF_UNIX"))
    ], [[], []])
  })

  it("is what the page says", () => {
    const page = fs.readFileSync(path.join(repository, "docs/reference/storage.md"), "utf8")
    for (const place of ["~/.cache/docker-shim", "/buildkit-cache", "/tmp", "/dev/shm", "DOCKER_SHIM_USER_PATH"]) {
      assert.include(page, place)
    }
  })
})
