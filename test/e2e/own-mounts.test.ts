/**
 * `DOCKER_SHIM_PATH_MAP=auto` in real containers: the client runs in a container of the engine that it talks to, and nothing
 * tells it where that engine has its files.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as CarriedPrograms from "../real-docker/CarriedPrograms.ts"
import type * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Session from "../real-docker/Session.ts"
import { built, form, generations } from "../shell/program.ts"

const work = "/home/retro/work"
const auto = { DOCKER_SHIM_PATH_MAP: "auto" }

describeReal.each([...generations, "20.10" as const])("docker %s, with a client in a container", (generation) => {
  let session: Session.Session
  let files = ""

  beforeAll(async () => {
    session = await Session.start({ suite: generation })
    await BaseImage.load(session)
    files = path.join(session.directory, "files of ses1")
    for (const [name, text] of [["app/file.txt", "the user's\n"], ["app/sub/file.txt", "below\n"]] as const) {
      fs.mkdirSync(path.dirname(path.join(files, name)), { recursive: true })
      fs.writeFileSync(path.join(files, name), text)
    }
    fs.writeFileSync(
      path.join(files, "compose.yaml"),
      "services:\n  web:\n    image: bb\n    command: cat /app/file.txt\n    volumes: [\"./app:/app\"]\n"
    )
    CarriedPrograms.prepare(session)
    // for clients that are in no container
    const outside = path.join(session.directory, "outside")
    fs.mkdirSync(outside)
    fs.symlinkSync(built, path.join(outside, "docker"))
  })
  afterAll(() => session.stop())

  /** Starts a container that sleeps, with Docker's socket at its usual place. */
  const desktop = async (name: string, ...words: ReadonlyArray<string>): Promise<void> => {
    const socket = ["-v", `${session.socket}:/var/run/docker.sock`]
    await session.docker([
      "run",
      "-d",
      "--init",
      "--name",
      name,
      ...socket,
      ...CarriedPrograms.words(session),
      ...words,
      "bb",
      "sleep",
      "1000"
    ])
  }

  const inside = (
    name: string,
    words: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = auto,
    more: ReadonlyArray<string> = []
  ): Promise<Client.Outcome> => {
    const variables = Object.entries(env).flatMap(([one, value]) => ["-e", `${one}=${value}`])
    return session.run("docker", ["exec", "-w", work, ...variables, ...more, name, ...words])
  }

  const cat = (source: string, file: string): ReadonlyArray<string> => [
    ...["docker", "run", "--rm", "-v", `${source}:/mounted`, "bb", "cat", `/mounted/${file}`]
  ]

  const gives = async (asked: Promise<Client.Outcome>, stdout: string): Promise<string> => {
    const ran = await asked
    assert.deepStrictEqual([ran.code, ran.stdout], [0, stdout], ran.stderr)
    return ran.stderr
  }

  it("a bind of the container is the mapping, and nothing need be set", async () => {
    await desktop("binds", "-v", `${files}:${work}`)
    const plain = await inside("binds", cat(`${work}/app`, "file.txt"), {})
    assert.notStrictEqual(plain.code, 0, "without the setting the mount is empty")
    await gives(inside("binds", cat(`${work}/app`, "file.txt")), "the user's\n")
    await gives(inside("binds", cat("./app/sub", "file.txt")), "below\n")
    // what was found is remembered, and used
    const { stdout } = await inside("binds", ["docker-shim", "explain", "--", ...cat("./app", "file.txt")])
    assert.match(stdout, /is its container [0-9a-f]{12}: .*\/home\/retro\/work at .*files of ses1/)
    assert.match(stdout, /\(found: mounts of container [0-9a-f]{12}\)/)
    // a container gets the session's socket, wherever the daemon has that
    await gives(
      inside("binds", ["docker", "run", "--rm", "-v", "/var/run/docker.sock:/s", "bb", "test", "-S", "/s"]),
      ""
    )
  })

  it("doctor sees each mapping by the daemon's own eyes, and a WORKSPACE_DIR that says otherwise", async () => {
    const { stdout } = await inside("binds", ["docker-shim", "doctor", "--json"], { ...auto, WORKSPACE_DIR: "/wrong" })
    const { findings } = JSON.parse(stdout) as { readonly findings: ReadonlyArray<Readonly<Record<string, string>>> }
    const about = (part: string) => findings.filter((one) => one["part"] === part)
    assert.deepStrictEqual(about("path map").map(({ state }) => state), ["ok"])
    assert.match(about("WORKSPACE_DIR")[0]?.["evidence"] ?? "", /at \/wrong, but it has it at .*files of ses1/)
    assert.strictEqual(about("WORKSPACE_DIR")[0]?.["next"], "unset it, here and in /etc/docker-shim.env")
    assert.notInclude((await inside("binds", ["docker-shim", "doctor", "--json"])).stdout, "\"WORKSPACE_DIR\"")
    const user = about("mapping").find(({ evidence }) => evidence?.startsWith(`${work} is `))
    assert.match(user?.["evidence"] ?? "", /files of ses1 for the daemon \(found: .*\): it sees a file made there$/)
    assert.deepStrictEqual(about("mapping").filter(({ state }) => state === "fail"), [])
    const said = await gives(
      inside("binds", cat(`${work}/app`, "file.txt"), { ...auto, WORKSPACE_DIR: "/wrong" }),
      "the user's\n"
    )
    assert.match(said, /WORKSPACE_DIR says that the daemon has \/home\/retro\/work at \/wrong/)
  })

  it("a Compose project gets it", async () => {
    // 20.10 has no Compose of its own
    if (generation === "20.10") {
      assert.isUndefined(session.suite.versions.compose)
      return
    }
    const ran = await inside("binds", ["docker", "compose", "run", "--rm", "-T", "web"])
    assert.deepStrictEqual([ran.code, ran.stdout], [0, "the user's\n"], ran.stderr)
  })

  it("another user of the container finds the same", async () => {
    fs.chmodSync(session.socket, 0o666)
    const as = ["-u", "1000:1000", "-e", "HOME=/tmp/user"]
    await gives(inside("binds", cat(`${work}/app`, "file.txt"), auto, as), "the user's\n")
  })

  it("a volume is one too, and what is mounted over it is not", async () => {
    await session.docker([
      "run",
      "--rm",
      "-v",
      "work:/w",
      "bb",
      "sh",
      "-c",
      "mkdir /w/app; echo volume > /w/app/file.txt"
    ])
    const over = ["--tmpfs", `${work}/tmp`, "-v", `modules:${work}/node_modules`]
    await desktop("volumes", "-v", `work:${work}`, ...over)
    await inside("volumes", ["sh", "-c", "echo own > node_modules/file.txt; echo here > tmp/file.txt"], {})
    await gives(inside("volumes", cat("./app", "file.txt")), "volume\n")
    await gives(inside("volumes", cat("./node_modules", "file.txt")), "own\n")
    const hole = await inside("volumes", cat("./tmp", "file.txt"))
    assert.notInclude(hole.stdout, "here")
    assert.include(
      hole.stderr,
      `the daemon does not have ${work}/tmp: it is mounted over ${work} in this container only`
    )
    const whole = await inside("volumes", cat(".", "app/file.txt"))
    assert.include(whole.stderr, `without this session's ${work}/node_modules and ${work}/tmp`)
  })

  it("a container that a container started has mappings of its own", async () => {
    const socket = ["-v", "/var/run/docker.sock:/var/run/docker.sock"]
    const mounts = CarriedPrograms.places.flatMap((one) => ["-v", `${one}:${one}:ro`])
    const words = [...socket, ...mounts, "-v", `./app:${work}`, "-e", CarriedPrograms.searchPath]
    const started = ["docker", "run", "-d", "--init", "--name", "second", "-e", "DOCKER_SHIM_CACHE=off", ...words, "bb"]
    const ran = await inside("binds", [...started, "sleep", "1000"])
    assert.strictEqual(ran.code, 0, ran.stderr)
    await gives(inside("second", cat("./sub", "file.txt")), "below\n")
  })

  it("a container that shares another's network is not taken for that one", async () => {
    await desktop("sidecar", "--network", "container:binds", "-v", `${path.join(files, "app")}:${work}`)
    await gives(inside("sidecar", cat("./sub", "file.txt")), "below\n")
    await gives(inside("binds", cat("./app/sub", "file.txt")), "below\n")
  })

  it("a process with mounts of its own in the container is not mapped by the container's", async () => {
    const script =
      `mount -t tmpfs none ${work} && mkdir -p ${work}/app && echo sandbox > ${work}/app/file.txt && exec "$@"`
    const words = ["unshare", "-m", "sh", "-c", script, "sh", ...cat(`${work}/app`, "file.txt")]
    const mayMount = ["--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined"]
    await desktop("sandbox", ...mayMount, "-v", `${files}:${work}`)
    await gives(inside("sandbox", cat(`${work}/app`, "file.txt")), "the user's\n")
    const ran = await inside("sandbox", words)
    assert.notInclude(ran.stdout, "the user's", "that is not what the process sees")
    assert.match(ran.stderr, /no path is translated|the daemon does not have/)
  })

  it("a client outside says once that it does not know, and translates nothing", async () => {
    const shim = path.join(session.directory, "outside")
    const env = { ...auto, PATH: `${shim}:${session.client.env["PATH"] ?? ""}`, DOCKER_SHIM_CACHE: "off" }
    const [file = "", ...words] = cat(path.join(files, "app"), "file.txt")
    const first = await gives(session.run(file, words, { env }), "the user's\n")
    assert.match(
      first,
      /^docker-shim: DOCKER_SHIM_PATH_MAP=auto: no path is translated: the shim cannot tell [^\n]*\n$/
    )
    assert.strictEqual(await gives(session.run(file, words, { env }), "the user's\n"), "")
  })

  it("a client that sees what the daemon sees needs no mapping, whatever WORKSPACE_DIR says", async () => {
    const shim = path.join(session.directory, "outside")
    const same = async (
      words: ReadonlyArray<string>,
      more: Readonly<Record<string, string>>
    ): Promise<Client.Outcome> => {
      const home = path.join(session.directory, "same")
      fs.mkdirSync(home, { recursive: true })
      const entering = ["-t", String(session.engine().init), "-m", "-p", "-n", ...words]
      const env = { ...auto, ...more, HOME: home, PATH: `${shim}:${session.client.env["PATH"] ?? ""}` }
      return await session.run("nsenter", entering, { env })
    }
    const words = cat(path.join(files, "app"), "file.txt")
    assert.strictEqual(await gives(same(words, {}), "the user's\n"), "")
    const wrong = { WORKSPACE_DIR: "/wrong", DOCKER_SHIM_USER_PATH: files }
    assert.match(
      await gives(same(words, wrong), "the user's\n"),
      /WORKSPACE_DIR says that the daemon has .* at \/wrong, but/
    )
  })

  if (form === "node") {
    it("a gateway in the container finds it for every client, and the shim leaves it to that", async () => {
      const place = "unix:///var/run/gateway.sock"
      const background =
        `docker-shim gateway --listen ${place} > /var/run/gateway.log 2>&1 & while [ ! -S /var/run/gateway.sock ]; do sleep 0.1; done; exec "$@"`
      const [file = "", ...args] = cat(`${work}/app`, "file.txt")
      // the real docker, then the shim, which asks the gateway
      for (const program of ["/docker/docker", file]) {
        const words = ["sh", "-c", background, "sh", program, ...args]
        const env = { ...auto, DOCKER_HOST: place, DOCKER_SHIM_DEBUG: "1" }
        await gives(inside("binds", words, env), "the user's\n")
        const log = await inside("binds", ["cat", "/var/run/gateway.log"], {})
        assert.include(log.stdout, "HostConfig.Binds: /home/retro/work/app:/mounted -> ")
        await inside(
          "binds",
          ["sh", "-c", "kill $(pidof node) 2>/dev/null; rm -f /var/run/gateway.sock /var/run/gateway.log"],
          {}
        )
      }
    })
  }
})
