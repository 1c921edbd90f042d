/**
 * A build cache in a registry: what one session built, the next one has, and a registry that is down costs one line.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import type * as Client from "../real-docker/Client.ts"
import * as Registry from "../real-docker/Registry.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"

describeReal.each(["28.5", "26.1"] as const)("a build cache in a registry with docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let registry: Registry.Registry
  beforeAll(async () => {
    registry = await Registry.start()
    shared = await Shared.create()
  })
  afterAll(async () => {
    await shared.stop()
    await registry.stop()
  })

  const startWithContext = async (): Promise<Session> => {
    const session = await shared.start({ suite, withoutCache: true })
    await registry.attach(session)
    Shared.writeContext(session.workspace?.files ?? "", "app")
    return session
  }
  const backend = {
    BUILDKIT_PROGRESS: "plain",
    DOCKER_SHIM_CACHE_BACKEND: `registry:${Registry.host}/cache`
  }
  /** In the engine's network, where the registry is; or in the machine's, where it is not. */
  const docker = (session: Session, args: ReadonlyArray<string>, isReached = true): Promise<Client.Outcome> =>
    isReached
      ? session.run("nsenter", ["--target", String(session.engine().init), "--net", "docker", ...args], {
        timeout: 300_000,
        env: { ...Shared.shimmed(shared, session), ...backend }
      })
      : Shared.docker(shared, session, args, { env: backend })
  const build = (session: Session, ...flags: ReadonlyArray<string>): Promise<Client.Outcome> =>
    docker(session, ["build", "-t", "team/app:1", ...flags, "app"])
  const built = async (session: Session, ...flags: ReadonlyArray<string>): Promise<string> => {
    const { code, stderr } = await build(session, ...flags)
    assert.strictEqual(code, 0, stderr)
    return stderr
  }
  const linesOfShim = (stderr: string) => stderr.split("\n").filter((line) => line.startsWith("docker-shim:"))

  it("makes every step of one session a hit in the next; a registry that is down costs a line", async () => {
    const first = await startWithContext()
    const second = await startWithContext()
    const cold = await built(first)
    assert.strictEqual(Shared.stepsOf(cold).cached, 0)
    assert.deepStrictEqual(linesOfShim(cold), [])
    const warm = await built(second)
    const { cached, steps } = Shared.stepsOf(warm)
    assert.isAbove(steps, 2)
    assert.strictEqual(cached, steps, warm)
    assert.deepStrictEqual(linesOfShim(warm), [])
    const stamp = (session: Session) => session.docker(["run", "--rm", "team/app:1", "cat", "/stamp"])
    assert.strictEqual(await stamp(second), await stamp(first))

    await registry.detach()
    const line =
      /^docker-shim: build cache not shared: nothing was stored in localhost:5000\/cache\/team\/app:[0-9a-f]+; /
    for (const flags of [["--no-cache"], ["--no-cache", "-q"], ["--metadata-file", "/home/retro/work/own.json"]]) {
      const lines = linesOfShim(await built(second, ...flags))
      assert.strictEqual(lines.length, 1, flags.join(" "))
      assert.match(lines[0] ?? "", line)
    }
    assert.include((await second.run("cat", ["own.json"])).stdout, "containerimage.digest")
    await registry.attach(second)
    assert.deepStrictEqual(linesOfShim(await built(second, "-q")), [])
  })

  it("has an entry for each tag, build and image: a new tag starts from the last, a matrix and two projects hit their own", async () => {
    const first = await startWithContext()
    const second = await startWithContext()
    const files = (session: Session) => session.workspace?.files ?? assert.fail("no workspace")
    for (const session of [first, second]) {
      for (const name of ["shop", "blog"]) {
        fs.mkdirSync(path.join(files(session), name))
        fs.writeFileSync(
          path.join(files(session), name, "Dockerfile"),
          `FROM bb
RUN echo ${name} && head -c 16 /dev/urandom | md5sum > /base
ARG V=0
RUN echo $V && head -c 16 /dev/urandom | md5sum > /stamp
`
        )
      }
    }
    const read = (session: Session, image: string, file = "/stamp") =>
      session.docker(["run", "--rm", image, "cat", file])
    const tagged = async (
      session: Session,
      image: string,
      name: string,
      v: string,
      isReached = true
    ): Promise<string> => {
      const { code, stderr } = await docker(session, ["build", "-t", image, "--build-arg", `V=${v}`, name], isReached)
      assert.strictEqual(code, 0, stderr)
      return stderr
    }
    const builds = [["shop:1", "shop", "1"], ["shop:2", "shop", "2"], ["web", "shop", "3"], [
      "web",
      "blog",
      "4"
    ]] as const
    const stamps: Array<string> = []
    for (const [image, name, v] of builds) {
      assert.deepStrictEqual(linesOfShim(await tagged(first, image, name, v)), [])
      stamps.push(await read(first, image))
    }
    for (const [at, [image, name, v]] of builds.entries()) {
      await tagged(second, image, name, v)
      assert.strictEqual(await read(second, image), stamps[at], `${image} of ${name}`)
    }
    const third = await startWithContext()
    fs.cpSync(path.join(files(first), "shop"), path.join(files(third), "shop"), { recursive: true })
    await tagged(third, "shop:3", "shop", "9")
    assert.strictEqual(await read(third, "shop:3", "/base"), await read(second, "shop:2", "/base"))

    // two services of one image, by Compose
    const services = ["shop", "blog"].map((name, at) => ({
      image: "stack:1",
      build: { context: name, args: { V: String(20 + at) } }
    }))
    const built: Array<ReadonlyArray<string>> = []
    for (const session of [first, second]) {
      const stamped: Array<string> = []
      for (const service of services) {
        fs.writeFileSync(path.join(files(session), "compose.yaml"), JSON.stringify({ services: { web: service } }))
        const { code, stderr } = await docker(session, ["compose", "build"])
        assert.strictEqual(code, 0, stderr)
        assert.deepStrictEqual(linesOfShim(stderr), [])
        stamped.push(await read(session, "stack:1"))
      }
      built.push(stamped)
    }
    assert.deepStrictEqual(built[1], built[0])
    assert.lengthOf(new Set(built[0]), 2)

    // a client that cannot reach what its daemon can
    const fourth = await startWithContext()
    fs.cpSync(path.join(files(first), "shop"), path.join(files(fourth), "shop"), { recursive: true })
    const lines = linesOfShim(await tagged(fourth, "shop:1", "shop", "1", false))
    assert.lengthOf(lines, 1)
    assert.match(
      lines[0] ?? "",
      /^docker-shim: build cache of new tags is not shared: .* connection refused\); see 'docker-shim doctor'$/
    )
    assert.strictEqual(await read(fourth, "shop:1"), stamps[0])
  })
})
