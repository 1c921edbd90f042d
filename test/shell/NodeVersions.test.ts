/**
 * The Node form on every line of Node that it is for: what each command of the README does, and what a command that the
 * shim becomes, and one that it waits for, get of it. Node 22 and later replace their process, Node 20 cannot.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as GatewayProcess from "../real-docker/GatewayProcess.ts"
import * as Suite from "../real-docker/Suite.ts"
import { built, copyBuilt, fixtures, type Ran, repository, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker", "docker-shim")
const docker = path.join(shim.directory, "docker")
const own = path.join(shim.directory, "docker-shim")
const work = path.join(shim.directory, "work")
const fake = path.join(repository, "test/fixtures/explain")

beforeAll(() => {
  for (const name of ["work/app/src", "cache"]) fs.mkdirSync(path.join(shim.directory, name), { recursive: true })
  fs.writeFileSync(path.join(shim.directory, "broken"), "#!/no/such/interpreter\n", { mode: 0o755 })
})
afterAll(shim.remove)

describe.each(Suite.NODES)("on Node %s", (line) => {
  let directory = ""
  beforeAll(async () => {
    directory = path.dirname(await Suite.locateNode(line))
  }, 600_000)

  const call = (
    file: string,
    words: ReadonlyArray<string>,
    more: Readonly<Record<string, string>> = {},
    programs = fixtures
  ): Promise<Ran> =>
    run(file, words, {
      cwd: path.join(work, "app"),
      env: {
        PATH: `${directory}:${shim.directory}:${programs}:/usr/bin:/bin`,
        HOME: shim.directory,
        WORKSPACE_DIR: "/data/ses1",
        DOCKER_SHIM_USER_PATH: work,
        DOCKER_SHIM_CACHE_DIR: path.join(shim.directory, "cache"),
        ...more
      }
    })
  /** The fake docker tells its words on stdout, and on stderr the variables for it, of which the shim's own are no message. */
  const expectWords = ({ code, stderr, stdout }: Ran, ...words: ReadonlyArray<string>): void => {
    assert.deepStrictEqual([code, stdout], [0, words.map((word) => `${word}\0`).join("")])
    assert.match(stderr, /^(?:DOCKER_SHIM_\w+=[^\0]*\0)*$/)
  }

  it("is what runs", async () => {
    const { stdout } = await call(own, ["version"])
    assert.match(stdout, new RegExp(`\\(Node ${line}\\.`))
  })

  it("takes the parts that it compiled ahead", async () => {
    const copy = copyBuilt(path.join(shim.directory, `compiled-${line}`))
    const chunks = path.join(path.dirname(copy), "chunks")
    for (const name of fs.readdirSync(chunks)) {
      if (name.endsWith(".compiled")) fs.rmSync(path.join(chunks, name))
    }
    const script = `
      import * as fs from "node:fs"
      import { make } from "${repository}/dist/shell/process/CompiledParts.js"
      import { compiledFile, script } from "${repository}/dist/shell/process/ProgramPart.js"
      make(process.argv[1], false)
      const parts = fs.readdirSync(process.argv[2]).filter((name) => name.endsWith(".cjs")).map((name) => process.argv[2] + "/" + name)
      const rejected = parts.filter((part) => script(part, fs.readFileSync(part, "latin1"), fs.readFileSync(compiledFile(part))).cachedDataRejected)
      console.log(parts.length >= 5, rejected.length)`
    const { stderr, stdout } = await call("node", ["--input-type=module", "--eval", script, "--", copy, chunks])
    assert.deepStrictEqual([stdout, stderr], ["true 0\n", ""])
    assert.match((await call("node", [copy, "version"])).stdout, new RegExp(`\\(Node ${line}\\.`))
  })

  it("hands over what needs no change, and says nothing", async () => {
    expectWords(await call(docker, ["ps", "-a"]), "ps", "-a")
  })

  it("translates a mount", async () => {
    expectWords(await call(docker, ["run", "-v", "./src:/app", "web"]), "run", "-v", "/data/ses1/app/src:/app", "web")
  })

  it("runs a build with its part of the cache, and waits for it", async () => {
    const { code, stdout } = await call(docker, ["build", "-t", "app", "."], {}, fake)
    assert.strictEqual(code, 0)
    assert.match(stdout, /\0build\0--cache-to=type=local,dest=[^\0]*\0-t\0app\0\.\0/)
  })

  it("explains a build", async () => {
    const { code, stderr, stdout } = await call(own, ["explain", "--", "docker", "build", "-t", "app", "."], {}, fake)
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /\n {2}--cache-to\n {4}\+ type=local,dest=/)
  })

  it("ends as docker ends", async () => {
    assert.strictEqual((await call(docker, ["exit", "7"])).code, 7)
    assert.strictEqual((await call(docker, ["die", "TERM"])).signal, "SIGTERM")
  })

  it("leaves docker the signals and descriptors as they were", async () => {
    const script = "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status; ls /proc/self/fd | wc -l"
    const program = path.join(shim.directory, "looks")
    fs.writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const more = { DOCKER_SHIM_REAL_DOCKER: program }
    assert.deepStrictEqual(await call(docker, ["ps"], more), await call(program, []))
  })

  it("says that docker cannot be started, with status 126", async () => {
    const { code, stderr } = await call(docker, ["ps"], {
      DOCKER_SHIM_REAL_DOCKER: path.join(shim.directory, "broken")
    })
    assert.strictEqual(code, 126)
    assert.match(stderr, /^docker-shim: [^\n]*broken[^\n]*\n/)
  })

  it("lists the cache, and examines the machine", async () => {
    const list = await call(own, ["cache", "ls"])
    assert.deepStrictEqual([list.code, list.stderr], [0, ""])
    const doctor = JSON.parse((await call(own, ["doctor", "--json"], {}, fake)).stdout) as {
      readonly findings: ReadonlyArray<{ readonly part: string; readonly state: string }>
    }
    assert.isAtLeast(doctor.findings.length, 15)
    assert.deepInclude(doctor.findings.map(({ part, state }) => ({ part, state })), { part: "PATH", state: "ok" })
  })

  it("passes an image as the daemon sends it, through the gateway", async () => {
    const at = (name: string): string => path.join(shim.directory, `${name}-${line}`)
    // an answer that Node reads comes in chunks of its own, without what is behind their lengths
    const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n"
    const daemon = net.createServer((socket) =>
      socket.once("data", () => socket.end(answer)).on("error", () => undefined)
    )
    await once(daemon.listen(at("daemon")), "listening")
    const gateway = await GatewayProcess.listening(
      spawn(path.join(directory, "node"), GatewayProcess.words(at("gateway"), at("daemon")), {
        env: { PATH: directory, WORKSPACE_DIR: "/data/ses1" },
        stdio: ["ignore", "ignore", "pipe"]
      })
    )
    try {
      const client = net.connect(at("gateway"))
      client.write("GET /images/get HTTP/1.1\r\nHost: d\r\n\r\n")
      assert.strictEqual(await text(client), answer)
      assert.strictEqual(gateway.said().trim().split("\n").length, 1)
    } finally {
      await gateway.kill()
      daemon.close()
    }
  })

  it("prints its help", async () => {
    assert.include((await call(own, ["--help"])).stdout, "doctor")
    assert.include(fs.readFileSync(built, "utf8").slice(0, 200), "node")
  })
})
