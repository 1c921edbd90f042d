/**
 * Generators of command lines that the real docker understands, or refuses as a person's would be: made from the flags
 * that its own `--help` lists, with values of the right kind, in every spelling.
 */
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"

/** A command with paths that the daemon opens. */
export type Subject =
  | "run"
  | "create"
  | "container run"
  | "container create"
  | "volume create"
  | "service create"
  | "service update"

interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly type: string | undefined
}

/** `--help` does nothing else; a second call cannot write the same `--cidfile`; without `--detach` a service is waited for. */
const unusable: ReadonlySet<string> = new Set(["help", "cidfile", "detach"])

/** The flags that a version's help text lists; read here by itself, not by the code under test. */
const flagsOf = (version: string, command: string): ReadonlyArray<Flag> => {
  const file = new URL(`../fixtures/help/docker-${version}/docker_${command.replace(" ", "_")}.txt`, import.meta.url)
  return fs.readFileSync(fileURLToPath(file), "utf8").split("\n").flatMap((line) => {
    const [, short, long, type] = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: (\w+))? {2,}/.exec(line) ?? []
    return long === undefined || unusable.has(long) ? [] : [{ long, short, type }]
  })
}

const anyOf = <A>(...values: ReadonlyArray<A>): FastCheck.Arbitrary<A> => FastCheck.constantFrom(...values)

/** Sources as people write them, under the workspace (the working directory is `WORK/app`) and beside it. */
export const source = (work: string): FastCheck.Arbitrary<string> =>
  FastCheck.oneof(
    anyOf(".", "..", "./src", "../web", ".hidden", "...", "./a b", "./a,b", "./ä", "../../outside", "./x/../y", "./"),
    anyOf("", "/app", "/app", "/web", "/x/y", "/app/x//y", "/./app", "/app/../web", "/a b", "/a,b", "/q\"q", "/app/")
      .map((path) => `${work}${path}`),
    anyOf("space", "space2/x", "/../other").map((path) => `${work}${path}`),
    anyOf("/tmp", "/", "/var/run/docker.sock", "//tmp//x/", "data", "data-1", "a", "~/x", "x/y", "C:\\x", "")
  )

const mountField = (field: string): FastCheck.Arbitrary<string> =>
  /[",]/.test(field) ? FastCheck.constant(`"${field.replaceAll("\"", "\"\"")}"`) : anyOf(field, field, `"${field}"`)

const mount = (work: string): FastCheck.Arbitrary<string> =>
  FastCheck.tuple(
    anyOf("type=bind", "TYPE=bind", "type=Bind", "type=bind", "type=volume", "type=tmpfs", ""),
    FastCheck.tuple(
      anyOf("source", "src", "Source", "source", "src", "source", "src", "source", " source"),
      source(work)
    ).map(([name, path]) => `${name}=${path}`),
    anyOf("target=/x", "dst=/y", "destination=/z", "target=/w", "dst=/v", "target=/u", ""),
    anyOf("", "", "", "", "readonly", "ro=true", "bind-propagation=rshared", "volume-nocopy", "nonsense=1"),
    FastCheck.boolean()
  ).chain(([type, from, target, more, isDevice]) => {
    const path = from.slice(from.indexOf("=") + 1)
    const fields = isDevice && type === "type=volume"
      ? [type, "source=v", target, "volume-opt=type=none", "volume-opt=o=bind", `volume-opt=device=${path}`]
      : [type, from, target, more]
    return FastCheck.tuple(...fields.filter((field) => field !== "").map(mountField)).map((printed) =>
      printed.join(",")
    )
  })

const volume = (work: string): FastCheck.Arbitrary<string> =>
  FastCheck.tuple(
    source(work),
    anyOf(":/x", ":/y:ro", ":/z:z,ro", ":/x:cached", ":/w", ":/v:rw", "", ":", "::", ":/x:ro:z")
  )
    .map(([from, rest]) => `${from}${rest}`)

/** Values by the kind that help names, and by flag where the kind does not tell. */
const valuesOf = (flag: Flag, work: string): FastCheck.Arbitrary<string> => {
  const special: Readonly<Record<string, FastCheck.Arbitrary<string>>> = {
    "volume": volume(work),
    "mount": mount(work),
    "mount-add": mount(work),
    "device": FastCheck.oneof(
      anyOf("/dev/null", "/dev/null:/dev/x", "/dev/null:rw", "/dev/null:/dev/x:r", "vendor.com/class=name"),
      anyOf("", ":/dev/y", ":rwm", ":/dev/y:rm").map((rest) => `${work}/device${rest}`)
    ),
    "opt": FastCheck.oneof(
      anyOf("type=none", "o=bind", "o=addr=1.2.3.4", "device=:/export", "device=tmpfs", "nonsense"),
      source(work).map((path) => `device=${path}`)
    ),
    "driver": anyOf("local"),
    "env-file": anyOf(`${work}/app/env`, "./env", "./absent"),
    "label-file": anyOf(`${work}/app/env`, "./env"),
    "platform": anyOf("linux/amd64"),
    "pull": anyOf("never", "missing", "sometimes"),
    "restart": anyOf("no", "always", "on-failure:3"),
    "network": anyOf("none", "host", "bridge"),
    "log-driver": anyOf("json-file", "none"),
    "isolation": anyOf("default"),
    "stop-signal": anyOf("TERM", "9"),
    "publish": anyOf("80", "8080:80", "127.0.0.1::80/udp", "x"),
    "security-opt": anyOf("no-new-privileges", "label=disable", "seccomp=unconfined"),
    "ulimit": anyOf("nofile=10:20", "core=0"),
    "gpus": anyOf("all", "1"),
    "tmpfs": anyOf("/t", "/t:size=1m"),
    "attach": anyOf("stdout", "stderr"),
    "detach-keys": anyOf("ctrl-a,b")
  }
  const byType: Readonly<Record<string, FastCheck.Arbitrary<string>>> = {
    int: anyOf("0", "7", "9"),
    bytes: anyOf("64m", "1g", "2g"),
    decimal: anyOf("0.5", "2"),
    duration: anyOf("3s", "1m"),
    uint16: anyOf("10")
  }
  return special[flag.long]
    ?? byType[flag.type ?? ""]
    ?? anyOf("x", "a=b", "web", "-v", "--mount", "type=bind,source=/a,target=/b", `${work}/app:/x`, "1")
}

const spell = (flag: Flag, hasSwitch: boolean, work: string): FastCheck.Arbitrary<ReadonlyArray<string>> => {
  const long = `--${flag.long}`
  if (flag.type === undefined) {
    const bare = flag.short === undefined ? [long] : [long, `-${flag.short}`]
    return anyOf(...bare.map((word) => [word]), [`${long}=true`], [`${long}=false`], [`${long}=0`])
  }
  const short = flag.short
  return valuesOf(flag, work).chain((value) =>
    anyOf(
      [long, value],
      [`${long}=${value}`],
      ...(short === undefined ? [] : [[`-${short}`, value], [`-${short}${value}`], [`-${short}=${value}`]]),
      ...(short === undefined || !hasSwitch
        ? []
        : [[`-i${short}`, value], [`-i${short}${value}`], [`-i${short}=${value}`]])
    )
  )
}

const pathFlags: ReadonlySet<string> = new Set(["volume", "mount", "mount-add", "device", "opt"])

/**
 * Command lines of one command as a docker version's help lists its flags; `work` is the user's directory.
 *
 * **Details**
 *
 * About half the flags are those that hold paths. Behind the positionals stand words that look like flags.
 */
export const commandLine = (
  version: string,
  command: Subject,
  work: string
): FastCheck.Arbitrary<ReadonlyArray<string>> => {
  const flags = flagsOf(version, command)
  const withPaths = flags.filter((flag) => pathFlags.has(flag.long))
  const some = FastCheck.oneof(
    { weight: 4, arbitrary: anyOf(...withPaths) },
    { weight: 1, arbitrary: anyOf(...flags) }
  ).chain((flag) => spell(flag, flags.some((one) => one.short === "i"), work))
  const tail = anyOf(
    [],
    ["ls"],
    ["-v", `${work}/app:/x`],
    ["sh", "-c", "echo", "--mount", `type=bind,source=${work},target=/b`],
    ["--", "ls"],
    ["-it", "--rm"]
  )
  return FastCheck.tuple(
    anyOf([], [], ["--debug=false"], ["-l", "error"]),
    FastCheck.array(some, { minLength: 1, maxLength: 3 }),
    anyOf([], [], [], ["--"]),
    anyOf(...Array.from({ length: 9 }, () => ["img"]), []),
    tail,
    anyOf([], [], [], ["--nonsense"], ["-v"])
  ).map(([globals, options, end, image, rest, last]) => [
    ...globals,
    ...command.split(" "),
    ...(command.endsWith("run") ? ["-d"] : []),
    ...(command.startsWith("service") ? ["--detach"] : []),
    ...options.flat(),
    ...(image.length === 0 ? last : []),
    ...end,
    ...image,
    ...(command === "volume create" || command === "service update" ? [] : rest)
  ])
}
