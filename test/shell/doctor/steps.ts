/**
 * A session whose parts can be broken one by one, and what does doctor's next steps in it.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import { built, repository, run } from "../program.ts"

const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-steps-"))
// an ordinary user has to reach what is in it
fs.chmodSync(base, 0o755)
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

/** The program, where an ordinary user can start it. */
export const program = path.join(base, "opt/dist", path.basename(built))
beforeAll(() => {
  for (const name of [path.relative(repository, built), "dist/chunks", "package.json"]) {
    fs.cpSync(path.join(repository, name), path.join(base, "opt", name), { recursive: true })
  }
})

interface Finding {
  readonly part: string
  readonly state: string
  readonly evidence: string
  readonly next?: string
}

type Environment = Record<string, string>

/** One session: its environment, what a shell of root's runs before the shim, such as a mount, and who runs doctor. */
interface Place {
  readonly env: Environment
  before: string
  isRoot: boolean
}

/** The session's own directory. */
export let at = ""
let count = 0
/** The path of a file in it. */
export const file = (name: string): string => path.join(at, name)
/** Writes one. */
export const write = (name: string, content: string, mode = 0o644): void => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), content, { mode })
}

/**
 * A docker that tells what the files of its state say; its daemon sees the user's files below `daemon` only. `first` is what it
 * does before all else for some words.
 */
export const docker = (first = ""): string =>
  `#!/bin/sh
case "$*" in
  ${first}
  --version) echo "Docker version $(cat ${at}/state/version), build x" ;;
  info*) cat ${at}/state/info; [ ! -e ${at}/state/down ] || { cat ${at}/state/down >&2; exit 1; } ;;
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

/** What `docker info` prints, with some fields changed, and with these plugins. */
export const info = (
  change: Readonly<Record<string, unknown>> = {},
  plugins = ["compose", "buildx"],
  version = "v2.40.0"
): string =>
  JSON.stringify({
    ServerVersion: "28.5.2",
    Driver: "overlayfs",
    DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
    ClientInfo: {
      Plugins: plugins.map((Name) => ({
        Name,
        Path: file(`home/.docker/cli-plugins/docker-${Name}`),
        Version: version
      }))
    },
    ...change
  })

/** What makes a builder one that exports cache. */
export const containerd = " org.mobyproject.buildkit.worker.snapshotter: overlayfs\n"
/** What `docker buildx inspect` prints of the classic store. */
export const builder = `Name: default\nDriver: docker\n`

/** The session of the test that runs. */
export let place: Place
beforeEach(() => {
  count += 1
  at = path.join(base, String(count))
  for (const name of ["shims", "home/.docker/cli-plugins", "work"]) fs.mkdirSync(file(name), { recursive: true })
  for (const name of ["docker", "docker-shim"]) fs.symlinkSync(program, file(`shims/${name}`))
  fs.symlinkSync(file("work"), file("daemon"))
  write("real/docker", docker(), 0o755)
  write("home/.docker/cli-plugins/docker-compose", "#!/bin/sh\n", 0o755)
  write("state/version", "28.5.2")
  write("state/info", info())
  write("state/buildx", builder + containerd)
  CacheSetup.init({ root: at, mode: CacheSetup.defaultMode, owner: undefined, repair: false })
  place = {
    before: mounted(),
    isRoot: true,
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

/** Mounts the cache directory as a session has it. */
export const mounted = (): string => `mount --bind ${at}/buildkit-cache ${at}/buildkit-cache;`

/** All findings. */
export const doctor = async (): Promise<ReadonlyArray<Finding>> => {
  const user = place.isRoot ? "" : "setpriv --reuid 65534 --regid 65534 --clear-groups "
  const script = `${place.before} umask ${place.env["MASK"] ?? "0022"}; exec ${user}docker-shim doctor --json`
  const { stderr, stdout } = await run("unshare", ["--mount", "sh", "-c", script], {
    cwd: file("work"),
    env: place.env
  })
  assert.strictEqual(stderr, "")
  return (JSON.parse(stdout) as { readonly findings: ReadonlyArray<Finding> }).findings
}

/** The worst of a part. */
const of = async (part: string): Promise<Finding | undefined> => {
  const all = (await doctor()).filter((one) => one.part === part)
  return all.find(({ state }) => state !== "ok") ?? all[0]
}

/** A step that a shell can do, done as it is written: `docker-shim …`, `chmod …`, `export A=B`, `unset A`, `umask 0022`. */
export const shell = async (step: string): Promise<void> => {
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

/** A finding, what is provoked, how, and its next step where no shell can do that as it is written. */
export type Case = readonly [
  part: string,
  what: string,
  provoke: () => void | Promise<void>,
  does?: (step: string) => void | Promise<void>
]

/** Sets a variable. */
export const set = (name: string, value: string) => (): void => void (place.env[name] = value)
/** Unsets one. */
export const drop = (name: string) => (): void => void Reflect.deleteProperty(place.env, name)

/** A test for each: the line is not green, its next step is done, and it is; or it is gone, if a sound session has none either. */
export const follow = (cases: ReadonlyArray<Case>): void => {
  for (const [part, what, provoke, does] of cases) {
    it(`${part}: ${what}`, async () => {
      const sound = await of(part)
      await provoke()
      const before = await of(part)
      assert.include(["warn", "fail"], before?.state, JSON.stringify(before))
      const step = before?.next ?? ""
      assert.notStrictEqual(step, "")
      if (does === undefined) await shell(step)
      else await does(step)
      const after = await of(part)
      assert.include(
        ["ok", ...(sound === undefined ? [undefined] : [])],
        after?.state,
        `${step}: ${JSON.stringify(after)}`
      )
    })
  }
}
