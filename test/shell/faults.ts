/**
 * What goes wrong around the shim, and what the user of each command then sees: the rows of docs/reference/faults.md.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** The commands that each fault meets: one that the shim hands on, and one of each kind that it changes. */
export const commands = {
  "ps": ["ps"],
  "run -v": ["run", "-v", "./src:/src", "web"],
  "build": ["build", "-t", "app", "."],
  "compose up": ["compose", "up", "-d"]
} as const

export type Command = keyof typeof commands

/**
 * What the user sees: docker's own output and status in all but the last; there the shim's own, docker did not run.
 *
 * - `works`: the shim does its job, and prints nothing;
 * - `untouched`: docker gets the words as they were typed, nothing is said;
 * - `one line`: one line of the shim's says what was left out, and docker runs without that.
 */
export type Seen = "works" | "untouched" | "one line" | 125 | 126 | 127

/** The places of one cell's run; each has its own. */
export interface Site {
  /** The real docker, a program that answers probes and shows what it was given; its status is 7. */
  readonly docker: string
  /** The same as plugins of docker's. */
  readonly plugins: string
  readonly home: string
  /** The environment; a fault may change it. */
  readonly env: Record<string, string | undefined>
}

/** A fault: how it is made, and what is seen for each command. */
export interface Fault {
  readonly name: string
  readonly make?: (site: Site) => void
  /** The shell script that runs the command, its `"$@"`, where it is not that alone. */
  readonly script?: (site: Site) => string
  readonly seen: Readonly<Record<Command, Seen>>
  /** What is said, where something is. */
  readonly says?: RegExp
}

const all = (seen: Seen): Fault["seen"] => ({ "ps": seen, "run -v": seen, "build": seen, "compose up": seen })

/** A command that changes nothing for the shim has nothing to lose. */
const works = all("works")

/** Puts something before what a program does, where it is asked by the shim. */
const whenAsked = (file: string, script: string): void => {
  const [first = "", ...rest] = fs.readFileSync(file, "utf8").split("\n")
  fs.writeFileSync(file, [first, `case " $* " in *" inspect "*|*" config "*) ${script} ;; esac`, ...rest].join("\n"))
}

const everywhenAsked = ({ docker, plugins }: Site, script: string): void =>
  [docker, path.join(plugins, "docker-compose")].forEach((file) => whenAsked(file, script))

export const faults: ReadonlyArray<Fault> = [
  {
    name: "the real docker is missing",
    make: ({ docker }) => fs.rmSync(docker),
    seen: all(127),
    says: /^docker-shim: the real docker was not found$/m
  },
  {
    name: "DOCKER_SHIM_REAL_DOCKER names a file that is not executable",
    make: ({ docker, env }) => {
      fs.chmodSync(docker, 0o644)
      env["DOCKER_SHIM_REAL_DOCKER"] = docker
    },
    seen: all(126),
    says: /^docker-shim: DOCKER_SHIM_REAL_DOCKER=.* cannot be used: it is not an executable file$/m
  },
  {
    name: "DOCKER_SHIM_REAL_DOCKER names nothing",
    make: ({ docker, env }) => {
      env["DOCKER_SHIM_REAL_DOCKER"] = `${docker}er`
    },
    seen: all(127),
    says: /^docker-shim: DOCKER_SHIM_REAL_DOCKER=.* cannot be used: it does not exist$/m
  },
  {
    name: "DOCKER_SHIM_REAL_DOCKER names the shim",
    make: ({ env, home }) => {
      env["DOCKER_SHIM_REAL_DOCKER"] = path.join(home, "shim/docker")
    },
    seen: all(126),
    says: /^docker-shim: DOCKER_SHIM_REAL_DOCKER=.* cannot be used: it is docker-shim itself$/m
  },
  {
    name: "the real docker is found by a relative entry of PATH only",
    make: ({ docker, env, home }) => {
      fs.renameSync(docker, path.join(home, "work/docker"))
      env["PATH"] = (env["PATH"] ?? "").replace(path.dirname(docker), "")
    },
    seen: all(126),
    says: /^docker-shim: \.\/docker cannot be run: a relative entry of PATH leads to it/m
  },
  {
    name: "a checkout has a docker, and PATH a relative entry behind the real one",
    make: ({ docker, env, home }) => {
      fs.copyFileSync(docker, path.join(home, "work/docker"))
      env["PATH"] = `${env["PATH"] ?? ""}:.`
    },
    seen: works
  },
  {
    name: "the real docker cannot be started",
    make: ({ docker }) => fs.writeFileSync(docker, "#!/no/such/interpreter\n", { mode: 0o755 }),
    seen: all(126),
    says: /^docker-shim: .* cannot be run: /m
  },
  {
    name: "a setting has a wrong value",
    make: ({ env }) => {
      env["DOCKER_SHIM_CACHE_MODE"] = "most"
    },
    seen: all(125),
    says: /^docker-shim: DOCKER_SHIM_CACHE_MODE="most" is not accepted$/m
  },
  {
    name: "DOCKER_SHIM_DISABLE has a wrong value",
    make: ({ env }) => {
      env["DOCKER_SHIM_DISABLE"] = "yes"
    },
    seen: all(125),
    says: /^docker-shim: DOCKER_SHIM_DISABLE="yes" is not accepted$/m
  },
  {
    name: "the real docker is replaced while the shim runs",
    make: (site) =>
      everywhenAsked(site, `cp ${site.docker} ${site.docker}.new && mv ${site.docker}.new ${site.docker}`),
    seen: works
  },
  {
    name: "the real docker is removed while the shim runs",
    make: (site) => everywhenAsked(site, `rm -f ${site.docker}`),
    seen: { ...works, "build": 127, "compose up": 127 },
    says: /^docker-shim: the real docker was not found$/m
  },
  {
    name: "docker has no buildx and no Compose plugin",
    make: ({ docker, plugins }) => {
      fs.rmSync(plugins, { recursive: true })
      whenAsked(docker, "echo \"docker: 'buildx' is not a docker command.\" >&2; exit 1")
    },
    seen: { ...works, "build": "one line", "compose up": "untouched" },
    says: /^docker-shim: build cache not shared: .*buildx/
  },
  {
    name: "a plugin crashes when it is asked",
    make: (site) => everywhenAsked(site, "kill -SEGV $$"),
    seen: { ...works, "build": "one line", "compose up": "untouched" },
    says: /^docker-shim: build cache not shared: .*SIGSEGV/
  },
  {
    name: "a plugin answers nonsense",
    make: (site) => everywhenAsked(site, "printf '{\\000\\377'; exit"),
    seen: { ...works, "build": "one line", "compose up": "untouched" },
    says: /^docker-shim: build cache not shared: /
  },
  {
    name: "a plugin answers without end",
    make: (site) => everywhenAsked(site, "exec yes"),
    seen: { ...works, "build": "one line", "compose up": "untouched" },
    says: /^docker-shim: build cache not shared: .* answered more than /
  },
  {
    name: "buildx hangs when it is asked (10 s)",
    make: ({ docker }) => whenAsked(docker, "trap '' TERM; sleep 60; exit"),
    seen: { ...works, "build": "one line" },
    says: /^docker-shim: build cache not shared: .* gave no answer within 10s/
  },
  {
    name: "docker's configuration directory cannot be read",
    make: ({ env, home }) => {
      fs.symlinkSync("loop", path.join(home, "loop"))
      env["DOCKER_CONFIG"] = path.join(home, "loop")
    },
    seen: { ...works, "compose up": "untouched" }
  },
  {
    name: "no HOME",
    make: ({ env }) => {
      env["DOCKER_CONFIG"] = path.join(env["HOME"] ?? "", ".docker")
      env["HOME"] = undefined
    },
    seen: works
  },
  {
    name: "HOME does not exist and cannot be made",
    make: ({ env }) => {
      env["DOCKER_CONFIG"] = path.join(env["HOME"] ?? "", ".docker")
      env["HOME"] = "/dev/null/home"
    },
    seen: works
  },
  {
    name: "HOME is in /proc, where nothing can be made",
    make: ({ env }) => {
      env["DOCKER_CONFIG"] = path.join(env["HOME"] ?? "", ".docker")
      env["HOME"] = "/proc/none"
    },
    seen: works
  },
  {
    name: "TMPDIR and XDG_RUNTIME_DIR name nothing",
    make: ({ env }) => {
      env["TMPDIR"] = "/no/such/directory"
      env["XDG_RUNTIME_DIR"] = "/no/such/directory"
    },
    seen: works
  },
  { name: "standard input and error are closed", script: () => "\"$@\" <&- 2>&-", seen: works },
  { name: "nobody reads standard error", script: () => "\"$@\" 2> /dev/full", seen: works },
  {
    name: "the working directory was deleted",
    script: ({ home }) => `mkdir ${home}/gone && cd ${home}/gone && rmdir ${home}/gone && "$@"`,
    seen: { ...works, "run -v": "untouched", "compose up": "one line" },
    says: /^docker-shim: only the project's name changed: /
  },
  {
    name: "an environment of 1 MB",
    make: ({ env }) => {
      for (let at = 0; at < 10; at += 1) env[`LARGE_${String(at)}`] = "x".repeat(100_000)
    },
    seen: works
  },
  { name: "no more than 32 descriptors", script: () => "ulimit -n 32; \"$@\"", seen: works },
  {
    name: "no file may be written (ulimit -f 0)",
    script: () => "ulimit -f 0; \"$@\"",
    seen: { ...works, "build": "one line", "compose up": "one line" },
    says: /^docker-shim: (?:build cache not shared|the project's paths and cache stay as they are): .*EFBIG/
  }
]
