/**
 * An engine that is not there, goes away, or may not be used, and surroundings in which nothing can be written: the user
 * sees what docker shows without the shim, and at most one line of the shim's.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

const commands: Readonly<Record<string, ReadonlyArray<string>>> = {
  ps: ["ps", "-a"],
  run: ["run", "--rm", "-v", "./app:/app", "bb", "true"],
  build: ["build", "-t", "app", "app"],
  up: ["compose", "up", "-d"]
}

/** What the user sees of a command: its end, and of its output what is docker's, without times and ids. */
const seen = ({ code, signal, stderr, stdout }: Client.Outcome) => {
  const lines = `${stdout}\n${stderr}`.split("\n")
  return {
    code,
    signal,
    shim: lines.filter((line) => line.startsWith("docker-shim: ")),
    errors: lines.filter((line) => /error|denied|cannot|read-only/i.test(line) && !line.startsWith("docker-shim: "))
      .map((line) => line.replace(/[0-9a-f]{12,}|\d+\.\d+s?|\/tmp\/\S+/g, "…"))
  }
}

describeReal.each(["28.5", "26.1"] as const)("faults of the engine, docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let session: Session
  beforeAll(async () => {
    shared = await Shared.create()
    session = await shared.start({ suite })
    const files = session.workspace?.files ?? ""
    Shared.writeContext(files, "app")
    fs.mkdirSync(path.join(files, "slow"))
    fs.writeFileSync(path.join(files, "slow", "Dockerfile"), "FROM bb\nRUN echo began && sleep 60\n")
    fs.writeFileSync(
      path.join(files, "compose.yaml"),
      "name: faults\nservices:\n  web:\n    build: ./app\n    init: true\n    command: sleep 1000\n    volumes: [./app:/app]\n"
    )
  })
  afterAll(() => shared.stop())

  /** Runs a command without the shim and through it, in the same surroundings. */
  const both = async (
    words: ReadonlyArray<string>,
    around: (docker: ReadonlyArray<string>) => ReadonlyArray<string> = (docker) => docker,
    shimmed: Readonly<Record<string, string | undefined>> = Shared.shimmed(shared, session)
  ) => {
    const [file = "", ...args] = around(["docker", ...words])
    const env: typeof shimmed = { HELIX_TASK_NUMBER: "", WORKSPACE_DIR: session.workspace?.daemonPath }
    const shim = { ...env, ...shimmed }
    const run = (given: typeof env) => session.run(file, args, { env: given, timeout: 120_000 })
    return { direct: seen(await run(env)), shim: seen(await run(shim)) }
  }
  const assertAlike = async (result: Promise<Awaited<ReturnType<typeof both>>>, said: ReadonlyArray<RegExp>) => {
    const { direct, shim } = await result
    assert.deepStrictEqual({ ...shim, shim: [] }, direct)
    assert.notStrictEqual(direct.code, 0)
    assert.lengthOf(shim.shim, said.length, JSON.stringify(shim))
    said.forEach((one, at) => assert.match(shim.shim[at] ?? "", one))
  }
  const notShared = /^docker-shim: build cache not shared: .*; see 'docker-shim doctor'$/

  it("it cannot be used by this user", async () => {
    const other = (docker: ReadonlyArray<string>) => [
      "setpriv",
      ...["--reuid=65534", "--regid=65534", "--clear-groups"],
      ...docker
    ]
    // the Node form lies where this user may not look
    const readable = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-readable-"))
    fs.chmodSync(readable, 0o755)
    fs.copyFileSync(path.resolve(import.meta.dirname, "../../dist/docker-shim"), path.join(readable, "docker"))
    const shimmed = { PATH: `${readable}:${session.client.env["PATH"] ?? ""}` }
    try {
      await assertAlike(both(commands["ps"] ?? [], other, shimmed), [])
      await assertAlike(both(commands["run"] ?? [], other, shimmed), [])
      await assertAlike(both(commands["build"] ?? [], other, shimmed), [notShared])
    } finally {
      fs.rmSync(readable, { recursive: true })
    }
  })

  it("it goes away in the middle: the command ends as docker ends, and nothing of the build stays in the cache", async () => {
    for (const kind of ["build", "run"] as const) {
      const words = kind === "build"
        ? ["build", "--progress=plain", "-t", "slow", "slow"]
        : ["run", "--rm", "-v", "./app:/app", "bb", "sh", "-c", "echo began; sleep 60"]
      const child = session.spawn("docker", words, { env: Shared.shimmed(shared, session) })
      let printed = ""
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (chunk: Buffer) => printed += chunk.toString())
      }
      for (const end = Date.now() + 60_000; !/(?:^|\s)began\n/.test(printed) && Date.now() < end;) await sleep(50)
      assert.match(printed, /(?:^|\s)began\n/)
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
      await session.engine().kill()
      assert.notInclude([0, null], await ended)
      const left = fs.readdirSync(shared.cache, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:incoming|leases)\/./.test(name))
      assert.deepStrictEqual(left, [])
      await session.renewEngine()
      await BaseImage.load(session)
    }
  })

  describe("nothing can be written", () => {
    const readOnly = (...directories: ReadonlyArray<string>) => (docker: ReadonlyArray<string>) => [
      ...["unshare", "-m", "--propagation", "private", "sh", "-c"],
      `${
        directories.map((one) => `mount --bind "${one}" "${one}" && mount -o remount,bind,ro "${one}"`).join(" && ")
      } && exec "$@"`,
      "sh",
      ...docker
    ]
    /** No room for a byte: what is made there is empty. */
    const full = (docker: ReadonlyArray<string>) => [
      ...["unshare", "-m", "--propagation", "private", "sh", "-c"],
      "mount -t tmpfs -o size=4k tmpfs /mnt && head -c 4096 /dev/zero > /mnt/x; "
      + "export TMPDIR=/mnt XDG_RUNTIME_DIR=/mnt; exec \"$@\"",
      "sh",
      ...docker
    ]

    it("home, workspace and cache are read-only: builds and mounts go on", async () => {
      const around = readOnly("/home/retro", Shared.cacheTarget)
      const built = await both(commands["build"] ?? [], around)
      assert.deepStrictEqual([built.direct.code, built.shim.code], [0, 0], JSON.stringify(built))
      assert.deepStrictEqual(built.shim.shim, [], "a read-only mount is somebody's decision")
      const ran = await both(["run", "--rm", "-v", "./app:/app", "bb", "cat", "/app/source.txt"], around)
      assert.deepStrictEqual([ran.shim.code, ran.shim.shim], [0, []])
    })

    it("the temporary directory is full: the shim finds another place", async () => {
      // Compose of docker 28.5 itself needs a file there to build
      const { direct, shim } = await both(["compose", "build"], full)
      assert.strictEqual(shim.code, direct.code, JSON.stringify(shim))
      assert.deepStrictEqual(shim.shim, [], JSON.stringify(shim))
    })
  })

  it("it is not there", async () => {
    await session.engine().kill()
    // what was remembered of the builder holds as long as the socket is the same: then there is nothing to say
    fs.rmSync(session.socket, { force: true })
    for (const [name, words] of Object.entries(commands)) {
      await assertAlike(both(words), name === "build" || name === "up" ? [notShared] : [])
    }
    await session.renewEngine()
  })
})
