/**
 * That commands which concern neither paths nor builds reach the real docker as they were typed, once, and that nothing
 * else is asked of it or of the daemon.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import { quote } from "../real-docker/Namespace.ts"
import * as RecordingDaemon from "../real-docker/RecordingDaemon.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Suite from "../real-docker/Suite.ts"
import { generations, run, shimDirectory } from "../shell/program.ts"

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  [],
  ["--help"],
  ["-v"],
  ["help", "run"],
  ["run", "--help"],
  ["build", "--help"],
  ["buildx", "build", "--help"],
  ["compose", "up", "--help"],
  ["ps"],
  ["--debug=false", "ps", "-a", "--format", "{{.ID}}", "--filter", "name=ä b\n"],
  ["--log-level=error", "--", "ps", "-q"],
  ["images", ""],
  ["volume", "ls"],
  ["rm", "-v", "web"],
  ["kill", "-s", "TERM", "web"],
  ["inspect", "--type", "volume", "data"],
  ["service", "inspect", "-f", "{{.ID}}", "web"],
  ["container", "nonsense", "-v", "/home/retro/work:/x"],
  ["compose", "version", "--short"],
  ["compose", "nonsense"],
  ["buildx", "version"],
  ["buildx", "nonsense", "build", "-t", "x", "."],
  ["__complete", "compose", "up", ""],
  ["__complete", "run", "-v", ""],
  ["__complete", "build", "--"],
  ["__completeNoDesc", "container", "r"],
  ["completion", "bash"]
]

/** Commands that the shim does not know, with a path that it would translate elsewhere. */
const foreign: ReadonlyArray<ReadonlyArray<string>> = [
  ["nonsense", "-v", "/home/retro/work:/x"],
  ["--tls=false", "nonsense", "run", "-v", "/home/retro/work:/x", "web"]
]

/** Flags that nobody knows, in front of a path: whether this docker knows them is asked before. */
const unknown: ReadonlyArray<ReadonlyArray<string>> = [
  ["--nonsense", "run", "-v", "/home/retro/work:/x", "web"],
  ["container", "-v", "/home/retro/work:/x", "run"]
]

describeReal.each(generations)("docker %s", (generation) => {
  const shim = shimDirectory("docker")
  const log = path.join(shim.directory, "log")
  let daemon: RecordingDaemon.RecordingDaemon
  let suite: Suite.Suite
  beforeAll(async () => {
    suite = await Suite.locate(generation)
    daemon = await RecordingDaemon.start()
    // the real docker as the shim finds it: notes every call, then becomes docker
    fs.writeFileSync(
      path.join(shim.directory, "docker.real"),
      `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >> ${quote(log)}\nexec ${quote(path.join(suite.bin, "docker"))} "$@"\n`,
      { mode: 0o755 }
    )
  })
  afterAll(async () => {
    shim.remove()
    await daemon.stop()
  })

  const call = async (name: string, words: ReadonlyArray<string>) => {
    daemon.clear()
    fs.rmSync(log, { force: true })
    const home = path.join(shim.directory, "home")
    fs.mkdirSync(home, { recursive: true })
    const env = {
      ...daemon.client(suite).env,
      HOME: home,
      WORKSPACE_DIR: "/data/workspaces/ses1",
      DOCKER_SHIM_CACHE_DIR: shim.directory,
      DOCKER_SHIM_DAEMON_SOCKET: "/data/s.sock"
    }
    const outcome = await run(path.join(shim.directory, name), words, { env, cwd: shim.directory })
    return {
      outcome,
      calls: fs.readFileSync(log, "utf8"),
      requests: daemon.requests.map(({ body, method, path, query }) => ({ body, method, path, query })),
      home: fs.readdirSync(home)
    }
  }

  it.each(commands.map((words) => [words]))("%j reaches it as typed, once", async (words) => {
    const direct = await call("docker.real", words)
    const through = await call("docker", words)
    assert.deepStrictEqual(through, direct)
    assert.strictEqual(through.calls, printed(words))
  })

  it.each(foreign.map((words) => [words]))(
    "%j reaches it as typed, once, behind a line about its path",
    async (words) => {
      const direct = await call("docker.real", words)
      const through = await call("docker", words)
      const line =
        "docker-shim: --volume /home/retro/work:/x: docker-shim does not know docker nonsense, and translates no path in it\n"
      const { outcome } = direct
      assert.deepStrictEqual(through, { ...direct, outcome: { ...outcome, stderr: line + outcome.stderr } })
      assert.strictEqual(through.calls, printed(words))
    }
  )

  it.each(unknown.map((words) => [words]))(
    "%j reaches it as typed, after it was asked for its flags",
    async (words) => {
      const direct = await call("docker.real", words)
      const through = await call("docker", words)
      assert.deepStrictEqual(through.outcome, direct.outcome)
      // one for each question, and those of the command itself
      const asked = through.requests.length - direct.requests.length
      assert.isAtLeast(asked, 0)
      assert.deepStrictEqual(RecordingDaemon.withoutPings(through.requests.slice(0, asked)), [])
      assert.deepStrictEqual(through.requests.slice(asked), direct.requests)
      assert.isTrue(through.calls.endsWith(printed(words)), through.calls)
      assert.include(through.calls, "\0--help\0")
    }
  )
})

/** A call as the real docker notes it. */
const printed = (words: ReadonlyArray<string>): string =>
  [String(words.length), ...words].map((word) => `${word}\0`).join("")

describeReal("the statuses of a container", () => {
  const shim = shimDirectory("docker")
  let session: Session.Session
  beforeAll(async () => {
    session = await Session.start()
    await BaseImage.load(session)
  })
  afterAll(async () => {
    shim.remove()
    await session.stop()
  })

  describe("are those of docker run through the shim", () => {
    it.each([
      [["sh", "-c", "exit 0"], 0],
      [["sh", "-c", "exit 1"], 1],
      [["sh", "-c", "exit 42"], 42],
      [["sh", "-c", "exit 255"], 255],
      [["sh", "-c", "kill -KILL $$"], 137],
      [["/etc"], 126],
      [["/absent"], 127]
    ])("%j: %i", async (words, status) => {
      const outcome = await session.run(path.join(shim.directory, "docker"), ["run", "--rm", "--init", "bb", ...words])
      assert.strictEqual(outcome.code, status)
    })

    it("125 for what docker itself refuses, with its own words", async () => {
      const words = ["run", "--rm", "-v", "/a:/b:/c:/d", "bb"]
      const through = await session.run(path.join(shim.directory, "docker"), words)
      assert.strictEqual(through.code, 125)
      assert.deepStrictEqual(through, await session.run("docker", words))
    })
  })
})
