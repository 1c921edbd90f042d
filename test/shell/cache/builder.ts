/**
 * A docker that exports cache as BuildKit does, and the shim in front of it, as built.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { built, starting } from "../program.ts"

/**
 * The text of the docker: it exports one layer that holds `work/file`, as does `compose up` where `compose.yaml` has a build. Files in its directory make it do otherwise: with
 * `fail` a build fails; with `then` that is done at its end; with `hang` what the shim asks whose words that file holds is not answered, and `hung` appears.
 */
export const script = (directory: string): string =>
  `#!/bin/sh
if [ -e ${directory}/hang ]; then
  case " $* " in *" $(cat ${directory}/hang) "*) touch ${directory}/hung; exec sleep 60 ;; esac
fi
case " $* " in
  *" --version "*) echo "Docker version 28.5.2, build fake"; exit ;;
  *" inspect "*)
    printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nLabels:\\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\\n'
    exit ;;
  *" config --format json "*)
    build=; ! grep -qs build: compose.yaml || build=$(printf '"build":{"context":"%s","dockerfile":"Dockerfile"},' "$PWD")
    printf '{"name":"app","services":{"web":{%s"image":"web","volumes":[{"type":"bind","source":"%s","target":"/src"}]}}}' \\
      "$build" "$PWD"
    exit ;;
esac
[ ! -e ${directory}/fail ] || { touch ${directory}/failed; exit 7; }
for word; do case $word in --cache-to=*) to=\${word#*dest=}; to=\${to%%,*} ;; esac; done
case " $* " in *" up "*) to=$(IFS=:; cat $COMPOSE_FILE | sed -n 's/.*dest=\\([^,"]*\\).*/\\1/p') ;; esac
[ -n "$to" ] || exit 0
put() { hex=$(sha256sum < "$1"); hex=\${hex%% *}; cp "$1" "$to/blobs/sha256/$hex"; }
cd "$(mktemp -d ${directory}/layer-XXXXXX)" && cp ${directory}/work/file layer && put layer && layer=$hex
printf '{"schemaVersion":2,"config":{"mediaType":"c","digest":"sha256:%s","size":%s},"layers":[]}' \\
  "$layer" "$(wc -c < layer)" > manifest
put manifest
printf '{"manifests":[{"mediaType":"m","digest":"sha256:%s","size":%s,"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}' \\
  "$hex" "$(wc -c < manifest)" > "$to/index.json"
touch ${directory}/exported
[ ! -e ${directory}/then ] || . ${directory}/then
`

/**
 * How a call of the shim went, in milliseconds: `time` is by the clock, and `work` by the processor; `own` is by the clock, too,
 * without the time in which a program that it started ran, such as docker, and without that in which it had something to do
 * and the machine no processor for it: so much a user waits for the shim on a machine that is not busy with something else.
 * `memory` is its peak in bytes. Neither of the last three has the programs that it started.
 */
export interface Went {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly printed: string
  readonly time: number
  readonly work: number
  readonly own: number
  readonly memory: number
}

/** A call of the shim that runs. */
export interface Running {
  readonly child: ChildProcess
  /** The user's own waiting for the shim so far, in milliseconds: see {@link Went}. */
  readonly own: () => number
  readonly ended: Promise<Went>
}

/** A session: its directory, which is this user's, and its cache, which others may write to. */
export interface Session {
  readonly directory: string
  readonly at: (...names: ReadonlyArray<string>) => string
  readonly env: Readonly<Record<string, string>>
  readonly start: (name: "docker" | "docker-shim", ...words: ReadonlyArray<string>) => Running
  /** Builds a file of this content as `app:1`. */
  readonly build: (content: string) => Promise<Went>
  readonly own: (...words: ReadonlyArray<string>) => Promise<Went>
  /** Ends what runs still. */
  readonly stop: () => Promise<void>
}

/** The time of the processor that a call which runs has used by now, in milliseconds. */
export const workOf = ({ child }: Running): number => workOfProcess(child.pid)

/** Makes a session in a directory, for a cache. */
export const session = (directory: string, cache: string): Session => {
  const at = (...names: ReadonlyArray<string>): string => path.join(directory, ...names)
  for (const name of ["shim", "home/.docker/cli-plugins", "tmp", "work"]) fs.mkdirSync(at(name), { recursive: true })
  for (const name of ["docker", "docker-shim"]) fs.symlinkSync(built, at("shim", name))
  for (const name of ["docker", "home/.docker/cli-plugins/docker-compose"]) {
    fs.writeFileSync(at(name), script(directory), { mode: 0o755 })
  }
  fs.writeFileSync(at("work/Dockerfile"), "FROM scratch\nCOPY file /\n")
  fs.writeFileSync(at("work/file"), "first")
  fs.writeFileSync(at("work/compose.yaml"), "services: {web: {image: web, volumes: ['.:/src']}}\n")
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: at("home"),
    TMPDIR: at("tmp"),
    WORKSPACE_DIR: "/data/w",
    DOCKER_SHIM_USER_PATH: at("work"),
    DOCKER_SHIM_REAL_DOCKER: at("docker"),
    DOCKER_SHIM_CACHE_DIR: cache
  }
  const running = new Set<Running>()
  const start: Session["start"] = (name, ...words) => {
    const began = performance.now()
    const [file, ...args] = [...starting(at("shim", name)), ...words]
    const child = spawn(file, args, { cwd: at("work"), env, stdio: ["ignore", "pipe", "pipe"], detached: true })
    let printed = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        if (printed.length < 100_000) printed += chunk.toString()
      })
    }
    let memory = 0
    let work = 0
    const waiting = waitingFor(child.pid, began)
    const timer = setInterval(() => {
      memory = Math.max(memory, peakOf(child.pid))
      work = Math.max(work, workOfProcess(child.pid))
      waiting.look()
    }, 5)
    child.once("exit", waiting.look)
    const ended = new Promise<Went>((resolve) =>
      child.once("close", (code, signal) => {
        clearInterval(timer)
        running.delete(call)
        resolve({ code, signal, printed, time: performance.now() - began, work, own: waiting.own(), memory })
      })
    )
    const call = { child, own: waiting.own, ended }
    running.add(call)
    return call
  }
  return {
    directory,
    at,
    env,
    start,
    build: (content) => {
      fs.writeFileSync(at("work/file"), content)
      return start("docker", "build", "-t", "app:1", ".").ended
    },
    own: (...words) => start("docker-shim", ...words).ended,
    stop: async () => {
      // with the docker that it started
      for (const { child } of running) if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
      await Promise.all([...running].map(({ ended }) => ended))
      // and what a build left running in the background, which would go on writing
      for (let left = usersOf(cache); left.length > 0; left = usersOf(cache)) {
        for (const pid of left) {
          try {
            process.kill(pid, "SIGKILL")
          } catch {
            // it has ended meanwhile
          }
        }
        await sleep(10)
      }
    }
  }
}

/** The processes that were given a cache directory, and run still. */
const usersOf = (cache: string): ReadonlyArray<number> =>
  fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`DOCKER_SHIM_CACHE_DIR=${cache}`)
    } catch {
      // it has ended meanwhile
      return false
    }
  })

/** A session alone with a cache, below a new directory `home`; nothing is to be collected there in the background. */
export interface Alone {
  readonly home: string
  readonly cache: string
  readonly session: Session
}

/** Makes one in a directory, the machine's for temporary files unless said. */
export const alone = (prefix: string, parent = os.tmpdir()): Alone => {
  const home = fs.mkdtempSync(path.join(parent, prefix))
  const cache = path.join(home, "buildkit-cache")
  fs.mkdirSync(path.join(cache, ".blobs/sha256"), { recursive: true })
  fs.writeFileSync(path.join(cache, ".collected"), "")
  return { home, cache, session: session(path.join(home, "session"), cache) }
}

/** Adds up how long a user waits for a process itself, from one look to the next. */
const waitingFor = (pid: number | undefined, began: number) => {
  let own = 0
  let last = began
  let delayed = 0
  let isEnded = false
  const look = (): void => {
    if (isEnded) return
    const now = performance.now()
    const delay = delayOf(pid)
    isEnded = delay === undefined
    const waited = now - last - ((delay ?? delayed) - delayed)
    // what it did not get of the processor while something else ran is not its own either way
    if (!hasProgram(pid)) own += Math.min(longestLook, Math.max(0, waited))
    last = now
    delayed = delay ?? delayed
  }
  return { look, own: () => own }
}

/** In milliseconds: when the next look comes later than that, the machine had no processor for this process either. */
const longestLook = 100

/** How long a process could have run and did not, for want of a processor, in milliseconds: the second field of `schedstat`. */
const delayOf = (pid: number | undefined): number | undefined => {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "latin1").split(" ")[1]) / 1e6
  } catch {
    // it has ended
    return undefined
  }
}

/** Whether a process waits for a program that it started; nobody waits for a collection in the background. */
const hasProgram = (pid: number | undefined): boolean => {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").some((child) => {
      const words = child === "" ? "" : fs.readFileSync(`/proc/${child}/cmdline`, "latin1")
      // one that has ended, and is not waited for yet, has no words
      return words !== "" && !/\0(?:prune|verify)\0/.test(words)
    })
  } catch {
    // it, or its program, has ended meanwhile
    return false
  }
}

/** The most memory that a process had at once, in bytes: `VmHWM` of proc(5). */
const peakOf = (pid: number | undefined): number => {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    // it has ended
    return 0
  }
}

/** The time of the processor that a process has used, in milliseconds: fields 14 and 15 of proc(5)'s `stat`, in ticks of 10 ms. */
const workOfProcess = (pid: number | undefined): number => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    // it has ended
    return 0
  }
}

/** Waits for a file. */
export const appears = async (file: string): Promise<void> => {
  while (!fs.existsSync(file)) await sleep(5)
}
