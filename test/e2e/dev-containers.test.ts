/**
 * Containers that were given the cache directory build with the docker client that they hold: as root, as another user, and
 * at the same time.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as CacheInspection from "../../src/shell/cache/CacheInspection.ts"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { built, starting } from "../shell/program.ts"

/** The program in the containers, which have no Node. */
const standalone = fileURLToPath(new URL("../../dist/docker-shim", import.meta.url))

/** Who builds, all at once: the user of each container. */
const users = ["0:0", "1000:1000", "1000:1000"]

describeReal.each(["28.5", "26.1"] as const)("dev containers with docker %s", (suite) => {
  let session: Session.Session
  const cache = (): string => path.join(session.directory, "machine/buildkit-cache")
  beforeAll(async () => {
    session = await Session.start({ suite })
    await start()
  })
  afterAll(() => session.stop())

  /** Any user may use the engine: that is the machine's matter, not the cache's. */
  const start = async (): Promise<void> => {
    await BaseImage.load(session)
    fs.chmodSync(session.socket, 0o666)
  }

  const own = async (...args: ReadonlyArray<string>): Promise<string> => {
    const [file, ...words] = starting(built)
    return Client.stdoutOf(await session.run(file, [...words, ...args]))
  }

  /** Builds in a container of its own: its namespaces and user, and the machine's programs. */
  const build = (user: string, tag: string, mount: string): Promise<Client.Outcome> => {
    const readOnly = (source: string, target: string) => ["-v", `${source}:${target}:ro`]
    return session.run("docker", [
      ...["run", "--rm", "--network=none", "--tmpfs", "/tmp:mode=1777", "--user", user, "--mount", mount],
      ...readOnly("/lib", "/lib"),
      ...readOnly("/lib64", "/lib64"),
      ...readOnly("/usr/lib", "/usr/lib"),
      ...readOnly(session.suite.bin, "/opt/docker"),
      ...readOnly(path.join(session.suite.bin, "cli-plugins"), "/usr/libexec/docker/cli-plugins"),
      ...readOnly(standalone, "/opt/shim/docker"),
      ...readOnly(path.join(session.directory, "context"), "/context"),
      ...["-v", `${session.socket}:/var/run/docker.sock`],
      ...["-e", "HOME=/tmp", "-e", "PATH=/opt/shim:/opt/docker:/bin", "-e", "BUILDKIT_PROGRESS=plain"],
      ...["bb", "docker", "build", "-t", tag, "/context"]
    ], { timeout: 300_000 })
  }

  it("read and write the cache as root and as uid 1000, three at once", async () => {
    const machine = path.join(session.directory, "machine")
    await own("cache", "init", "--root", machine, "--mode", "0777")
    const mount = /^docker +--mount (.*)$/m.exec(await own("mounts", "--root", machine))?.[1] ?? ""
    Shared.writeContext(session.directory, "context")
    const check = (user: string, { code, stderr }: Client.Outcome): void => {
      assert.strictEqual(code, 0, `${user}: ${stderr}`)
      assert.deepStrictEqual(stderr.split("\n").filter((line) => line.startsWith("docker-shim:")), [], user)
      assert.notMatch(stderr, /permission denied|could not lock/i, user)
    }
    const outcomes = await Promise.all(users.map((user, at) => build(user, `app:${at}`, mount)))
    for (const [at, outcome] of outcomes.entries()) {
      check(users[at] ?? "", outcome)
      assert.strictEqual(CacheInspection.entry(cache(), `app:${at}`)._tag, "Sound")
    }

    for (const user of new Set(users)) {
      await session.renewEngine()
      await start()
      const outcome = await build(user, "app", mount)
      check(user, outcome)
      const { cached, steps } = Shared.stepsOf(outcome.stderr)
      assert.isAbove(steps, 2)
      assert.strictEqual(cached, steps, `${user}: ${outcome.stderr}`)
    }
  })
})
