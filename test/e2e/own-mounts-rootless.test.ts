/**
 * `DOCKER_SHIM_PATH_MAP=auto` with an engine that an ordinary user runs (`dockerd --rootless`): for clients in its containers, and
 * for those beside it, who cannot be told that they see the same files.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as CarriedPrograms from "../real-docker/CarriedPrograms.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import * as Suite from "../real-docker/Suite.ts"
import { generations } from "../shell/program.ts"

const work = "/home/retro/work"
const auto = { DOCKER_SHIM_PATH_MAP: "auto" }
const [name, id] = ["rootless", "12345"]

describeReal.each([...generations])("docker %s, run by an ordinary user", (generation) => {
  let session: Session.Session
  let files = ""
  let socket = ""
  const at = (...names: ReadonlyArray<string>): string => path.join(session.directory, "rootless", ...names)
  const run = (
    file: string,
    words: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = {}
  ): Promise<Client.Outcome> => session.run(file, words, { env: { DOCKER_HOST: `unix://${socket}`, ...env } })
  const must = async (asked: Promise<Client.Outcome>): Promise<Client.Outcome> => {
    const ran = await asked
    assert.strictEqual(ran.code, 0, ran.stderr)
    return ran
  }

  /** Starts the engine; it ends with the session, in whose directory all that it has lies. */
  const startEngine = async (): Promise<void> => {
    const programs = await Suite.locateRootless()
    for (const one of ["etc", "work", "run", "home"]) fs.mkdirSync(at(one), { recursive: true })
    for (const one of ["run", "home"]) fs.chownSync(at(one), Number(id), Number(id))
    // the user, and the users that he may have in a namespace, are of this engine's own /etc
    const line = `${name}:x:${id}:${id}::${at("home")}:/bin/sh\n`
    fs.writeFileSync(at("etc/passwd"), fs.readFileSync("/etc/passwd", "utf8") + line)
    for (const file of ["etc/subuid", "etc/subgid"]) fs.writeFileSync(at(file), `${name}:200000:65536\n`)
    const overlay = `lowerdir=/etc,upperdir=${at("etc")},workdir=${at("work")}`
    const dockerd = ["dockerd", "--rootless", "--iptables=false", "--ip6tables=false", "-H", `unix://${socket}`]
    const words = [
      ...["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "rootlesskit", "--state-dir", at("run/kit")],
      ...["--net=host", "--copy-up=/etc", "--copy-up=/run", "--copy-up=/opt", "--propagation=rslave"],
      // the network of the user's own namespace, without a way out
      ...[
        "unshare",
        "--net",
        ...dockerd,
        "--data-root",
        at("home/data"),
        "--exec-root",
        at("run/exec"),
        "-p",
        at("run/pid")
      ]
    ]
    const script = `mount -t overlay overlay -o '${overlay}' /etc && exec "$@"`
    const namespaces = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
    const log = fs.openSync(at("log"), "a")
    session.spawn("unshare", [...namespaces, "sh", "-c", script, "sh", ...words], {
      env: {
        PATH: `${path.join(programs, "usr/bin")}:${session.client.env["PATH"] ?? ""}`,
        HOME: at("home"),
        XDG_RUNTIME_DIR: at("run")
      },
      stdio: ["ignore", log, log]
    })
    fs.closeSync(log)
    for (let tries = 0; (await run("docker", ["ps"])).code !== 0; tries += 1) {
      assert.isBelow(tries, 100, fs.readFileSync(at("log"), "utf8").slice(-1_000))
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  beforeAll(async () => {
    session = await Session.start({ suite: generation })
    await BaseImage.load(session)
    CarriedPrograms.prepare(session)
    fs.mkdirSync(at("out"), { recursive: true })
    fs.symlinkSync(CarriedPrograms.program(session), at("out/docker"))
    socket = at("run/docker.sock")
    files = at("files")
    fs.mkdirSync(path.join(files, "app"), { recursive: true })
    fs.writeFileSync(path.join(files, "app/file.txt"), "the user's\n")
    await startEngine()
    await session.docker(["save", "-o", at("bb.tar"), "bb"])
    await must(run("docker", ["load", "-q", "-i", at("bb.tar")]))
    const words = ["-v", `${socket}:/var/run/docker.sock`, "-v", `${files}:${work}`, ...CarriedPrograms.words(session)]
    await must(run("docker", ["run", "-d", "--init", "--name", "desktop", ...words, "bb", "sleep", "1000"]))
  }, 120_000)
  afterAll(() => session.stop())

  const cat = (source: string): ReadonlyArray<string> => [
    ...["docker", "run", "--rm", "-v", `${source}:/mounted`, "bb", "cat", "/mounted/file.txt"]
  ]

  it("is rootless", async () => {
    assert.include((await must(run("docker", ["info", "-f", "{{.SecurityOptions}}"]))).stdout, "name=rootless")
  })

  it("maps by the binds of the container that a client is in", async () => {
    const inside = ["exec", "-w", work, "-e", "DOCKER_SHIM_PATH_MAP=auto", "desktop"]
    assert.strictEqual((await must(run("docker", [...inside, ...cat("./app")]))).stdout, "the user's\n")
    const plain = await run("docker", ["exec", "-w", work, "desktop", ...cat("./app")])
    assert.notStrictEqual(plain.code, 0, "without the setting the mount is empty")
  })

  it("says to a client beside it that nothing is certain, and translates nothing: its user, and root", async () => {
    const env = { ...auto, PATH: `${at("out")}:${session.client.env["PATH"] ?? ""}`, DOCKER_SHIM_CACHE: "off" }
    const asUser = ["--reuid", id, "--regid", id, "--clear-groups", ...cat(path.join(files, "app"))]
    const [file = "", ...words] = cat(path.join(files, "app"))
    for (
      const asked of [
        run("setpriv", asUser, { ...env, HOME: at("home") }),
        run(file, words, { ...env, HOME: session.directory })
      ]
    ) {
      const ran = await must(asked)
      assert.strictEqual(ran.stdout, "the user's\n")
      assert.match(
        ran.stderr,
        /^docker-shim: DOCKER_SHIM_PATH_MAP=auto: no path is translated: the shim cannot tell [^\n]*\n$/
      )
    }
  })
})
