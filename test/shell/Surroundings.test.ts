/**
 * Surroundings in which a program may be started: through the shim a command ends as docker itself ends.
 */
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, fixtures, form, isSanitized, repository, run, shimDirectory } from "./program.ts"

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
  for (const name of ["say", "surround"]) {
    const source = fileURLToPath(new URL(`../fixtures/c/${name}.c`, import.meta.url))
    execFileSync("gcc", ["-O1", "-static", "-o", at(name), source])
  }
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

/** `npm run test:full starts` makes it 10,000. */
const starts = Number(process.env["DOCKER_SHIM_STARTS"] ?? (form === "node" ? 10 : isSanitized ? 20 : 1_000))

type Surrounding = readonly [string, string]

/** Where what the shim says goes nowhere. */
const silent: ReadonlyArray<Surrounding> = [
  ["a closed stderr", "\"$@\" 2>&-"],
  ["a stderr that nobody reads", unread(2)],
  ["a full disk for stderr", "\"$@\" 2> /dev/full"]
]

const all: ReadonlyArray<Surrounding> = [
  ...["SIGCHLD", "SIGTERM", "SIGINT", "SIGPIPE", "SIGHUP"].map((one) => [`${one} blocked`, blocked(one)] as const),
  ...["CHLD", "TERM", "INT", "PIPE", "HUP"].map((one) => [`${one} ignored`, `trap '' ${one}; "$@"`] as const),
  ["stdin closed", "\"$@\" <&-"],
  ...silent,
  ["files of at most 0 bytes", "ulimit -f 0; \"$@\""],
  // Node by itself reserves 1 GB
  ["1.2 GB of addresses", "ulimit -v 1200000; \"$@\""],
  ["no /proc", `unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"`],
  ["an empty word", "\"$@\" ''"],
  ["words that are no UTF-8", "\"$@\" \"$(printf 'a\\351b')\""],
  // a tenth of them take the executable that looks for its own mistakes as long
  ["100,000 words", `"$@" $(seq ${isSanitized ? 10_000 : 100_000})`]
]
/** AddressSanitizer reads `/proc`, and has terabytes of addresses. */
const surroundings = all.filter(([name]) => !isSanitized || !["no /proc", "1.2 GB of addresses"].includes(name))

/** What a runtime of a hundred megabytes needs for itself; the executable does with what docker does with. */
const small: ReadonlyArray<Surrounding> = form === "standalone"
  ? [
    ...[5, 6, 7, 8, 9, 10, 11, 12].map((n) => [`${n} descriptors`, `ulimit -n ${n}; "$@"`] as const),
    // AddressSanitizer needs much of both
    ...(isSanitized ? [] : [64, 256, 4096].map((n) => [`a stack of ${n} kB`, `ulimit -s ${n}; "$@"`] as const)),
    ...(isSanitized ? [] : [["30 MB of addresses", "ulimit -v 30000; \"$@\""]] as const)
  ]
  : [["32 descriptors", "ulimit -n 32; \"$@\""], ["a stack of 1024 kB", "ulimit -s 1024; \"$@\""]]

describe.each([...surroundings, ...small])("%s", (_, script) => {
  it.each(commands)("docker %s", async (...words) => {
    const ran = async (file: string) =>
      await run("sh", ["-c", script, "sh", file, ...words], { cwd: at("work"), env, timeout: 50_000 })
    const [direct, through] = [await ran(real), await ran(docker)]
    assert.deepStrictEqual(through, direct)
  })
})

if (form === "node") {
  describe.each([7, 8, 9, 10, 11, 12])("%s descriptors, with which Node starts no program at all", (most) => {
    it.each(commands)("docker %s ends as Node does", async (...words) => {
      const anything = at("anything.mjs")
      fs.writeFileSync(anything, "console.log(\"ran\")\n")
      const ran = async (...program: ReadonlyArray<string>) =>
        await run("sh", ["-c", `ulimit -n ${most}; exec "$@"`, "sh", ...program, ...words], { cwd: at("work"), env })
      const [bare, through] = [await ran(process.execPath, anything), await ran(docker)]
      assert.strictEqual(bare.stdout, "")
      assert.notDeepEqual([bare.code, bare.signal], [0, null])
      assert.deepStrictEqual([through.code, through.signal, through.stdout], [bare.code, bare.signal, ""])
    })
  })
}

describe("with a line to say", () => {
  const speaking = {
    ...env,
    DOCKER_SHIM_QUIET: "0",
    DOCKER_SHIM_DEBUG: "1",
    DOCKER_SHIM_DOCKER_HOST: "unix:///run/s.sock"
  }
  it.each(commands)("docker %s says it", async (...command) => {
    const ran = await run(docker, command, { cwd: at("work"), env: speaking })
    assert.match(ran.stderr, /^docker-shim: DOCKER_HOST: unix:\/\/\/run\/s\.sock /m)
  })

  it.each(commands.flatMap((command) => silent.map(([name, script]) => ({ command, name, script }))))(
    "to $name: docker $command",
    async ({ command, script }) => {
      const ran = async (file: string) =>
        await run("sh", ["-c", script, "sh", file, ...command], { cwd: at("work"), env: speaking })
      const [direct, through] = [await ran(real), await ran(docker)]
      assert.deepStrictEqual([through.code, through.signal, through.stderr], [
        direct.code,
        direct.signal,
        direct.stderr
      ])
      assert.isNotEmpty(through.stdout)
    }
  )
})

describe("nested deeper than any stack", () => {
  // AddressSanitizer knows one stack, so that the executable with it has none of its own
  const stacks = process.env["DOCKER_SHIM_SANITIZED"] === "1" ? ["unlimited"] : ["4096", "unlimited"]

  it.each(stacks)("with a stack of %s kB", async (stack) => {
    const directory = at(`nested-${stack}`)
    fs.mkdirSync(directory)
    for (
      const [name, text] of [["compose.yaml", "a: " + "[".repeat(100_000)], ["Dockerfile", "FROM scratch\n"]] as const
    ) {
      fs.writeFileSync(path.join(directory, name), text)
    }
    for (const words of [["compose", "ps"], ["compose", "up", "-d"]]) {
      const ran = async (file: string) =>
        await run("sh", ["-c", `ulimit -s ${stack}; "$@"`, "sh", file, ...words], {
          cwd: directory,
          env: { ...env, HELIX_TASK_NUMBER: "12", DOCKER_SHIM_PROJECT_SCOPE: "project" }
        })
      assert.deepStrictEqual(await ran(docker), await ran(real))
    }
  })
})

/** The docker that needs nothing. */
const said = { DOCKER_SHIM_REAL_DOCKER: at("say") }

describe("no more processes than", () => {
  const other = { uid: 64_321, gid: 64_321 }
  const place = at("another user's")
  const program = path.join(place, "docker")
  beforeAll(() => {
    fs.chmodSync(shim.directory, 0o755)
    fs.mkdirSync(place)
    // where that user can read it
    fs.cpSync(built, path.join(place, "dist", path.basename(built)))
    if (form === "node") {
      fs.cpSync(path.join(repository, "dist/chunks"), path.join(place, "dist/chunks"), { recursive: true })
    }
    fs.symlinkSync(path.join(place, "dist", path.basename(built)), program)
  })

  // Node has threads of its own; docker, 28.5.2, does not start with 5
  it.each((form === "standalone" ? [1, 2, 6] : [64]).flatMap((most) => commands.map((words) => ({ most, words }))))(
    "$most: docker $words",
    async ({ most, words }) => {
      const ran = async (file: string) => {
        // only limits of others than root are heeded
        const script = `ulimit -u ${most}; exec "$@"`
        return await run("bash", ["-c", script, "bash", file, ...words], {
          cwd: at("work"),
          env: { ...env, ...said },
          ...other
        })
      }
      const [direct, through] = [await ran(at("say")), await ran(program)]
      assert.strictEqual(direct.stdout, `${words.join("\n")}\n`)
      assert.deepStrictEqual(through, direct)
    }
  )
})

describe("a program started", () => {
  it.each([["with an empty name", "nameless", ["ps"]], ["without any word", "wordless", []]] as const)(
    "%s",
    async (_, how, words) => {
      const ran = async (file: string) => await run(at("surround"), [how, file, ...words], { env: { ...env, ...said } })
      const [direct, through] = [await ran(at("say")), await ran(docker)]
      assert.strictEqual(direct.stdout, words.map((word) => `${word}\n`).join(""))
      assert.deepStrictEqual(through, direct)
    }
  )

  if (form === "standalone" && !isSanitized) {
    it("where there is nothing but it and docker", async () => {
      const root = at("root")
      fs.mkdirSync(root)
      fs.copyFileSync(built, path.join(root, "docker"))
      fs.copyFileSync(at("say"), path.join(root, "docker.real"))
      const ran = await run("/usr/sbin/chroot", [root, "/docker", "run", "-v", "./src:/src", "web"], {
        env: { PATH: env.PATH }
      })
      assert.deepStrictEqual(ran, { code: 0, signal: null, stdout: "run\n-v\n./src:/src\nweb\n", stderr: "" })
    })
  }
})

describe("the name and the file", () => {
  if (form === "standalone") {
    const ways = [["", `exec -a docker "$0" ps`], [
      " without /proc",
      `mount -t tmpfs none /proc; exec -a docker "$0" ps`
    ]] as const
    it.each(isSanitized ? ways.slice(0, 1) : ways)("do not matter to what is in memory%s", async (way, script) => {
      const stranger = at(`stranger${way.replace("/", "")}`)
      fs.mkdirSync(stranger)
      fs.copyFileSync(path.join(fixtures, "docker"), path.join(stranger, "docker"))
      const ran = await run("unshare", ["--mount", "bash", "-c", script, built], { cwd: stranger, env })
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
  }, 240_000 + starts * 60)
})
