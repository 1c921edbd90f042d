/**
 * Measures what the gateway costs beside the bare socket, and prints the table of docs/operate/gateway.md:
 * `npm run bench gateway [ROUNDS]`. A server in a process of its own stands for the daemon. Nothing else may run.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import type * as http from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import * as GatewayProcess from "../../test/real-docker/GatewayProcess.ts"
import * as Relay from "../../test/real-docker/Relay.ts"
import * as Sockets from "./Sockets.ts"

const rounds = Number(process.argv[2] ?? 2000)
const gigabyte = 1 << 30

/** A body of a gigabyte. */
const upload = (request: http.ClientRequest): void => {
  const chunk = Buffer.alloc(1 << 16, "x")
  let left = gigabyte
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length
      if (!request.write(chunk)) return void request.once("drain", send)
    }
    request.end()
  }
  send()
}

const create = JSON.stringify({
  Image: "bb",
  HostConfig: { Binds: ["/home/retro/work/app:/app", "/home/retro/work/data:/data"] }
})

const small: Readonly<Record<string, Sockets.Request>> = {
  "`GET /_ping`": { method: "GET", target: "/_ping" },
  "`POST /containers/create`, two paths translated": { method: "POST", target: "/containers/create", body: create }
}

const streams: Readonly<Record<string, Sockets.Request>> = {
  "1 GB from the daemon (`docker save`)": { method: "GET", target: `/images/get?bytes=${gigabyte}` },
  "1 GB to the daemon (`docker load`)": { method: "POST", target: "/images/load", body: upload }
}

/** In MB a second, the best of three. */
const stream = async (sockets: ReadonlyArray<string>, request: Sockets.Request): Promise<ReadonlyArray<number>> => {
  const figures = await Sockets.inTurns(3, sockets, (socket) => Sockets.timed(() => Sockets.exchange(socket, request)))
  return figures.map((times) => gigabyte / 1e3 / Math.min(...times))
}

const table = async (sockets: ReadonlyArray<string>, gateway: GatewayProcess.GatewayProcess): Promise<void> => {
  const worked = (): number => Sockets.worked(gateway.child.pid ?? 0)
  const most = await gateway.most(async () => {
    console.log(Sockets.smallHead)
    for (const [name, request] of Object.entries(small)) {
      const asked = sockets.map((socket) => ({ socket, request }))
      await Sockets.small(rounds / 10, asked)
      const before = worked()
      const medians = await Sockets.small(rounds, asked)
      console.log(Sockets.smallRow(name, medians, (worked() - before) / rounds))
    }
    for (const [name, request] of Object.entries(streams)) {
      const before = worked()
      const [bare = 0, through = 0] = await stream(sockets, request)
      const share = (through / bare * 100).toFixed(0)
      const each = ((worked() - before) / 3000).toFixed(1)
      console.log(`| ${name} | ${bare.toFixed(0)} MB/s | ${through.toFixed(0)} MB/s | ${share} % | ${each} s |`)
    }
  })
  console.log(`| resident memory at most | | ${most.toFixed(0)} MB | | |`)
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
const sockets = ["daemon", "gateway"].map((name) => path.join(work, name))
const [bare = "", listen = ""] = sockets
const words = [path.join(import.meta.dirname, "gateway-daemon.mjs"), bare]
const daemon = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] })
try {
  await once(daemon.stdout, "data")
  const gateway = await GatewayProcess.start(listen, bare)
  try {
    await table(sockets, gateway)
  } finally {
    await gateway.kill()
  }
} finally {
  await Relay.ended(daemon, () => daemon.kill("SIGKILL"))
  fs.rmSync(work, { recursive: true, force: true })
}
