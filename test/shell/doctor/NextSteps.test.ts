/**
 * Each finding's next step, done: its line is then green. Steps of install, which change a machine, are done on a Debian of
 * their own (test/e2e/update.test.ts).
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeEach, describe, it } from "vitest"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import { built, run } from "../program.ts"

const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-steps-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

interface Finding {
  readonly part: string
  readonly state: string
  readonly evidence: string
  readonly next?: string
}

type Environment = Record<string, string>

/** One session: its environment, and what a shell runs before the shim, such as a mount. */
interface Place {
  readonly env: Environment
  before: string
}

let at = ""
let count = 0
const file = (name: string): string => path.join(at, name)
const write = (name: string, content: string, mode = 0o644): void => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), content, { mode })
}

/** A docker that tells what the files of its state say; its daemon sees the user's files below `daemon` only. */
const docker = (): string =>
  `#!/bin/sh
case "$*" in
  --version) echo "Docker version $(cat ${at}/state/version), build x" ;;
  info*) cat ${at}/state/info; [ ! -e ${at}/state/down ] ;;
  "context inspect"*) echo unix:///run/x.sock ;;
  "context show") echo default ;;
  "buildx inspect"*) cat ${at}/state/buildx ;;
  import*) echo sha256:0 ;;
  create*)
    source=$(printf '%s' "$*" | sed 's/.*source=\\([^"]*\\)".*/\\1/')
    case $source in ${at}/daemon/*) [ -e "$source" ] && echo c && exit ;; esac
    echo "bind source path does not exist: $source" >&2; exit 1 ;;
esac
`

const info = (change: Readonly<Record<string, unknown>> = {}, plugins = ["compose", "buildx"]): string =>
  JSON.stringify({
    ServerVersion: "28.5.2",
    Driver: "overlayfs",
    DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
    ClientInfo: {
      Plugins: plugins.map((Name) => ({
        Name,
        Path: file(`home/.docker/cli-plugins/docker-${Name}`),
        Version: "v2.40.0"
      }))
    },
    ...change
  })

const containerd = " org.mobyproject.buildkit.worker.snapshotter: overlayfs\n"
const builder = `Name: default\nDriver: docker\n`

let place: Place
beforeEach(() => {
  count += 1
  at = path.join(base, String(count))
  for (const name of ["shims", "home/.docker/cli-plugins", "work"]) fs.mkdirSync(file(name), { recursive: true })
  for (const name of ["docker", "docker-shim"]) fs.symlinkSync(built, file(`shims/${name}`))
  fs.symlinkSync(file("work"), file("daemon"))
  write("real/docker", docker(), 0o755)
  write("home/.docker/cli-plugins/docker-compose", "#!/bin/sh\n", 0o755)
  write("state/version", "28.5.2")
  write("state/info", info())
  write("state/buildx", builder + containerd)
  CacheSetup.init({ root: at, mode: CacheSetup.defaultMode, owner: undefined, repair: false })
  place = {
    before: `mount --bind ${at}/buildkit-cache ${at}/buildkit-cache;`,
    env: {
      PATH: `${at}/shims:${at}/real:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: file("home"),
      XDG_STATE_HOME: file("home/state"),
      WORKSPACE_DIR: file("daemon"),
      DOCKER_SHIM_USER_PATH: file("work"),
      DOCKER_SHIM_CACHE_DIR: file("buildkit-cache")
    }
  }
})

const doctor = async (): Promise<ReadonlyArray<Finding>> => {
  const script = `${place.before} umask ${place.env["MASK"] ?? "0022"}; exec docker-shim doctor --json`
  const { stderr, stdout } = await run("unshare", ["--mount", "sh", "-c", script], {
    cwd: file("work"),
    env: place.env
  })
  assert.strictEqual(stderr, "")
  return (JSON.parse(stdout) as { readonly findings: ReadonlyArray<Finding> }).findings
}

const of = async (part: string): Promise<Finding | undefined> => (await doctor()).find((one) => one.part === part)

/** A step that a shell can do, done as it is written: `docker-shim …`, `chmod …`, `export A=B`, `unset A`, `umask 0022`. */
const shell = async (step: string): Promise<void> => {
  const [, name = "", value = ""] = /export (\w+)=(\S+)/.exec(step) ?? []
  const [, unset] = /^unset (\w+)/.exec(step) ?? []
  if (name !== "") place.env[name] = value.replace("$PATH", place.env["PATH"] ?? "").replace(/,$/, "")
  else if (unset !== undefined) Reflect.deleteProperty(place.env, unset)
  else if (step.startsWith("umask ")) place.env["MASK"] = step.slice("umask ".length)
  else {
    const [command = ""] = /(?:docker-shim (?!mounts)|chmod |rm ).*$/.exec(step) ?? []
    const ran = await run("sh", ["-c", command], { cwd: file("work"), env: place.env })
    assert.strictEqual(ran.code, 0, `${command}: ${ran.stdout}${ran.stderr}`)
  }
}

type Case = readonly [part: string, what: string, provoke: () => void, does?: () => void]

const set = (name: string, value: string) => (): void => void (place.env[name] = value)
const drop = (name: string) => (): void => void Reflect.deleteProperty(place.env, name)

const cases: ReadonlyArray<Case> = [
  ["settings", "off", set("DOCKER_SHIM_DISABLE", "1")],
  ["settings", "misspelt", set("DOCKER_SHIM_CACHEDIR", "/x"), drop("DOCKER_SHIM_CACHEDIR")],
  ["settings", "nearly a setting", set("WORKSPACE_DIRS", "/x"), drop("WORKSPACE_DIRS")],
  ["settings", "not accepted", set("DOCKER_SHIM_CACHE", "maybe"), drop("DOCKER_SHIM_CACHE")],
  ["PATH", "too late", () => {
    place.env["PATH"] = `${at}/real:${place.env["PATH"] ?? ""}`
  }],
  ["plugins", "hidden by a directory", () => {
    fs.rmSync(file("home/.docker/cli-plugins/docker-compose"))
    fs.mkdirSync(file("home/.docker/cli-plugins/docker-compose"))
  }, () => {
    fs.rmdirSync(file("home/.docker/cli-plugins/docker-compose"))
    fs.symlinkSync(built, file("home/.docker/cli-plugins/docker-compose"))
  }],
  ["docker", "too old", () => write("state/version", "19.3.1"), () => write("state/version", "20.10.24")],
  ["docker", "does not run", () => write("real/docker", "#!/bin/sh\nexit 9\n", 0o755), () => {
    write("other/docker", docker(), 0o755)
    place.env["DOCKER_SHIM_REAL_DOCKER"] = file("other/docker")
  }],
  ["compose", "not there", () => fs.rmSync(file("home/.docker/cli-plugins/docker-compose")), () => {
    write("home/.docker/cli-plugins/docker-compose", "#!/bin/sh\n", 0o755)
  }],
  ["buildx", "not there", () => write("state/info", info({}, ["compose"])), () => write("state/info", info())],
  ["daemon", "does not answer", () => {
    write("state/down", "")
    write("state/info", "{}")
  }, () => {
    fs.rmSync(file("state/down"))
    write("state/info", info())
  }],
  ["image store", "classic", () => write("state/info", info({ Driver: "overlay2", DriverStatus: [] })), () => {
    write("state/info", info())
  }],
  [
    "builder",
    "of the classic store",
    () => write("state/buildx", builder),
    () => write("state/buildx", builder + containerd)
  ],
  ["builder", "legacy", set("DOCKER_BUILDKIT", "0")],
  [
    "session's daemon",
    "not known",
    set("DOCKER_HOST", "tcp://10.0.0.1:2375"),
    set("DOCKER_SHIM_DOCKER_HOST", "tcp://10.0.0.1:2375")
  ],
  ["endpoint", "known to the shim alone", set("DOCKER_SHIM_DOCKER_HOST", "unix:///run/x.sock")],
  ["mapping", "none, and needed", drop("WORKSPACE_DIR"), () => set("WORKSPACE_DIR", file("daemon"))()],
  ["mapping", "wrong", set("WORKSPACE_DIR", "/data/other"), () => set("WORKSPACE_DIR", file("daemon"))()],
  [
    "mapping",
    "of nothing",
    set("DOCKER_SHIM_USER_PATH", "/no/such"),
    () => set("DOCKER_SHIM_USER_PATH", file("work"))()
  ],
  ["daemon socket", "not there", set("DOCKER_SHIM_DAEMON_SOCKET", "/run/ses1.sock"), () => {
    write("work/docker.sock", "")
    place.env["DOCKER_SHIM_DAEMON_SOCKET"] = file("daemon/docker.sock")
  }],
  ["project name", "one for all", () => {
    place.env["HELIX_SESSION_ID"] = "ses1"
    place.env["DOCKER_SHIM_PROJECT_SCOPE"] = "session"
  }, set("DOCKER_SHIM_PROJECT_SCOPE", "project")],
  ["cache", "not there", () => {
    fs.rmSync(file("buildkit-cache"), { recursive: true })
    place.before = ""
  }],
  ["cache", "its store is a file", () => {
    fs.rmSync(file("buildkit-cache/.blobs"), { recursive: true })
    write("buildkit-cache/.blobs", "")
  }],
  ["cache mount", "none", () => void (place.before = ""), () => {
    place.before = `mount --bind ${at}/buildkit-cache ${at}/buildkit-cache;`
  }],
  ["cache places", "a link where a directory is to be", () => {
    fs.rmSync(file("buildkit-cache/.leases"), { recursive: true })
    fs.symlinkSync("/tmp", file("buildkit-cache/.leases"))
  }],
  ["cache entries", "damaged", () => write("buildkit-cache/shop/index.json", "{")],
  ["cache leases", "stale", () => {
    CacheLease.take(file("buildkit-cache"), "dead", ["shop"])
    const old = Date.now() / 1000 - CacheLease.staleAfter / 1000 - 60
    fs.utimesSync(file("buildkit-cache/.leases/dead/alive"), old, old)
  }],
  ["cache size", "over its limit", () => {
    write(`buildkit-cache/.blobs/sha256/${"a".repeat(64)}`, "0123456789")
    const old = Date.now() / 1000 - 86_400
    fs.utimesSync(file(`buildkit-cache/.blobs/sha256/${"a".repeat(64)}`), old, old)
    place.env["DOCKER_SHIM_CACHE_MAX_SIZE"] = "9B"
  }],
  ["cache read dirs", "not there", set("DOCKER_SHIM_CACHE_READ_DIRS", "/no/such"), drop("DOCKER_SHIM_CACHE_READ_DIRS")],
  ["cache read dirs", "may be written", () => {
    fs.mkdirSync(file("trusted"))
    place.env["DOCKER_SHIM_CACHE_READ_DIRS"] = file("trusted")
  }, () => {
    place.before += ` mount --bind ${at}/trusted ${at}/trusted; mount -o remount,bind,ro ${at}/trusted;`
  }],
  ["umask", "another", set("MASK", "0002")]
]

describe("a finding's next step makes its line green", () => {
  it("all is green to begin with, but for the installation's plugin", async () => {
    const found = (await doctor()).filter(({ part, state }) => state !== "ok" && part !== "plugins")
    assert.deepStrictEqual(found, [])
  })

  for (const [part, what, provoke, does] of cases) {
    it(`${part}: ${what}`, async () => {
      provoke()
      const before = await of(part)
      assert.include(["warn", "fail"], before?.state, JSON.stringify(before))
      const step = before?.next ?? ""
      assert.notStrictEqual(step, "")
      if (does === undefined) await shell(step)
      else does()
      const after = await of(part)
      assert.include(["ok", undefined], after?.state, `${step}: ${JSON.stringify(after)}`)
    })
  }
})
