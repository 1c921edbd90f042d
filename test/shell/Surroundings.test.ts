/**
 * Surroundings in which a program may be started: through the shim a command ends as docker itself ends.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, fixtures, form, isSanitized, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker")
const at = (...names: ReadonlyArray<string>): string => path.join(shim.directory, ...names)
const docker = at("docker")
/** Needs as little as a program can. */
const real = "/bin/echo"
const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: at("home"),
  DOCKER_SHIM_REAL_DOCKER: real,
  DOCKER_SHIM_CACHE_DIR: at("cache"),
  DOCKER_SHIM_QUIET: "1"
}
afterAll(shim.remove)
beforeAll(() => {
  for (const name of ["home", "cache", "work"]) fs.mkdirSync(at(name))
  fs.writeFileSync(at("work/compose.yaml"), "services: {web: {image: web, volumes: ['./src:/src']}}\n")
})

/** A command that the shim becomes, one that it changes, and two that it waits for. */
const commands = [["ps"], ["run", "-v", "./src:/src", "web"], ["build", "-t", "app", "."], ["compose", "up", "-d"]]

/** Starts `"$@"` with a signal blocked; perl is part of every Debian. */
const blocked = (signal: string): string =>
  `perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(${signal})); exec @ARGV' "$@"`

/** Starts `"$@"` with a descriptor that is a pipe which nobody reads. */
const unread = (descriptor: number): string => {
  const handle = ["STDIN", "STDOUT", "STDERR"][descriptor] ?? ""
  return `perl -e 'pipe(R, W); close R; open(${handle}, ">&W"); exec @ARGV' "$@"`
}

type Surrounding = readonly [string, string]

const all: ReadonlyArray<Surrounding> = [
  ...["SIGCHLD", "SIGTERM", "SIGINT", "SIGPIPE", "SIGHUP"].map((one) => [`${one} blocked`, blocked(one)] as const),
  ...["CHLD", "TERM", "INT", "PIPE", "HUP"].map((one) => [`${one} ignored`, `trap '' ${one}; "$@"`] as const),
  ["stdin closed", "\"$@\" <&-"],
  ["stderr closed", "\"$@\" 2>&-"],
  ["a stderr that nobody reads", unread(2)],
  ["a full disk for stderr", "\"$@\" 2> /dev/full"],
  ["files of at most 0 bytes", "ulimit -f 0; \"$@\""],
  ["no /proc", `unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"`],
  ["an empty word", "\"$@\" ''"],
  ["words that are no UTF-8", "\"$@\" \"$(printf 'a\\351b')\""],
  // a tenth of them take the executable that looks for its own mistakes as long
  ["100,000 words", `"$@" $(seq ${isSanitized ? 10_000 : 100_000})`]
]
/** AddressSanitizer reads `/proc`. */
const surroundings = all.filter(([name]) => !isSanitized || name !== "no /proc")

/** What a runtime of a hundred megabytes needs for itself; the executable does with what docker does with. */
const small: ReadonlyArray<Surrounding> = form === "standalone"
  ? [
    ...[5, 6, 7, 8, 9, 10, 11, 12].map((n) => [`${n} descriptors`, `ulimit -n ${n}; "$@"`] as const),
    // AddressSanitizer needs much of both
    ...(isSanitized ? [] : [64, 256, 4096].map((n) => [`a stack of ${n} kB`, `ulimit -s ${n}; "$@"`] as const)),
    ...(isSanitized ? [] : [["30 MB of addresses", "ulimit -v 30000; \"$@\""]] as const)
  ]
  : [["64 descriptors", "ulimit -n 64; \"$@\""], ["a stack of 1024 kB", "ulimit -s 1024; \"$@\""]]

describe.each([...surroundings, ...small])("%s", (_, script) => {
  it.each(commands)("docker %s", async (...words) => {
    const ran = async (file: string) =>
      await run("sh", ["-c", script, "sh", file, ...words], { cwd: at("work"), env, timeout: 50_000 })
    const [direct, through] = [await ran(real), await ran(docker)]
    assert.deepStrictEqual(through, direct)
  })
})

describe("the name and the file", () => {
  if (form === "standalone") {
    it("do not matter to what is in memory", async () => {
      const stranger = at("stranger")
      fs.mkdirSync(stranger)
      fs.copyFileSync(path.join(fixtures, "docker"), path.join(stranger, "docker"))
      const ran = await run(built, ["ps"], { cwd: stranger, argv0: "docker", env })
      assert.deepStrictEqual([ran.code, ran.stdout], [0, "ps\n"])
    })
  }

  it("may be replaced while commands start", async () => {
    const own = at("own")
    fs.mkdirSync(own)
    const file = path.join(own, "docker-shim")
    const program = path.join(own, "docker")
    const replace = (): void => {
      fs.copyFileSync(built, `${file}.new`)
      fs.renameSync(`${file}.new`, file)
    }
    if (form === "standalone") {
      replace()
      fs.symlinkSync("docker-shim", program)
    } else {
      fs.symlinkSync(built, program)
    }
    const child = spawn("sh", [
      "-c",
      `i=0; while [ $i -lt ${starts} ]; do "$0" ps || exit 1; i=$((i+1)); done`,
      program
    ], {
      env,
      stdio: "ignore"
    })
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
    const timer = setInterval(form === "standalone" ? replace : () => undefined, 2)
    const code = await ended
    clearInterval(timer)
    assert.strictEqual(code, 0)
    // a thousand starts beside a thousand copies take 7 s on an idle machine
  }, 240_000)
})

/** `DOCKER_SHIM_STARTS=10000` for a long look. */
const starts = Number(process.env["DOCKER_SHIM_STARTS"] ?? (form === "node" ? 10 : isSanitized ? 20 : 1_000))
