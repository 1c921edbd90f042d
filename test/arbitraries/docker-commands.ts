/**
 * Generators of command lines that the real docker understands, or refuses as a person's would be: made from the flags
 * that its own `--help` lists, with values of the right kind, in every spelling.
 */
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"

/** The commands with paths that the daemon opens. */
export const subjects = [
  "run",
  "create",
  "container run",
  "container create",
  "volume create",
  "service create",
  "service update"
] as const

/** A command with paths that the daemon opens. */
export type Subject = typeof subjects[number]

/** Stands for the user's directory in all words, and in front of its siblings' names; a test puts its own there. */
export const WORK = "@WORK@"

/** Links that the sources name, in the user's directory. */
export const links = ["link", "inside", "outside", "dangling"] as const

interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly type: string | undefined
}

/** The flags that a version's help text lists; read here by itself, not by the code under test. */
const flagsOf = (version: string, command: Subject): ReadonlyArray<Flag> => {
  const file = new URL(`../fixtures/help/docker-${version}/docker_${command.replace(" ", "_")}.txt`, import.meta.url)
  return fs.readFileSync(fileURLToPath(file), "utf8").split("\n").flatMap((line) => {
    const [, short, long, type] = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: ([\w-]+))?(?: {2,}|$)/.exec(line) ?? []
    return long === undefined ? [] : [{ long, short, type }]
  })
}

/** The names of those flags, such as `volume`. */
export const flagNames = (version: string, command: Subject): ReadonlyArray<string> =>
  flagsOf(version, command).map((flag) => flag.long)

const anyOf = <A>(...values: ReadonlyArray<A>): FastCheck.Arbitrary<A> => FastCheck.constantFrom(...values)

/** Now and then a value that is likely refused. */
const mostly = <A>(usual: FastCheck.Arbitrary<A>, rare: FastCheck.Arbitrary<A>): FastCheck.Arbitrary<A> =>
  FastCheck.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare })

/** Sources as people write them, under the workspace (the working directory is `WORK/app`) and beside it. */
const source: FastCheck.Arbitrary<string> = mostly(
  FastCheck.oneof(
    anyOf(".", "..", "./src", "../web", ".hidden", "...", "./a b", "./a,b", "./ä", "../../outside", "./x/../y", "./"),
    anyOf("", "/app", "/app", "/web", "/x/y", "/app/x//y", "/./app", "/app/../web", "/a b", "/a,b", "/q\"q", "/app/")
      .map((path) => `${WORK}${path}`),
    FastCheck.tuple(anyOf(`${WORK}/`, "../"), anyOf(...links), anyOf("", "/deeper", "/../web"))
      .map((parts) => parts.join("")),
    anyOf("space", "space2/x", "/../other").map((path) => `${WORK}${path}`),
    anyOf("/tmp", "/", "/var/run/docker.sock", "/run/docker.sock", "//tmp//x/", "data", "data-1", "~/x", "C:\\x")
  ),
  anyOf("", "a", "x/y", ":", "./a:b", `${WORK}/a:b`)
)

const mountField = (field: string): FastCheck.Arbitrary<string> =>
  /[",]/.test(field)
    ? FastCheck.constant(`"${field.replaceAll("\"", "\"\"")}"`)
    : anyOf(field, field, `"${field}"`)

const printed = (fields: ReadonlyArray<string>): FastCheck.Arbitrary<string> =>
  FastCheck.tuple(...fields.filter((field) => field !== "").map(mountField)).map((all) => all.join(","))

const mountTarget = anyOf("target=/x", "dst=/y", "destination=/z", "target=/w", "dst=/v", "target=/u")

const bindMount: FastCheck.Arbitrary<string> = FastCheck.tuple(
  anyOf("type=bind", "TYPE=bind", "type=Bind", "type=bind"),
  FastCheck.tuple(anyOf("source", "src", "Source", "SRC"), source).map(([name, path]) => `${name}=${path}`),
  mountTarget,
  mostly(
    anyOf("", "", "readonly", "ro=true", "bind-propagation=rshared"),
    anyOf("volume-nocopy", "nonsense=1", " a=b")
  ),
  FastCheck.boolean()
).chain(([type, from, target, more, isReversed]) =>
  printed(isReversed ? [more, target, from, type] : [type, from, target, more])
)

const volumeMount: FastCheck.Arbitrary<string> = FastCheck.tuple(mountTarget, source, FastCheck.boolean()).chain((
  [target, path, isBind]
) =>
  printed([
    isBind ? "type=volume" : "",
    "source=v",
    target,
    "volume-opt=type=none",
    "volume-opt=o=bind",
    `volume-opt=device=${path}`
  ])
)

const mount: FastCheck.Arbitrary<string> = mostly(
  FastCheck.oneof({ weight: 3, arbitrary: bindMount }, { weight: 1, arbitrary: volumeMount }),
  anyOf("type=tmpfs,target=/t", "type=bind", `type=bind,source="${WORK}",target=/x`, "", "type=bind,,target=/x")
)

const volume: FastCheck.Arbitrary<string> = FastCheck.tuple(
  source,
  mostly(anyOf(":/x", ":/y:ro", ":/z:z,ro", ":/x:cached", ":/w", ":/v:rw", ":/u"), anyOf("", ":", "::", ":/x:ro:z"))
).map(([from, rest]) => `${from}${rest}`)

const device: FastCheck.Arbitrary<string> = FastCheck.oneof(
  anyOf("/dev/null", "/dev/null:/dev/x", "/dev/null:rw", "/dev/null:/dev/x:r", "vendor.com/class=name"),
  anyOf("", ":/dev/y", ":rwm", ":/dev/y:rm").map((rest) => `${WORK}/device${rest}`)
)

const driverOption: FastCheck.Arbitrary<string> = FastCheck.oneof(
  anyOf("type=none", "o=bind", "o=addr=1.2.3.4", "device=:/export", "device=tmpfs", "nonsense"),
  source.map((path) => `device=${path}`),
  // what separates paths there is escaped, which the rule of the judge does not know
  FastCheck.tuple(source, source).filter((paths) => !/[:,\\]/.test(paths.join(""))).map(([lower, upper]) =>
    `o=lowerdir=${lower}:/srv,upperdir=${upper}`
  )
)

const logOption: FastCheck.Arbitrary<string> = FastCheck.oneof(
  anyOf("max-size=10m", "tag=/x", "syslog-address=tcp://h:1", `syslog-address=unix://${WORK}/app/log`),
  anyOf("syslog-tls-key=", "splunk-capath=").map((name) => `${name}${WORK}/web/key.pem`)
)

const files = anyOf(`${WORK}/app/env`, "./env", "env", "../app/env", "./absent")

/** What help calls a list or string, by the flag, where any word would be refused. */
const byFlag: Readonly<Record<string, FastCheck.Arbitrary<string>>> = {
  "volume": volume,
  "mount": mount,
  "mount-add": mount,
  "device": device,
  "opt": driverOption,
  "log-opt": logOption,
  "env-file": files,
  "label-file": files,
  "cidfile": anyOf("./cid", `${WORK}/cid`),
  "add-host": anyOf("h:1.2.3.4"),
  "attach": anyOf("stdout", "stderr"),
  "availability": anyOf("active"),
  "blkio-weight": anyOf("100"),
  "blkio-weight-device": anyOf("/dev/sda:100"),
  "cgroupns": anyOf("host", "private"),
  "constraint": anyOf("node.role==manager"),
  "credential-spec": anyOf("file://spec.json"),
  "detach-keys": anyOf("ctrl-a,b"),
  "device-read-bps": anyOf("/dev/sda:1mb"),
  "device-read-iops": anyOf("/dev/sda:100"),
  "device-write-bps": anyOf("/dev/sda:1mb"),
  "device-write-iops": anyOf("/dev/sda:100"),
  "dns": anyOf("1.2.3.4"),
  "dns-add": anyOf("1.2.3.4"),
  "endpoint-mode": anyOf("vip", "dnsrr"),
  "expose": anyOf("80", "81/udp"),
  "generic-resource": anyOf("gpu=2"),
  "gpus": anyOf("all", "1"),
  "host": anyOf("h:1.2.3.4"),
  "host-add": anyOf("h:1.2.3.4"),
  "ip": anyOf("172.30.0.2"),
  "ip6": anyOf("::1"),
  "ipc": anyOf("host", "private"),
  "isolation": anyOf("default"),
  "link-local-ip": anyOf("169.254.1.1"),
  "log-driver": anyOf("json-file", "none"),
  "mac-address": anyOf("02:42:ac:11:00:02"),
  "mode": anyOf("replicated", "global"),
  "network": anyOf("none", "host", "bridge", "own"),
  "pid": anyOf("host"),
  "placement-pref": anyOf("spread=node.labels.a"),
  "placement-pref-add": anyOf("spread=node.labels.a"),
  "platform": anyOf("linux/amd64"),
  "publish": mostly(anyOf("80", "8080:80", "127.0.0.1::80/udp"), anyOf("x")),
  "publish-add": anyOf("8080:80", "published=81,target=80"),
  "pull": mostly(anyOf("never", "missing"), anyOf("sometimes")),
  "restart": anyOf("no", "always", "on-failure:3"),
  "restart-condition": anyOf("none", "any"),
  "rollback-failure-action": anyOf("pause"),
  "rollback-order": anyOf("stop-first"),
  "scope": anyOf("single"),
  "security-opt": anyOf("no-new-privileges", "label=disable", "seccomp=unconfined"),
  "sharing": anyOf("none"),
  "stop-signal": anyOf("TERM", "9"),
  "storage-opt": anyOf("size=1g"),
  "sysctl": anyOf("net.ipv4.ip_forward=1"),
  "tmpfs": anyOf("/t", "/t:size=1m"),
  "ulimit": anyOf("nofile=10:20", "core=0"),
  "ulimit-add": anyOf("nofile=10:20"),
  "update-failure-action": anyOf("pause"),
  "update-order": anyOf("start-first"),
  "userns": anyOf("host"),
  "uts": anyOf("host"),
  "volume-driver": anyOf("local")
}

/** The rest by the kind that help names. */
const byType: Readonly<Record<string, FastCheck.Arbitrary<string>>> = {
  bytes: anyOf("64m", "1g", "2g"),
  decimal: anyOf("0.5", "2"),
  duration: anyOf("3s", "1m"),
  float: anyOf("0.5"),
  int: anyOf("0", "7", "9"),
  map: anyOf("a=b"),
  network: anyOf("own"),
  port: anyOf("80"),
  uint: anyOf("1", "3"),
  uint16: anyOf("10")
}

/** Any word that the flag takes, those that look like flags and like sources included. */
const anyValue = mostly(
  anyOf("x", "web", `${WORK}/app:/x`, `type=bind,source=${WORK},target=/b`),
  anyOf("-v", "--mount", "--", "a=b", "1", "")
)

const valuesOf = (flag: Flag): FastCheck.Arbitrary<string> => byFlag[flag.long] ?? byType[flag.type ?? ""] ?? anyValue

const spell = (flag: Flag, hasSwitch: boolean): FastCheck.Arbitrary<ReadonlyArray<string>> => {
  const long = `--${flag.long}`
  if (flag.type === undefined) {
    const bare = flag.short === undefined ? [long] : [long, `-${flag.short}`]
    return anyOf(...bare.map((word) => [word]), [`${long}=true`], [`${long}=false`], [`${long}=0`])
  }
  const short = flag.short
  return valuesOf(flag).chain((value) =>
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

/** What is behind the image: the container's own words, some of which look like flags. */
const tail = anyOf(
  [],
  ["ls"],
  ["-v", `${WORK}/app:/x`],
  ["sh", "-c", "echo", "--mount", `type=bind,source=${WORK},target=/b`],
  ["--", "ls"],
  ["-it", "--rm"]
)

/**
 * Command lines of one command as a docker version's help lists its flags; with `including`, that flag among them.
 *
 * **Details**
 *
 * Four of five flags are those that hold paths. Now and then there is no image. `run` and the services are always
 * detached in the end: there is nothing to wait for.
 */
export const commandLine = (
  version: string,
  command: Subject,
  including?: string
): FastCheck.Arbitrary<ReadonlyArray<string>> => {
  const flags = flagsOf(version, command)
  const hasSwitch = flags.some((one) => one.short === "i")
  const spelled = (all: ReadonlyArray<Flag>) => anyOf(...all).chain((flag) => spell(flag, hasSwitch))
  const some = FastCheck.oneof(
    { weight: 4, arbitrary: spelled(flags.filter((flag) => pathFlags.has(flag.long))) },
    { weight: 1, arbitrary: spelled(flags.filter((flag) => flag.long !== "help")) }
  )
  const included = flags.filter((flag) => flag.long === including)
  const isDetachable = flags.some((flag) => flag.long === "detach")
  const takesTail = command !== "volume create" && command !== "service update"
  return FastCheck.tuple(
    anyOf([], [], [], ["--debug=false"], ["-l", "error"], ["-Dlfatal"]),
    FastCheck.array(some, { minLength: 1, maxLength: 3 }),
    included.length === 0 ? FastCheck.constant([]) : spelled(included),
    anyOf([], [], [], ["--"]),
    mostly(FastCheck.constant(true), FastCheck.constant(false)),
    tail,
    anyOf([], [], [], [], ["-v"], ["--nonsense"])
  ).map(([globals, options, one, end, hasImage, rest, last]) => [
    ...globals,
    ...command.split(" "),
    ...options.flat(),
    ...one,
    ...(isDetachable ? ["--detach"] : []),
    ...(hasImage ? [...end, "img", ...(takesTail ? rest : [])] : last)
  ])
}
