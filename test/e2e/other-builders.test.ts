/**
 * Builds with builders that are not the engine's own, on real engines: a shared one is left to its own cache, one of the
 * session's own gets the shared cache.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as Client from "../real-docker/Client.ts"
import * as EngineBuildKit from "../real-docker/EngineBuildKit.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import type { Session } from "../real-docker/Session.ts"
import * as Shared from "../real-docker/SharedSessions.ts"
import { generations } from "../shell/program.ts"

describeReal.each(generations)("builders of docker %s", (suite) => {
  let shared: Shared.SharedSessions
  let session: Session
  /** Another session, whose BuildKit is the builders'. */
  let other: Session
  let buildKit: EngineBuildKit.EngineBuildKit
  beforeAll(async () => {
    shared = await Shared.create()
    session = await shared.start({ suite })
    other = await shared.start({ suite })
    buildKit = await EngineBuildKit.serve(other)
    for (const name of ["far", "near", "own"]) Shared.writeContext(session.workspace?.files ?? "", name)
    await session.docker(["buildx", "create", "--name", "far", "--driver", "remote", `unix://${buildKit.socket}`])
  })
  afterAll(async () => {
    await buildKit.stop()
    await shared.stop()
  })

  const docker = async (words: string, env: Readonly<Record<string, string>> = {}): Promise<Client.Outcome> => {
    const outcome = await Shared.docker(shared, session, words.split(" "), {
      env: { BUILDKIT_PROGRESS: "plain", ...env }
    })
    assert.strictEqual(outcome.code, 0, outcome.stderr)
    return outcome
  }
  const entries = (): ReadonlyArray<string> => readdirSync(shared.cache).filter((name) => !name.startsWith("."))
  const bytes = async (): Promise<number> =>
    Number(Client.stdoutOf(await session.run("du", ["-s", "-B1", "/buildkit-cache"])).split("\t")[0])

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ["--builder", "buildx build --builder far --load -t one far", {}],
    ["a builder between buildx and build", "buildx --builder far build --load -t two far", {}],
    ["BUILDX_BUILDER", "build --load -t three far", { BUILDX_BUILDER: "far" }]
  ])("fetch nothing out of a remote builder that is named by %s", async (_, words, env) => {
    const before = await bytes()
    const connections = buildKit.connections()
    const { stderr } = await docker(words, env)
    assert.isAbove(buildKit.connections(), connections, "the other engine built it")
    assert.deepStrictEqual(entries(), [])
    assert.strictEqual(await bytes(), before)
    assert.notInclude(stderr, "docker-shim:", "its own cache is the shared one: nothing is lost")
    const explained = await Shared.docker(shared, session, ["explain", "--", "docker", ...words.split(" ")], {
      env,
      file: "docker-shim"
    })
    assert.match(
      Client.stdoutOf(explained),
      /a builder of the driver remote keeps a cache of its own, which all who use it share/
    )
  })

  it("fetch nothing out of a remote builder for Compose", async () => {
    const files = session.workspace?.files ?? ""
    mkdirSync(join(files, "project"), { recursive: true })
    writeFileSync(join(files, "project/compose.yaml"), "services: {app: {build: ../far, command: 'true'}}\n")
    const connections = buildKit.connections()
    await docker("compose --project-directory project build", { BUILDX_BUILDER: "far" })
    await docker("compose --project-directory project build --builder far")
    assert.isAbove(buildKit.connections(), connections)
    assert.deepStrictEqual(entries(), [])
  })

  it("share the cache in a builder of the driver docker-container, and in docker's own", async () => {
    await buildKit.attach(session, "buildkit-of-other")
    const options = ["--driver", "docker-container", "--driver-opt", "image=buildkit-of-other"]
    await session.docker(["buildx", "create", "--name", "own", ...options])
    const connections = buildKit.connections()
    await docker("buildx build --builder own --load -t own own")
    assert.isAbove(buildKit.connections(), connections)
    assert.deepStrictEqual(entries(), ["own"])
    const stamp = await session.docker(["run", "--rm", "own", "cat", "/stamp"])

    // the same in another builder: docker's own
    const warm = await docker("build -t own own")
    const { cached, steps } = Shared.stepsOf(warm.stderr)
    assert.isAbove(steps, 2)
    assert.strictEqual(cached, steps, warm.stderr)
    assert.strictEqual(await session.docker(["run", "--rm", "own", "cat", "/stamp"]), stamp)
    await session.docker(["buildx", "rm", "own"])
  })
})
