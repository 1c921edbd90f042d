/**
 * Who opens each path of a Compose project, client or daemon: the table of docs/use/compose.md, judged by the real Compose in
 * a session whose client and daemon have other files at the same paths. Past the shim each opener finds its own file; through
 * it the container always has the user's.
 */
import { type ChildProcess, execFileSync } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { once } from "node:events"
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import { repository } from "../shell/program.ts"

const work = "/home/retro/work"

/** Whose file was opened: of the user's file system, which the client has, or of the engine's. */
type Owner = "user" | "engine"

type Opener = "client" | "daemon" | "daemon; not translated"

/** Runs a command of Compose on the project, past the shim or through it. */
type Compose = (...words: ReadonlyArray<string>) => Promise<Client.Outcome>

interface Place {
  readonly compose: Compose
  /** Starts a command that does not end by itself. */
  readonly spawn: (...words: ReadonlyArray<string>) => ChildProcess
  /** The project's directory of an owner, on the machine. */
  readonly of: (owner: Owner) => string
  readonly session: ShimmedSession.ShimmedSession
}

interface Row {
  /** The row of the table. */
  readonly row: string
  readonly what: string
  readonly opener: Opener
  /** The files of each owner but `compose.yaml`, which Compose reads in the client. */
  readonly files: (owner: Owner) => Readonly<Record<string, string>>
  /** In `DIR` the project's directory stands. */
  readonly yaml: string
  /** Whose file it was; the service `web` prints it unless said. */
  readonly owner?: (place: Place) => Promise<string>
  readonly only?: string
}

const printed = async ({ compose }: Place): Promise<string> =>
  // the build before prints what it does on stdout
  Client.stdoutOf(await compose("run", "--rm", "-T", "web")).trim().split("\n").at(-1) ?? ""

const cat = "image: bb, command: cat /who"

const dockerfile = "FROM bb\nCOPY who /who\n"

/** The same file of each owner, with the owner in it. */
const who = (file: string, more: Readonly<Record<string, string>> = {}) => (owner: Owner) => ({
  ...more,
  [file]: `${owner}\n`
})

const key = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" }
}).privateKey

/** Whose socket a container's log came to. */
const logged = async ({ compose, of }: Place): Promise<string> => {
  let found = "none"
  const servers = (["user", "engine"] as const).map((owner) =>
    createServer((socket) => socket.on("data", (text) => found = String(text).includes("said") ? owner : found)).listen(
      join(of(owner), "log")
    )
  )
  try {
    Client.stdoutOf(await compose("up", "-d"))
    for (let tries = 0; tries < 100 && found === "none"; tries++) await sleep(100)
    return found
  } finally {
    for (const server of servers) server.close()
  }
}

/** Whose file a sync copies: each owner changes its own. */
const synced = async ({ compose, of, spawn }: Place): Promise<string> => {
  Client.stdoutOf(await compose("up", "-d", "--build"))
  const watch = spawn("watch", "--no-up")
  const ended = once(watch, "close")
  try {
    for (let tries = 0; tries < 60; tries++) {
      await sleep(500)
      for (const owner of ["engine", "user"] as const) appendFileSync(join(of(owner), "watched/file"), `${owner}\n`)
      const { stdout } = await compose("exec", "-T", "web", "cat", "/watched/file")
      const [, found] = stdout.split("\n")
      if (found !== undefined && found !== "") return found
    }
    return "none"
  } finally {
    process.kill(-(watch.pid ?? 0), "SIGINT")
    await ended
  }
}

const rows: ReadonlyArray<Row> = [
  {
    row: "`volumes` of a service, type `bind`",
    what: "volumes",
    opener: "daemon",
    files: who("who"),
    yaml: `services: {web: {${cat}, volumes: ['./who:/who']}}`
  },
  {
    row: "`driver_opts.device` of a bind volume",
    what: "driver_opts.device",
    opener: "daemon",
    files: who("data/who"),
    yaml: "services: {web: {image: bb, command: cat /data/who, volumes: ['data:/data']}}\n"
      + "volumes: {data: {driver_opts: {type: none, o: bind, device: DIR/data}}}"
  },
  {
    row: "`configs.*.file`",
    what: "configs",
    opener: "daemon",
    files: who("who"),
    yaml: `services: {web: {${cat}, configs: [{source: c, target: /who}]}}\nconfigs: {c: {file: ./who}}`
  },
  {
    row: "`secrets.*.file`, used by a container",
    what: "secrets of a container",
    opener: "daemon",
    files: who("who"),
    yaml: "services: {web: {image: bb, command: cat /run/secrets/s, secrets: [s]}}\nsecrets: {s: {file: ./who}}"
  },
  {
    row: "`secrets.*.file`, used by a build",
    what: "secrets of a build",
    opener: "client",
    files: who("who", { Dockerfile: "FROM bb\nRUN --mount=type=secret,id=s cp /run/secrets/s /who\n" }),
    yaml: "services: {web: {build: {context: ., secrets: [s]}, command: cat /who}}\nsecrets: {s: {file: ./who}}"
  },
  {
    row: "`devices`",
    what: "devices",
    opener: "daemon",
    files: () => ({}),
    yaml: "services: {web: {image: bb, command: stat -c %T /dev/who, devices: ['DIR/device:/dev/who']}}",
    owner: async (place) => {
      const minors = { user: "3", engine: "5" } // of /dev/null and /dev/zero
      for (const owner of ["user", "engine"] as const) {
        const device = join(place.of(owner), "device")
        if (!existsSync(device)) execFileSync("mknod", [device, "c", "1", minors[owner]])
      }
      const minor = await printed(place)
      return Object.entries(minors).find(([, own]) => own === minor)?.[0] ?? minor
    }
  },
  ...([
    ["context", ".", { Dockerfile: dockerfile }, {}],
    ["Dockerfile", "context: ., dockerfile: ./other", {}, {}],
    ["additional_contexts", "context: ., additional_contexts: {more: ./more}", {
      Dockerfile: "FROM bb\nCOPY --from=more who /who\n"
    }, {}]
  ] as const).map(([what, build, more]): Row => ({
    row: "`build`: context, Dockerfile, `additional_contexts`, `ssh`, `cache_from`, `cache_to`",
    what,
    opener: "client",
    files: (owner) => ({
      ...more,
      who: `${owner}\n`,
      "more/who": `${owner}\n`,
      other: `FROM bb\nRUN echo ${owner} > /who\n`
    }),
    yaml: `services: {web: {build: ${build === "." ? build : `{${build}}`}, command: cat /who}}`
  })),
  {
    row: "`build`: context, Dockerfile, `additional_contexts`, `ssh`, `cache_from`, `cache_to`",
    what: "ssh",
    opener: "client",
    // what the engine has is no key: a build that had it would fail
    files: (owner) => ({
      key: owner === "user" ? key : "no key\n",
      Dockerfile: "FROM bb\nRUN --mount=type=ssh test -S $SSH_AUTH_SOCK && echo user > /who\n"
    }),
    yaml: "services: {web: {build: {context: ., ssh: [default=DIR/key]}, command: cat /who}}"
  },
  {
    row: "`build`: context, Dockerfile, `additional_contexts`, `ssh`, `cache_from`, `cache_to`",
    what: "cache_from and cache_to",
    opener: "client",
    files: () => ({ Dockerfile: "FROM bb\nRUN echo built > /built\n" }),
    yaml: "services: {web: {build: {context: ., cache_to: ['type=local,dest=DIR/cache'], "
      + "cache_from: ['type=local,src=DIR/cache']}}}",
    owner: async ({ compose, of, session }) => {
      Client.stdoutOf(await compose("build"))
      const written = (["user", "engine"] as const).filter((owner) => existsSync(join(of(owner), "cache/index.json")))
      await session.direct(["builder", "prune", "-af"])
      const { stderr, stdout } = await compose("--progress", "plain", "build")
      assert.match(stdout + stderr, /^#\d+ CACHED$/m, "what was written is read again")
      return written.join(" ")
    }
  },
  ...([
    ["env_file", "image: bb, env_file: own.env, command: sh -c \"echo $$WHO\"", ""],
    ["extends", "extends: {file: base.yaml, service: base}", ""],
    ["include", "extends: {file: base.yaml, service: base}", "include: [more.yaml]\n"],
    [".env", "image: bb, environment: {WHO: \"$DOTENV\"}, command: sh -c \"echo $$WHO\"", ""]
  ] as const).map(([what, service, head]): Row => ({
    row: "`env_file`, `label_file`, `extends`, `include`, `.env`, `security_opt: seccomp=FILE`",
    what,
    opener: "client",
    files: (owner) => {
      const base = `services: {base: {image: bb, environment: {WHO: ${owner}}, command: sh -c "echo $$WHO"}}\n`
      const more = base.replace("base:", "more:")
      return { "own.env": `WHO=${owner}\n`, ".env": `DOTENV=${owner}\n`, "base.yaml": base, "more.yaml": more }
    },
    yaml: `${head}services: {web: {${service}}}`,
    ...(what === "include"
      ? {
        owner: async ({ compose }: Place) => Client.stdoutOf(await compose("run", "--rm", "-T", "more")).trim()
      }
      : {})
  })),
  {
    row: "`env_file`, `label_file`, `extends`, `include`, `.env`, `security_opt: seccomp=FILE`",
    what: "label_file",
    opener: "client",
    files: (owner) => ({ "own.labels": `who=${owner}\n` }),
    yaml: "services: {web: {image: bb, label_file: [own.labels]}}",
    owner: async ({ compose, session }) => {
      Client.stdoutOf(await compose("create"))
      const id = Client.stdoutOf(await compose("ps", "-aq"))
      return await session.direct(["inspect", "-f", "{{.Config.Labels.who}}", id])
    },
    only: "28.5"
  },
  {
    row: "`env_file`, `label_file`, `extends`, `include`, `.env`, `security_opt: seccomp=FILE`",
    what: "security_opt",
    opener: "client",
    files: (owner) => ({
      "seccomp.json": JSON.stringify({
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: owner === "user" ? [] : [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }]
      })
    }),
    yaml: "services: {web: {image: bb, security_opt: ['seccomp=./seccomp.json'], "
      + "command: sh -c \"mkdir /made && echo user || echo engine\"}}"
  },
  {
    row: "`develop.watch.path`",
    what: "develop.watch",
    opener: "client",
    files: () => ({ "watched/file": "first\n", Dockerfile: "FROM bb\nCOPY watched /watched\nCMD sleep 600\n" }),
    yaml: "services: {web: {build: ., init: true, develop: {watch: "
      + "[{action: sync, path: ./watched, target: /watched}]}}}",
    owner: synced
  },
  {
    row:
      "`logging` options that are a unix socket or a certificate; `lowerdir`, `upperdir`, `workdir` in `driver_opts.o`",
    what: "a socket of logging",
    opener: "daemon",
    files: () => ({}),
    yaml: "services: {web: {image: bb, command: echo said, logging: {driver: syslog, "
      + "options: {syslog-address: 'unix://DIR/log'}}}}",
    owner: logged
  },
  {
    row:
      "`logging` options that are a unix socket or a certificate; `lowerdir`, `upperdir`, `workdir` in `driver_opts.o`",
    what: "a certificate of logging",
    opener: "daemon",
    // neither is a certificate, which docker says of a file that it can open
    files: (owner): Readonly<Record<string, string>> => owner === "user" ? { "ca.pem": "no certificate\n" } : {},
    yaml: "services: {web: {image: bb, logging: {driver: syslog, "
      + "options: {syslog-address: 'tcp+tls://127.0.0.1:1', syslog-tls-ca-cert: DIR/ca.pem}}}}",
    owner: async ({ compose }) => {
      const { code, stderr } = await compose("up", "-d")
      assert.notStrictEqual(code, 0)
      return /no such file/.test(stderr) ? "engine" : /PEM|certificate/.test(stderr) ? "user" : stderr
    }
  },
  {
    row:
      "`logging` options that are a unix socket or a certificate; `lowerdir`, `upperdir`, `workdir` in `driver_opts.o`",
    what: "an overlay",
    opener: "daemon",
    files: who("lower/who", { "upper/.keep": "", "working/.keep": "" }),
    yaml: "services: {web: {image: bb, command: cat /data/who, volumes: ['data:/data']}}\n"
      + "volumes: {data: {driver_opts: {type: overlay, device: overlay, "
      + "o: 'lowerdir=DIR/lower,upperdir=DIR/upper,workdir=DIR/working'}}}"
  },
  {
    row: "`blkio_config.*.path`",
    what: "blkio_config",
    opener: "daemon; not translated",
    // only the user has it, and the daemon does not find it
    files: (owner): Readonly<Record<string, string>> => owner === "user" ? { block: "" } : {},
    yaml: "services: {web: {image: bb, command: echo user, blkio_config: "
      + "{device_read_bps: [{path: DIR/block, rate: 1mb}]}}}",
    owner: async ({ compose }) => {
      const { stderr, stdout } = await compose("run", "--rm", "-T", "web")
      return stdout.trim() !== "" ? stdout.trim() : /no such file/.test(stderr) ? "engine" : stderr
    }
  }
]

const documented = (): ReadonlyArray<readonly [row: string, opener: string]> => {
  const page = readFileSync(join(repository, "docs/use/compose.md"), "utf8")
  const [, table = ""] = /\| path in the project \| opened by \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(page) ?? []
  return table.trim().split("\n").map((line) => {
    const [, row = "", opener = ""] = line.split("|").map((cell) => cell.trim())
    return [row, opener] as const
  })
}

it("the table of the documentation has the rows that are tested", () => {
  const tested = new Map(rows.map(({ opener, row }) => [row, opener]))
  assert.deepStrictEqual(documented(), [...tested])
})

describeReal.each(["28.5", "26.1"] as const)("compose of docker %s opens", (suite) => {
  let session: ShimmedSession.ShimmedSession
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
  })
  afterAll(async () => {
    await session.stop()
  })

  const own = rows.filter(({ only }) => only === undefined || only === suite)
  it.each(own.map((row) => [row.what, row] as const))("%s", async (what, { files, opener, owner = printed, yaml }) => {
    const name = what.toLowerCase().replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "")
    for (const way of ["direct", "through"] as const) {
      const project = `${way}-${name}`
      const of = (one: Owner) => join(one === "user" ? session.files : session.workspace?.enginesOwn ?? "", project)
      const cwd = join(work, project)
      for (const one of ["user", "engine"] as const) {
        for (const [file, content] of Object.entries(files(one))) {
          mkdirSync(dirname(join(of(one), file)), { recursive: true })
          writeFileSync(join(of(one), file), content)
        }
        mkdirSync(of(one), { recursive: true })
      }
      writeFileSync(join(of("user"), "compose.yaml"), `${yaml.replaceAll("DIR", cwd)}\n`)
      const docker = way === "direct" ? join(session.suite.bin, "docker") : "docker"
      const words = (command: ReadonlyArray<string>) => ["compose", "-p", project, ...command]
      const compose: Compose = (...command) => session.run(docker, words(command), { cwd })
      const spawn = (...command: ReadonlyArray<string>) => session.spawn(docker, words(command), { cwd })
      try {
        const isUsers = opener === "client" || (opener === "daemon" && way === "through")
        assert.strictEqual(await owner({ compose, of, session, spawn }), isUsers ? "user" : "engine", way)
      } finally {
        await compose("down", "-v", "-t", "0", "--rmi", "local")
      }
    }
  })
})
