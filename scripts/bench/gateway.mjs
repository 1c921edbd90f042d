/**
 * Measures what the gateway costs beside the bare socket, and prints the table of docs/operate/gateway.md:
 * `npm run bench gateway [ROUNDS]`. A server in a process of its own stands for the daemon. Nothing else may run.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as http from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const rounds = Number(process.argv[2] ?? 2000)
const gigabyte = 1 << 30

/** The daemon: says little, takes all that comes, or sends as many bytes as are asked for. */
function serve(at) {
  const chunk = Buffer.alloc(1 << 16, "x")
  http.createServer((request, response) => {
    const wanted = Number(/^\/images\/get\?bytes=(\d+)$/.exec(request.url ?? "")?.[1] ?? 0)
    let size = 0
    request.on("data", (part) => void (size += part.length)).on("end", () => {
      if (wanted === 0) return response.end(JSON.stringify({ Id: "0", size }))
      let left = wanted
      const send = () => {
        while (left > 0) {
          left -= chunk.length
          if (!response.write(chunk)) return response.once("drain", send)
        }
        response.end()
      }
      send()
    })
  }).listen(at, () => console.log("listening"))
}

async function measure() {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
  const [daemonAt, gatewayAt] = ["daemon", "gateway"].map((name) => path.join(work, name))
  const children = []
  const start = async (words, env) => {
    const child = spawn(process.execPath, words, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] })
    children.push(child)
    await new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (text) => String(text).includes("listening") && resolve())
      }
      child.once("exit", (code) => reject(new Error(`${words.join(" ")} ended with ${code}`)))
    })
    return child
  }
  try {
    await start([fileURLToPath(import.meta.url), "--daemon", daemonAt])
    const shim = fileURLToPath(new URL("../../dist/docker-shim.cjs", import.meta.url))
    const settings = { WORKSPACE_DIR: "/data/ses1", DOCKER_SHIM_USER_PATH: "/home/retro/work" }
    const gateway = await start([shim, "gateway", "--listen", gatewayAt, "--to", daemonAt], settings)
    await table(daemonAt, gatewayAt, gateway.pid)
  } finally {
    for (const child of children) {
      child.removeAllListeners("exit")
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    }
    fs.rmSync(work, { recursive: true, force: true })
  }
}

const exchange = (socketPath, method, target, body, agent) =>
  new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path: target, agent }, (response) => {
      let size = 0
      response.on("data", (part) => void (size += part.length)).on("end", () => resolve(size)).on("error", reject)
    }).on("error", reject)
    if (typeof body === "function") body(request)
    else request.end(body)
  })

/** A body of a gigabyte. */
const upload = (request) => {
  const chunk = Buffer.alloc(1 << 16, "x")
  let left = gigabyte
  const send = () => {
    while (left > 0) {
      left -= chunk.length
      if (!request.write(chunk)) return request.once("drain", send)
    }
    request.end()
  }
  send()
}

const create = JSON.stringify({ Image: "bb", HostConfig: { Binds: ["/home/retro/work/app:/app", "/home/retro/work/data:/data"] } })

/** In milliseconds, medians of rounds that go to both sockets in turn. */
async function small(daemonAt, gatewayAt, method, target, body) {
  const places = [daemonAt, gatewayAt].map((at) => ({ at, agent: new http.Agent({ keepAlive: true, maxSockets: 1 }), times: [] }))
  for (let round = -rounds / 10; round < rounds; round += 1) {
    for (const { agent, at, times } of places) {
      const began = process.hrtime.bigint()
      await exchange(at, method, target, body, agent)
      if (round >= 0) times.push(Number(process.hrtime.bigint() - began) / 1e6)
    }
  }
  return places.map(({ agent, times }) => {
    agent.destroy()
    return times.sort((one, other) => one - other)[Math.floor(times.length / 2)]
  })
}

/** In MB a second, the best of three that go to both sockets in turn. */
async function stream(daemonAt, gatewayAt, method, target, body) {
  const best = [0, 0]
  for (let round = 0; round < 3; round += 1) {
    for (const [which, at] of [daemonAt, gatewayAt].entries()) {
      const began = process.hrtime.bigint()
      await exchange(at, method, target, body)
      best[which] = Math.max(best[which], gigabyte / 1e6 / (Number(process.hrtime.bigint() - began) / 1e9))
    }
  }
  return best
}

/** Processor time of a process in milliseconds: it says the same on a machine that is busy with something else. */
const worked = (pid) => {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024

async function table(daemonAt, gatewayAt, pid) {
  let most = 0
  const watch = setInterval(() => void (most = Math.max(most, resident(pid))), 50)
  console.log("| | bare socket | gateway | | the gateway's processor time |\n| --- | --- | --- | --- | --- |")
  for (const [name, ...request] of [
    ["`GET /_ping`, median", "GET", "/_ping", undefined],
    ["`POST /containers/create`, two paths translated, median", "POST", "/containers/create", create]
  ]) {
    const before = worked(pid)
    const [bare, through] = await small(daemonAt, gatewayAt, ...request)
    const each = ((worked(pid) - before) / (rounds * 1.1)).toFixed(2)
    console.log(
      `| ${name} | ${bare.toFixed(2)} ms | ${through.toFixed(2)} ms | +${(through - bare).toFixed(2)} ms | ${each} ms |`
    )
  }
  for (const [name, ...request] of [
    ["1 GB from the daemon (`docker save`)", "GET", `/images/get?bytes=${gigabyte}`, undefined],
    ["1 GB to the daemon (`docker load`)", "POST", "/images/load", upload]
  ]) {
    const before = worked(pid)
    const [bare, through] = await stream(daemonAt, gatewayAt, ...request)
    const each = ((worked(pid) - before) / 3000).toFixed(1)
    const share = (through / bare * 100).toFixed(0)
    console.log(`| ${name} | ${bare.toFixed(0)} MB/s | ${through.toFixed(0)} MB/s | ${share} % | ${each} s |`)
  }
  clearInterval(watch)
  console.log(`| resident memory at most | | ${most.toFixed(0)} MB | | |`)
}

if (process.argv[2] === "--daemon") serve(process.argv[3])
else await measure()
