/**
 * Commands of Compose that the shim once left alone, or broke, in sessions whose client does not see the daemon's files.
 */
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, assert, beforeAll, it } from "vitest"
import * as Case from "../compose-corpus/Case.ts"
import * as Containers from "../compose-corpus/Containers.ts"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"

const userPath = "/home/retro/work"

describeReal.each(["28.5", "26.1"] as const)("compose of docker %s", (suite) => {
  let session: ShimmedSession.ShimmedSession
  const projects: Array<string> = []
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
  })
  afterEach(async () => {
    for (const project of projects.splice(0)) await session.directCompose(["-p", project, "down", "-v", "-t", "0"])
  })
  afterAll(async () => {
    await session.stop()
  })

  /** Places files in a project's directory of the user's, and takes its containers away after the test. */
  const place = (name: string, files: Readonly<Record<string, string>>): string => {
    for (const [file, content] of Object.entries(files)) {
      const path = join(session.files, name, file)
      mkdirSync(join(path, ".."), { recursive: true })
      writeFileSync(path, content)
    }
    projects.push(`helix-task-12-${name}`)
    return join(userPath, name)
  }
  const succeed = async (args: ReadonlyArray<string>, options: Client.RunOptions): Promise<string> =>
    Client.stdoutOf(await session.compose(args, options))
  const web = "image: bb, command: sleep 600, init: true"

  it("sees that the client has nothing of the daemon's files", async () => {
    assert.strictEqual(Client.stdoutOf(await session.run("ls", ["-A", "/data"])), "")
  })

  it("gives a build and a container the same secret, each by its own path", async () => {
    const cwd = join(userPath, Case.place(Case.find("build-secrets"), session.files).split("/").at(-1) ?? "")
    projects.push("helix-task-12-build-secrets")
    await succeed(["up", "-d", "--build"], { cwd })
    const read = (service: string, ...paths: ReadonlyArray<string>) =>
      succeed(["exec", "-T", service, "cat", ...paths], { cwd })
    assert.strictEqual(
      await read("both", "/token", "/run/secrets/token", "/run/secrets/renamed"),
      "open sesame\nopen sesame\nopen sesame"
    )
    assert.strictEqual(await read("built", "/token"), "open sesame")
    assert.strictEqual(
      await read("mounted", "/run/secrets/token", "/run/secrets/only-mounted"),
      "open sesame\nopen sesame"
    )
  })

  it("has each path of a project opened by the side that the documentation names", async () => {
    const cwd = place("openers", {
      "compose.yaml": `
include: [included/more.yaml]
services:
  web:
    extends: {file: base.yaml, service: base}
    build:
      context: ./context
      dockerfile: ../Dockerfile
      additional_contexts: {more: ./more}
    volumes: ["./bind:/bind", "device:/device"]
    configs: [{source: conf, target: /conf}]
    secrets: [mounted]
    env_file: own.env
    security_opt: ["seccomp=./seccomp.json"]
${suite === "28.5" ? "    label_file: [own.labels]" : ""}
configs: {conf: {file: ./conf.txt}}
secrets: {mounted: {file: ./secret.txt}}
volumes: {device: {driver_opts: {type: none, o: bind, device: "\${PWD}/device"}}}
`,
      "base.yaml":
        `services: {base: {init: true, command: sleep 600, environment: {FROM_DOTENV: "$\{FROM_DOTENV}"}}}\n`,
      "included/more.yaml": `services: {more: {${web}, volumes: ["./bind:/bind"]}}\n`,
      ".env": "FROM_DOTENV=dotenv\n",
      "own.env": "FROM_FILE=file\n",
      "own.labels": "label=file\n",
      "seccomp.json": "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}\n",
      Dockerfile: "FROM bb\nCOPY file /context\nCOPY --from=more file /more\n",
      "context/file": "context\n",
      "more/file": "more\n",
      "bind/file": "bind\n",
      "device/file": "device\n",
      "included/bind/file": "included\n",
      "conf.txt": "conf\n",
      "secret.txt": "secret\n"
    })
    await succeed(["up", "-d", "--build"], { cwd })
    const files = ["/bind/file", "/device/file", "/conf", "/run/secrets/mounted", "/context", "/more"]
    assert.strictEqual(
      await succeed(["exec", "-T", "web", "sh", "-c", `cat ${files.join(" ")}; echo $FROM_DOTENV $FROM_FILE`], { cwd }),
      "bind\ndevice\nconf\nsecret\ncontext\nmore\ndotenv file"
    )
    assert.strictEqual(await succeed(["exec", "-T", "more", "cat", "/bind/file"], { cwd }), "included")
  })

  it.each([[["-f", "-"], {}], [[], { COMPOSE_FILE: "-" }]])(
    "keeps the working directory as the project's with %j and %j",
    async (args, env) => {
      const cwd = place("piped", { ".env": "VALUE=dotenv\n", "own.env": "OWN=file\n", "src/file": "here\n" })
      const stdin =
        `services: {web: {${web}, environment: {VALUE: "$\{VALUE}"}, env_file: own.env, volumes: ["./src:/src"]}}`
      await succeed([...args, "up", "-d"], { cwd, env, stdin })
      const [container] = await Containers.of(session, "helix-task-12-piped")
      if (container === undefined) throw new Error("no container of the project helix-task-12-piped")
      assert.strictEqual(
        await session.direct(["exec", container.id, "sh", "-c", "echo $VALUE $OWN; cat /src/file"]),
        "dotenv file\nhere"
      )
    }
  )

  it("names a project once when its model comes back by `config | up`, and asks nothing of an unchanged one", async () => {
    const cwd = place("twice", { "compose.yaml": `services: {web: {${web}, volumes: ["./src:/src"]}}`, "src/file": "" })
    const piped = "docker compose config | docker compose -f - up -d"
    Client.stdoutOf(await session.run("bash", ["-o", "pipefail", "-c", piped], { cwd }))
    assert.strictEqual(
      await succeed(["ps", "--format", "{{.Project}} {{.Name}}"], { cwd }),
      "helix-task-12-twice helix-task-12-twice-web-1"
    )
    for (const dry of [["--dry-run", "up", "-d"], ["up", "-d", "--dry-run"]]) {
      const { stderr } = await session.compose(dry, { cwd })
      assert.match(stderr, /helix-task-12-twice-web-1 +Running/)
      assert.notMatch(stderr, /Recreate/)
    }
  })

  it("says once what exists under another name of the project", async () => {
    const cwd = place("renamed", {
      "compose.yaml": `services: {web: {${web}, volumes: ["data:/data"]}}\nvolumes: {data: }\n`
    })
    projects.push("renamed")
    const own = { DOCKER_SHIM_DAEMON_SOCKET: session.socket }
    const up = async (env: Record<string, string>) =>
      (await session.compose(["up", "-d"], { cwd, env })).stderr.split("\n").filter((line) =>
        line.startsWith("docker-shim:")
      )
    assert.deepStrictEqual(await up({}), [])
    const [earlier, data, ...more] = await up(own)
    assert.match(
      earlier ?? "",
      /^docker-shim: project renamed still runs under its earlier name helix-task-12-renamed: /
    )
    assert.match(
      data ?? "",
      /^docker-shim: project renamed does not use the volumes of project helix-task-12-renamed, which exist: /
    )
    assert.deepStrictEqual(more, [])
    assert.deepStrictEqual(await up(own), [])
    assert.strictEqual(await succeed(["ps", "--format", "{{.Name}}"], { cwd, env: own }), "renamed-web-1")

    const later = place("later", {
      "compose.yaml": `services: {web: {${web}, volumes: ["data:/data"]}}\nvolumes: {data: }\n`
    })
    projects.push("later")
    await session.directCompose(["up", "-d"], { cwd: later })
    const { stderr } = await session.compose(["up", "-d"], { cwd: later })
    assert.match(
      stderr,
      /^docker-shim: project helix-task-12-later does not use the volumes of project later, which exist/m
    )
    assert.notInclude((await session.compose(["up", "-d"], { cwd: later })).stderr, "docker-shim:")
  })

  it.each(["network-default", "empty-lists", "env-file-relative", "profiles-implicit"])(
    "makes the containers of %s, each with the user's files, and says only what it shares, once",
    async (name) => {
      const one = Case.find(name)
      Case.place(one, session.files)
      const cwd = join(userPath, name)
      const said = async () => {
        const { code, stderr } = await session.compose(["create", "--build", ...one.services ?? []], { cwd })
        assert.strictEqual(code, 0, stderr)
        return stderr.split("\n").filter((line) => line.startsWith("docker-shim:"))
      }
      const shared =
        "docker-shim: project helix-task-12-profiles-implicit still shares with other projects of this daemon: "
        + "container_name profiles-implicit"
      assert.deepStrictEqual(await said(), name === "profiles-implicit" ? [shared] : [])
      assert.deepStrictEqual(await said(), [])
      const project = `helix-task-12-${name === "env-file-relative" ? "docker" : name}`
      projects.push(project)
      const containers = await Containers.of(session, project)
      const sources = containers.flatMap(({ binds }) => Object.values(binds))
      assert.isAbove(sources.length, 0)
      for (const source of sources) assert.match(source, /^\/data\/workspaces\/ses1\//)
      if (name === "profiles-implicit") {
        assert.deepStrictEqual(containers.map(({ service }) => service), ["data", "net", "web"])
      }
    }
  )

  it("prints the environment that Compose runs in without the shim, but for the project's name", async () => {
    const cwd = place("shown", { "compose.yaml": `services: {web: {${web}}}\n`, ".env": "FROM_DOTENV=x\n" })
    const printed = async (program: "compose" | "directCompose", words: string, env: Record<string, string> = {}) => {
      const outcome = await session[program]([...words.split(" "), "config", "--environment"], { cwd, env })
      // the name that docker was called by, and a socket of each call's own
      const own = (line: string) => /^DOCKER_CLI_PLUGIN_(?:ORIGINAL_CLI_COMMAND|SOCKET)=/.test(line)
      const lines = outcome.stdout.split("\n").filter((line) => !own(line))
      return { ...outcome, stdout: lines.map((line) => line.replace("=helix-task-12-shown", "=shown")) }
    }
    for (const words of ["--progress plain", "-p given", "-f compose.yaml", "--env-file .env"]) {
      const direct = await printed("directCompose", words)
      assert.deepStrictEqual(await printed("compose", words), direct, words)
      assert.strictEqual(direct.code === 0, suite === "28.5", "an older Compose does not know the flag")
      if (suite === "28.5") assert.include(direct.stdout, "FROM_DOTENV=x")
    }
    // below another call of the shim
    const inner = { DOCKER_SHIM_DEPTH: "1", DOCKER_SHIM_PLANNED: "x", DOCKER_SHIM_ADDED: "{}" }
    assert.deepStrictEqual(await printed("compose", "-p given", inner), await printed("directCompose", "-p given"))
  })

  it("does not sync a watched directory that is mounted", async () => {
    const cwd = join(userPath, Case.place(Case.find("watch-mounted"), session.files).split("/").at(-1) ?? "")
    projects.push("helix-task-12-watch-mounted")
    const child = session.spawn("docker", ["compose", "watch"], { cwd })
    const ended = new Promise((resolve) => child.once("close", resolve))
    let said = ""
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => said += text.toString())
    for (let tries = 0; tries < 600 && !/Watch enabled|watching/i.test(said); tries++) await sleep(100)
    assert.match(said, /Watch enabled|watching/i)
    appendFileSync(join(session.files, "watch-mounted/src/app/file"), "more\n")
    appendFileSync(join(session.files, "watch-mounted/other/file"), "more\n")
    const other = () => session.compose(["exec", "-T", "web", "cat", "/other/file"], { cwd })
    for (let tries = 0; tries < 100 && !(await other()).stdout.includes("more"); tries++) await sleep(100)
    await sleep(1500)
    process.kill(-(child.pid ?? 0), "SIGINT")
    await ended
    assert.include((await other()).stdout, "more", "what is not mounted is synced")
    assert.match(said, /also declared by a bind mount volume/)
    assert.notMatch(said, /[Ss]yncing[^\n]*src/)
  })

  if (suite === "28.5") {
    it("does not lead a provider that calls Compose back into the project", async () => {
      place("inner", {
        "compose.yaml": `services: {inner: {${web}, volumes: ["./src:/src"]}}\n`,
        "src/file": "inner\n"
      })
      const cwd = place("outer", {
        "compose.yaml":
          `services:\n  it: {provider: {type: helper}}\n  web: {${web}, depends_on: [it], volumes: ["./src:/src"]}\n`,
        "src/file": "outer\n",
        "bin/helper": "#!/bin/sh\ncase \"$*\" in *metadata*) exit 1;; esac\n"
          + `cd ${userPath}/inner && docker compose up -d > ../outer/log 2>&1\nenv > ../outer/env\necho '{"type":"info","message":"up"}'\n`
      })
      chmodSync(join(session.files, "outer/bin/helper"), 0o755)
      const path = `${cwd}/bin:${session.client.env["PATH"] ?? ""}`
      Client.stdoutOf(await session.compose(["up", "-d"], { cwd, env: { PATH: path } }))
      assert.isTrue(existsSync(join(session.files, "outer/env")), "the provider ran")
      const bindsOf = async (name: string) =>
        (await Containers.of(session, `helix-task-12-${name}`)).map(({ binds }) => binds)
      assert.deepStrictEqual(await bindsOf("inner"), [{ "/src": "/data/workspaces/ses1/inner/src" }])
      assert.deepStrictEqual(await bindsOf("outer"), [{ "/src": "/data/workspaces/ses1/outer/src" }])
    })
  }
})
