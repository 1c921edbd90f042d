/**
 * Measures sockets of a daemon beside each other.
 */
import * as fs from "node:fs"
import * as http from "node:http"

/** A request. A function as the body writes it, and ends the request. */
export interface Request {
  readonly method: string
  readonly target: string
  readonly body?: string | ((request: http.ClientRequest) => void)
}

/** Sends a request to a socket, and reads the whole answer; gives its first part. Rejects if the daemon refuses it. */
export const exchange = (
  socketPath: string,
  { body, method, target }: Request,
  agent?: http.Agent
): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = typeof body === "string" ? { "Content-Type": "application/json" } : {}
    const options = { socketPath, method, path: target, headers, ...(agent === undefined ? {} : { agent }) }
    const request = http.request(options, (response) => {
      let first: string | undefined
      response.on("data", (part: Buffer) => first ??= String(part.subarray(0, 1 << 16))).on("error", reject)
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 300) resolve(first ?? "")
        else reject(new Error(`${method} ${target}: ${first ?? ""}`))
      })
    }).on("error", reject)
    if (typeof body === "function") body(request)
    else request.end(body)
  })

/** The milliseconds that something takes. */
export const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const began = process.hrtime.bigint()
  await run()
  return Number(process.hrtime.bigint() - began) / 1e6
}

/** Measures each of some ways in turn, so many rounds; gives the figures of each. */
export const inTurns = async <Way>(
  rounds: number,
  ways: ReadonlyArray<Way>,
  measure: (way: Way) => Promise<number>
): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const figures = ways.map((): Array<number> => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, way] of ways.entries()) figures[at]?.push(await measure(way))
  }
  return figures
}

/** The median. */
export const median = (figures: ReadonlyArray<number>): number =>
  [...figures].sort((one, other) => one - other)[figures.length >> 1] ?? 0

/** Where a request goes, and the request. */
export interface Asked {
  readonly socket: string
  readonly request: Request
}

/** Median times of a request by a socket, over one connection each. `after` gets each answer. */
export const small = async (
  rounds: number,
  asked: ReadonlyArray<Asked>,
  after: (answer: string) => Promise<unknown> = () => Promise.resolve()
): Promise<ReadonlyArray<number>> => {
  const ways = asked.map((one) => ({ ...one, agent: new http.Agent({ keepAlive: true, maxSockets: 1 }) }))
  const figures = await inTurns(rounds, ways, async ({ agent, request, socket }) => {
    let answer = ""
    const taken = await timed(async () => answer = await exchange(socket, request, agent))
    await after(answer)
    return taken
  })
  for (const { agent } of ways) agent.destroy()
  return figures.map(median)
}

/** The head of a table of `smallRow`s. */
export const smallHead =
  "| median | bare socket | gateway | | the gateway's processor time |\n| --- | --- | --- | --- | --- |"

/** A row for the median times of a request by the bare socket and by the gateway, and its processor time, in milliseconds. */
export const smallRow = (name: string, [bare = 0, through = 0]: ReadonlyArray<number>, processor: number): string =>
  `| ${name} | ${bare.toFixed(2)} ms | ${through.toFixed(2)} ms | ${through < bare ? "" : "+"}${
    (through - bare).toFixed(2)
  } ms | ${processor.toFixed(2)} ms |`

/** Processor time of a process until now, in milliseconds. A machine that is busy with something else changes it little. */
export const worked = (pid: number): number => {
  const [user = 0, system = 0] = ticks(pid)
  return (user + system) * 10
}

/** That of all programs that a process has started and that have ended, and of those that they started. */
export const workedByEnded = (pid: number): number => {
  const [, , user = 0, system = 0] = ticks(pid)
  return (user + system) * 10
}

/** That of a process and of all that it has started. */
export const workedByAll = (pid: number): number => {
  try {
    const children = fs.readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      fs.readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter((one) => one !== "").map(Number)
    )
    return worked(pid) + workedByEnded(pid) + children.map(workedByAll).reduce((sum, one) => sum + one, 0)
  } catch {
    return 0 // it has ended, and counts with its parent
  }
}

/** User and system time of a process, then of its children that have ended, in hundredths of a second: proc_pid_stat(5). */
const ticks = (pid: number): ReadonlyArray<number> =>
  fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ").slice(11, 15).map(Number)
