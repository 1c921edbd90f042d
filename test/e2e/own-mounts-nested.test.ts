/**
 * `DOCKER_SHIM_PATH_MAP=auto` where a container of an engine has an engine of its own: clients in that container and in one of
 * its engine, and either engine.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as CarriedPrograms from "../real-docker/CarriedPrograms.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { generations } from "../shell/program.ts"

const work = "/home/retro/work"
const auto = { DOCKER_SHIM_PATH_MAP: "auto" }

describeReal.each([...generations])("docker %s, with an engine in a container", (generation) => {
  let session: Session.Session

  /** Runs a command in the container that has the second engine. */
  const inside = (
    words: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = auto
  ): Promise<Client.Outcome> =>
    session.run("docker", [
      "exec",
      "-w",
      work,
      ...Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
      "desktop",
      ...words
    ])
  const must = async (asked: Promise<Client.Outcome>): Promise<Client.Outcome> => {
    const ran = await asked
    const log = ran.code === 0 ? "" : (await session.run("docker", ["logs", "--tail", "5", "desktop"])).stderr
    assert.strictEqual(ran.code, 0, `${ran.stderr}${log}`)
    return ran
  }
  const cat = (source: string): ReadonlyArray<string> => [
    ...["docker", "run", "--rm", "-v", `${source}:/mounted`, "bb", "cat", "/mounted/file.txt"]
  ]

  beforeAll(async () => {
    session = await Session.start({ suite: generation })
    await BaseImage.load(session)
    CarriedPrograms.prepare(session)
    const files = path.join(session.directory, "files")
    for (const [name, text] of [["app/file.txt", "the user's\n"], ["app/sub/file.txt", "below\n"]] as const) {
      fs.mkdirSync(path.dirname(path.join(files, name)), { recursive: true })
      fs.writeFileSync(path.join(files, name), text)
    }
    const image = path.join(files, "bb.tar")
    await session.docker(["save", "-o", image, "bb"])
    // the first process ends with the second engine, and all that this has started with that
    const engine = ["dockerd", "--data-root", "/nested", "--iptables=false", "-H", "unix:///nested.sock"]
    await session.docker([
      ...[
        "run",
        "-d",
        "--init",
        "--privileged",
        "--tmpfs",
        "/run",
        "--tmpfs",
        "/tmp",
        "--name",
        "desktop",
        "-v",
        `${session.socket}:/outer.sock`
      ],
      ...["-v", "nested:/nested", "-v", "nested-containerd:/opt/containerd", "-v", `${files}:${work}`],
      ...CarriedPrograms.words(session),
      ...["-e", "DOCKER_HOST=unix:///nested.sock", "bb", ...engine]
    ])
    await must(inside(["sh", "-c", "until docker version > /dev/null 2>&1; do sleep 0.2; kill -0 1; done"], {}))
    await must(inside(["docker", "load", "-q", "-i", `${work}/bb.tar`], {}))
  }, 120_000)
  afterAll(() => session.stop())

  it("sees that a client beside that engine has its files, and maps nothing", async () => {
    const ran = await must(inside(cat(`${work}/app`)))
    assert.deepStrictEqual([ran.stdout, ran.stderr], ["the user's\n", ""])
    const wrong = await must(inside(cat(`${work}/app`), { ...auto, WORKSPACE_DIR: "/wrong" }))
    assert.strictEqual(wrong.stdout, "the user's\n")
    assert.match(wrong.stderr, /WORKSPACE_DIR says that the daemon has .* at \/wrong, but/)
  })

  it("maps for the same client by its container where it asks the outer engine", async () => {
    const outer = { ...auto, DOCKER_HOST: "unix:///outer.sock", DOCKER_SHIM_DOCKER_HOST: "unix:///outer.sock" }
    assert.strictEqual((await must(inside(cat("./app"), outer))).stdout, "the user's\n")
    assert.strictEqual((await must(inside(cat("./app/sub"), outer))).stdout, "below\n")
  })

  it("never maps for a client in a container of that engine by the outer's binds, and says what is not certain", async () => {
    const carried = CarriedPrograms.places.filter((one) => one !== "/lib64" || fs.existsSync(one))
    const mounts = [...carried, "/config/cli-plugins"].flatMap((one) => ["-v", `${one}:${one}:ro`])
    await must(inside([
      ...["docker", "run", "-d", "--init", "--name", "second", "-v", "/nested.sock:/var/run/docker.sock"],
      ...[...mounts, "-e", CarriedPrograms.searchPath, "-e", "HOME=/root", "-e", "DOCKER_SHIM_CACHE=off"],
      ...["-v", `${work}/app:${work}`, "-v", "vol:/vol", "bb", "sleep", "1000"]
    ]))
    const within = (source: string, env: Readonly<Record<string, string>> = auto): Promise<Client.Outcome> => {
      const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`])
      return inside(["docker", "exec", "-w", work, ...variables, "second", ...cat(source)], {})
    }
    // the kernel shows where the outer engine has it, which proves nothing of the inner one
    const ran = await within("./sub")
    assert.notInclude(ran.stdout, "below")
    assert.include(
      ran.stderr,
      `where the daemon has ${work} is not certain, so the path stays; name the place in DOCKER_SHIM_PATH_MAP`
    )
    const named = { DOCKER_SHIM_PATH_MAP: `auto;${work}=${work}/app` }
    assert.strictEqual((await must(within("./sub", named))).stdout, "below\n")
    const workspace = { ...auto, WORKSPACE_DIR: `${work}/app` }
    assert.deepStrictEqual(await must(within(work, workspace)).then(({ stderr, stdout }) => [stdout, stderr]), [
      "the user's\n",
      ""
    ])
    // what is the inner engine's own is proved: a volume of it
    const volume = ["-v", "vol:/vol", "bb", "sh", "-c", "echo volume > /vol/file.txt"]
    await must(inside(["docker", "run", "--rm", ...volume]))
    assert.strictEqual((await must(within("/vol"))).stdout, "volume\n")
  })
})
