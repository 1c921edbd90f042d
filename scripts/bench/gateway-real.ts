/**
 * Measures what the gateway costs with real docker and dockerd 28.5, and prints the tables of docs/decisions/0018-gateway.md:
 * `npm run bench gateway-real [ROUNDS [MEGABYTES [ROWS]]]`. The bare socket, the gateway and two relays in C, which only pass
 * bytes, take turns. The middle time of small requests counts, and the shortest of a stream, which other work on the machine
 * changes least. ROWS is a regular expression for the names of rows.
 */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as BaseImage from "../../test/real-docker/BaseImage.ts"
import * as GatewayProcess from "../../test/real-docker/GatewayProcess.ts"
import * as Relay from "../../test/real-docker/Relay.ts"
import * as Session from "../../test/real-docker/Session.ts"
import * as Sockets from "./Sockets.ts"

const [, , ofRounds = "5", ofMegabytes = "100", rows = ""] = process.argv
const [rounds, megabytes] = [Number(ofRounds), Number(ofMegabytes)]
const size = megabytes << 20
const lines = 2000 * megabytes
const user = "/home/retro/work"

const isMeasured = ([name]: readonly [string, unknown]): boolean => new RegExp(rows).test(name)

/** How often a request is sent in a round, and the request. */
type Repeated = readonly [times: number, request: Sockets.Request]

/** The small requests by a row's name, with the paths of who asks. */
const small = (directory: string): Readonly<Record<string, Repeated>> => ({
  "`GET /_ping`": [400, { method: "GET", target: "/_ping" }],
  "`GET /containers/json`": [200, { method: "GET", target: "/containers/json" }],
  "`POST /containers/create`, three paths": [60, {
    method: "POST",
    target: "/containers/create",
    body: JSON.stringify({
      Image: "bb",
      Cmd: ["true"],
      HostConfig: { Binds: ["app", "data", "app/src"].map((name) => `${directory}/${name}:/${name}`) }
    })
  }]
})

/** What docker moves, by a row's name: its words, and where they say so the file it reads, the bytes and what comes before. */
interface Stream {
  readonly words: ReadonlyArray<string>
  readonly input?: string
  readonly bytes?: number
  readonly before?: ReadonlyArray<string>
}

const streams: Readonly<Record<string, Stream>> = {
  "`docker cp`, in": { words: ["cp", `${user}/big/file`, "there:/in"] },
  "`docker cp`, out": { words: ["cp", "there:/file", "-"] },
  "`docker exec -i cat`, in": { words: ["exec", "-i", "there", "sh", "-c", "cat > /dev/null"], input: "big/file" },
  "`docker exec cat`, out": { words: ["exec", "there", "cat", "/file"] },
  "`docker save`": { words: ["save", "big"] },
  "`docker load`": { words: ["load", "-q"], input: "big.tar", before: ["rmi", "big"] },
  [`\`docker logs\`, ${lines.toLocaleString("en")} lines`]: { words: ["logs", "lines"], bytes: lines * 100 }
}

/** A socket to measure; `worked` is the processor time of who listens there, in milliseconds. */
interface Way {
  readonly socket: string
  readonly worked: () => number
}

const prepare = async (session: Session.Session, files: string): Promise<void> => {
  await BaseImage.load(session)
  for (const name of ["app/src", "data", "big"]) fs.mkdirSync(path.join(files, name), { recursive: true })
  const random = fs.createReadStream("/dev/urandom", { end: size - 1 })
  await once(random.pipe(fs.createWriteStream(path.join(files, "big/file"))), "close")
  fs.writeFileSync(path.join(files, "big/Dockerfile"), "FROM bb\nCOPY file /file\n")
  await session.docker(["build", "-q", "-t", "big", "big"])
  await session.docker(["save", "-o", "big.tar", "big"])
  const run = ["run", "--init", "--network=none", "--name"]
  await session.docker([...run, "there", "-d", "bb", "sleep", "86400"])
  await session.docker(["cp", "big/file", "there:/file"])
  const line = "x".repeat(99)
  await session.docker([...run, "lines", "--attach=stdin", "bb", "sh", "-c", `yes ${line} | head -n ${lines}`])
}

/** Starts a relay in C for a session's daemon, and waits until it listens. */
const startRelay = async (session: Session.Session, how: "copy" | "splice") => {
  const program = path.join(session.directory, "relay")
  execFileSync("gcc", ["-O2", "-pthread", "-o", program, path.join(import.meta.dirname, "relay.c")])
  const socket = path.join(session.directory, `${how}.sock`)
  const child = spawn(program, [socket, session.socket, how], { stdio: "ignore" })
  while (!fs.existsSync(socket) && child.exitCode === null) await sleep(10)
  return { socket, worked: () => Sockets.worked(child.pid ?? 0), end: () => Relay.ended(child, () => child.kill()) }
}

const measureSmall = async (session: Session.Session, { socket, worked }: Way): Promise<void> => {
  const bare = small(session.workspace?.daemonPath ?? "")
  const remove = async (answer: string): Promise<void> => {
    const id = /^\{"Id":"(\w+)"/.exec(answer)?.[1]
    if (id !== undefined) await Sockets.exchange(session.socket, { method: "DELETE", target: `/containers/${id}` })
  }
  console.log(Sockets.smallHead)
  for (const [name, [times, request]] of Object.entries(small(user)).filter(isMeasured)) {
    const asked = [{ socket: session.socket, request: bare[name]?.[1] ?? request }, { socket, request }]
    await Sockets.small(times, asked, remove)
    const before = worked()
    const medians = await Sockets.small(rounds * times, asked, remove)
    console.log(Sockets.smallRow(name, medians, (worked() - before) / (rounds * times)))
  }
}

const run = async (session: Session.Session, files: string, way: Way, { input, words }: Stream): Promise<void> => {
  const file = input === undefined ? undefined : fs.openSync(path.join(files, input), "r")
  const env = { DOCKER_HOST: `unix://${way.socket}` }
  const child = session.spawn("docker", words, { env, stdio: [file ?? "ignore", "ignore", "pipe"] })
  if (file !== undefined) fs.closeSync(file)
  let said = ""
  child.stderr?.on("data", (text) => said += String(text))
  const [code] = await once(child, "close") as [number | null]
  if (code !== 0) throw new Error(`docker ${words.join(" ")} ended with ${String(code)}: ${said}`)
}

const measureStreams = async (session: Session.Session, files: string, ways: ReadonlyArray<Way>): Promise<void> => {
  const others = (): number => Sockets.workedByEnded(process.pid) + Sockets.workedByAll(session.engine().init)
  console.log(
    "| | bare socket | gateway | C, copies | C, `splice` | processor time of a gigabyte: docker and dockerd | gateway | C, copies | "
      + "C, `splice` | processors in use, bare |\n| ---".concat(" | ---".repeat(9), " |")
  )
  for (const [name, stream] of Object.entries(streams).filter(isMeasured)) {
    const gigabytes = (stream.bytes ?? size) / 1e9
    const before = ways.map(({ worked }) => worked())
    const bare: Array<{ readonly taken: number; readonly processor: number }> = []
    const figures = await Sockets.inTurns(rounds, ways, async (way) => {
      if (stream.before !== undefined) await session.docker(stream.before)
      const began = others()
      const taken = await Sockets.timed(() => run(session, files, way, stream))
      if (way === ways[0]) bare.push({ taken, processor: others() - began })
      return taken
    })
    const [direct = 0, ...through] = figures.map((times) => Math.min(...times))
    const processor = bare.find(({ taken }) => taken === direct)?.processor ?? 0
    const relayed = ways.slice(1).map(({ worked }, at) => (worked() - (before[at + 1] ?? 0)) / rounds)
    const cells = [
      name,
      `${(gigabytes * 1e6 / direct).toFixed(0)} MB/s`,
      ...through.map((time) => `${(direct / time * 100).toFixed(0)} %`),
      ...[processor, ...relayed].map((time) => `${(time / gigabytes / 1e3).toFixed(2)} s`),
      (processor / direct).toFixed(1)
    ]
    console.log(`| ${cells.join(" | ")} |`)
  }
}

const measure = async (session: Session.Session): Promise<void> => {
  const files = session.workspace?.files ?? ""
  await prepare(session, files)
  const gateway = await GatewayProcess.inFrontOf(session)
  const relays = [await startRelay(session, "copy"), await startRelay(session, "splice")]
  try {
    const through = { socket: gateway.socket, worked: () => Sockets.worked(gateway.child.pid ?? 0) }
    const most = await gateway.most(async () => {
      await measureSmall(session, through)
      await measureStreams(session, files, [{ socket: session.socket, worked: () => 0 }, through, ...relays])
    })
    console.log(`The gateway used at most ${most.toFixed(0)} MB of memory.`)
  } finally {
    for (const relay of relays) await relay.end()
    await gateway.kill()
  }
}

const load = (): string =>
  `Load ${os.loadavg().map((one) => one.toFixed(1)).join(", ")} on ${os.cpus().length} processors.`

console.log(load())
const session = await Session.start({ workspace: { id: "ses1" } })
try {
  await measure(session)
} finally {
  await session.stop()
}
console.log(load())
