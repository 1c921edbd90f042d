import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, fixtures, form, isEmulated, run, shimDirectory, starting } from "../program.ts"

const shim = shimDirectory("docker")
const docker = path.join(shim.directory, "docker")
const env = { PATH: `${shim.directory}:${fixtures}:/usr/bin:/bin`, HOME: shim.directory }
const scratch = path.join(shim.directory, "scratch")

beforeAll(() => {
  fs.mkdirSync(scratch)
})
afterAll(shim.remove)

const eventually = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.isTrue(holds())
}

describe("the program, called as docker", () => {
  it("hands over words byte for byte", async () => {
    const words = ["ps", "", "-a", "a b", "$X", "ä\n", "--", "--format={{.ID}}", "'\"\\"]
    const ran = await run(docker, words, { env })
    assert.strictEqual(ran.stdout, words.map((word) => `${word}\0`).join(""))
    assert.strictEqual(ran.code, 0)
  })

  it("hands over bytes that are no text", async () => {
    const raw = String.raw
    const script = raw`DOCKER_X=$'a\xff\'b' exec "$0" ps $'caf\xe9' '' $'\xff\n' 'ä' $'\xed\xa0\x80 %s \\x' -- "💀"`
    const expected = Buffer.concat([
      Buffer.from("ps\0caf"),
      Buffer.of(0xe9),
      Buffer.from("\0\0"),
      Buffer.of(0xff),
      Buffer.from("\n\0ä\0"),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from(" %s \\x\0--\0💀\0")
    ])
    const list = path.join(scratch, "bytes")
    const ran = await run("bash", ["-c", `${script} > ${list} 2> ${list}.env`, docker], {
      env: { ...env, word: "own" }
    })
    assert.strictEqual(ran.code, 0)
    assert.deepStrictEqual(fs.readFileSync(list), expected)
    const variables = fs.readFileSync(`${list}.env`).toString("latin1").split("\0").sort()
    assert.deepStrictEqual(variables, ["", "DOCKER_SHIM_DEPTH=1", "DOCKER_X=a\xff'b"])
  })

  it("translates paths with such bytes, links and working directory included", async () => {
    const latin = Buffer.concat([Buffer.from(`${scratch}/`), Buffer.from("caf\xe9", "latin1")])
    fs.mkdirSync(latin)
    fs.symlinkSync(latin, path.join(scratch, "to-latin"))
    const script = String
      .raw`cd "$1"/$'caf\xe9' && exec "$0" run -v .:/a -v $'./\xe8':/b -v "$1"/to-latin:/c -v $'/caf\xe9':/d web`
    const list = path.join(scratch, "raw-paths")
    const settings = { DOCKER_SHIM_USER_PATH: scratch, WORKSPACE_DIR: "/data/w" }
    for (const pwd of ["", "unset PWD; "]) {
      const text = `${script.replace("exec", `${pwd}exec`)} > ${list}`
      const ran = await run("bash", ["-c", text, docker, scratch], { env: { ...env, ...settings } })
      assert.deepStrictEqual([ran.code, ran.stderr.replaceAll(/\0?DOCKER_\w+=[^\0]*\0/g, "")], [0, ""])
      assert.deepStrictEqual(fs.readFileSync(list).toString("latin1").split("\0"), [
        "run",
        "-v",
        "/data/w/caf\xe9:/a",
        "-v",
        "/data/w/caf\xe9/\xe8:/b",
        "-v",
        "/data/w/caf\xe9:/c",
        "-v",
        "/caf\xe9:/d",
        "web",
        ""
      ])
    }
  })

  it.each([
    [["--help"]],
    [["help", "run"]],
    [["__complete", "compose", "up", ""]],
    [["unknown", "-v", "/home/retro/work:/x"]],
    [["someplugin", "run", "-v", "/home/retro/work:/x"]],
    [["run", "--help", "-v", "/home/retro/work:/x"]],
    [["exec", "web", "tool", "-v", "/home/retro/work:/x"]],
    [["rm", "-v", "web"]]
  ])("does not touch %j", async (words) => {
    const ran = await run(docker, words, { env: { ...env, WORKSPACE_DIR: "/data/w" } })
    assert.strictEqual(ran.stdout, words.map((word) => `${word}\0`).join(""))
  })

  it("adds nothing to the environment but the count against recursion", async () => {
    const ran = await run(docker, ["ps"], { env: { ...env, DOCKER_HOST: "unix:///x", DOCKER_CLI_HINTS: "" } })
    assert.deepStrictEqual(ran.stderr.split("\0").filter((line) => line !== "").sort(), [
      "DOCKER_CLI_HINTS=",
      "DOCKER_HOST=unix:///x",
      "DOCKER_SHIM_DEPTH=1"
    ])
  })

  it("routes to the session's daemon where the user named none", async () => {
    const host = "unix:///run/session.sock"
    const hostOf = async (words: ReadonlyArray<string>, more: NodeJS.ProcessEnv) =>
      /(?:^|\0)DOCKER_HOST=([^\0]*)/.exec(
        (await run(docker, words, { env: { ...env, DOCKER_SHIM_DOCKER_HOST: host, ...more } })).stderr
      )?.[1]
    assert.strictEqual(await hostOf(["ps"], {}), host)
    assert.strictEqual(await hostOf(["ps"], { DOCKER_HOST: "" }), host)
    assert.strictEqual(await hostOf(["ps"], { DOCKER_HOST: "tcp://x" }), "tcp://x")
    assert.isUndefined(await hostOf(["ps"], { DOCKER_CONTEXT: "c" }))
    assert.isUndefined(await hostOf(["-H", "tcp://y", "ps"], {}))
    assert.isUndefined(await hostOf(["-Dc", "y", "ps"], {}))
  })

  // what a program can end with besides: test/shell/process/ChildProcess.test.ts
  it.each([0, 1, 2, 3, 42, 64, 100, 124, 125, 126, 127, 128, 129, 130, 137, 143, 254, 255])(
    "ends with the program's status %i",
    async (code) => {
      const ran = await run(docker, ["exit", String(code)], { env })
      assert.deepStrictEqual([ran.code, ran.signal], [code, null])
    }
  )

  it.each(["TERM", "INT", "HUP", "KILL", "QUIT", "USR1", "ABRT"])("dies of the program's signal %s", async (signal) => {
    const ran = await run(docker, ["die", signal], { env, cwd: scratch })
    assert.strictEqual(ran.signal, `SIG${signal}`)
  })

  it.each([["SIGTERM", "TERM", 3], ["SIGHUP", "HUP", 4], ["SIGINT", "INT", 5]] as const)(
    "passes %s on and outlives it",
    async (signal, name, code) => {
      const file = path.join(scratch, name)
      const child = spawn(docker, ["wait", file], { env, stdio: "ignore", detached: true })
      const ended = new Promise((resolve) => child.once("exit", resolve))
      await eventually(() => fs.existsSync(file) && fs.readFileSync(file, "utf8").startsWith("ready"))
      child.kill(signal)
      assert.strictEqual(await ended, code)
      assert.strictEqual(fs.readFileSync(file, "utf8"), `ready\n${name}\n`)
    }
  )

  it.each([3, 7, 15, 63])("gives the program the descriptor %i that it was given", async (descriptor) => {
    const script = `exec "$0" read ${descriptor} ${descriptor}< <(echo through)`
    const ran = await run("bash", ["-c", script, docker], { env })
    assert.strictEqual(ran.stdout, "through\n")
  })

  it("gives the program no descriptor that it was not given", async () => {
    const list = path.join(scratch, "list-descriptors")
    fs.writeFileSync(list, "#!/bin/sh\nexec ls /proc/self/fd\n", { mode: 0o755 })
    const of = (words: string) =>
      run("bash", ["-c", `exec ${words} ps 5< /etc/hostname`], { env: { ...env, DOCKER_SHIM_REAL_DOCKER: list } })
    assert.strictEqual((await of(docker)).stdout, (await of(list)).stdout)
  })

  it("takes docker.real beside it first", async () => {
    const beside = shimDirectory("docker")
    try {
      fs.writeFileSync(path.join(beside.directory, "docker.real"), "#!/bin/sh\necho beside\n", { mode: 0o755 })
      assert.strictEqual((await run(path.join(beside.directory, "docker"), ["ps"], { env })).stdout, "beside\n")
    } finally {
      beside.remove()
    }
  })

  it("takes docker.real beside the name that PATH leads to, called as shells call it", async () => {
    const place = shimDirectory("docker")
    try {
      fs.writeFileSync(path.join(place.directory, "docker.real"), "#!/bin/sh\necho beside\n", { mode: 0o755 })
      const ran = await run("docker", ["ps"], { env: { ...env, PATH: `${place.directory}:${env.PATH}` } })
      assert.strictEqual(ran.stdout, "beside\n")
    } finally {
      place.remove()
    }
  })

  it("does not take itself for the real program, under whatever name", async () => {
    const other = shimDirectory("docker")
    try {
      fs.symlinkSync(docker, path.join(other.directory, "docker.real"))
      const ran = await run(path.join(other.directory, "docker"), ["ps"], {
        env: { ...env, PATH: `${other.directory}:${env.PATH}` }
      })
      assert.strictEqual(ran.stdout, "ps\0")
    } finally {
      other.remove()
    }
  })

  it("says that the real program was not found, with status 127", async () => {
    const [file, ...words] = starting(docker)
    const ran = await run(file, [...words, "ps"], { env: { PATH: shim.directory, HOME: scratch } })
    assert.strictEqual(ran.code, 127)
    assert.strictEqual(
      ran.stderr,
      "docker-shim: the real docker was not found\n\n"
        + `Looked for: ${shim.directory}/docker.real, ${path.dirname(built)}/docker.real, ${docker}.\n`
        + "Install it, or name it in DOCKER_SHIM_REAL_DOCKER.\n"
    )
    assert.strictEqual(ran.stdout, "")
  })

  it("says that what a setting names is not runnable, with status 126", async () => {
    const file = path.join(scratch, "not-runnable")
    fs.writeFileSync(file, "")
    const of = (value: string) => run(docker, ["ps"], { env: { ...env, DOCKER_SHIM_REAL_DOCKER: value } })
    const expected = (value: string, why: string) =>
      `docker-shim: DOCKER_SHIM_REAL_DOCKER="${value}" cannot be used: ${why}\n\n`
      + "Give it the absolute path of the real program, or unset it.\n"
    const rows: ReadonlyArray<[string, string]> = [
      [file, "it is not an executable file"],
      [docker, "it is docker-shim itself"],
      [scratch, "it is not an executable file"]
    ]
    for (const [value, why] of rows) {
      const ran = await of(value)
      assert.deepStrictEqual([ran.code, ran.stderr], [126, expected(value, why)])
    }
  })

  it("says that what a setting names does not exist, with status 127", async () => {
    const file = path.join(scratch, "absent")
    const ran = await run(docker, ["ps"], { env: { ...env, DOCKER_SHIM_REAL_DOCKER: file } })
    assert.deepStrictEqual([ran.code, ran.stderr], [
      127,
      `docker-shim: DOCKER_SHIM_REAL_DOCKER="${file}" cannot be used: it does not exist\n\n`
      + "Give it the absolute path of the real program, or unset it.\n"
    ])
  })

  it.each([".", "", "bin", "./bin"])("runs no docker that the relative entry %j of PATH leads to", async (entry) => {
    const place = path.join(scratch, `checkout${entry.replaceAll("/", "-")}`)
    fs.mkdirSync(path.join(place, entry), { recursive: true })
    fs.writeFileSync(path.join(place, entry, "docker"), "#!/bin/sh\necho the checkout\n", { mode: 0o755 })
    const of = (PATH: string) => run(docker, ["ps"], { cwd: place, env: { ...env, PATH } })
    const refused = await of(`${shim.directory}:${entry}:${env.PATH}`)
    assert.deepStrictEqual([refused.code, refused.stdout], [126, ""])
    assert.match(
      refused.stderr,
      /^docker-shim: \.\/(?:bin\/)?docker cannot be run: a relative entry of PATH leads to it/
    )
    assert.strictEqual((await of(`${env.PATH}:${entry}`)).stdout, "ps\0")
    assert.strictEqual((await of(`${shim.directory}:/no/such:${entry}-absent:${env.PATH}`)).stdout, "ps\0")
  })

  it.each(["docker-shim-linux-arm64", "docker-shim", "docker-v2", "Docker", "docker.old", "podman"])(
    "is docker-shim itself under the name %s",
    async (name) => {
      const place = shimDirectory(name)
      try {
        const ran = await run(path.join(place.directory, name), ["--version"], { env })
        assert.match(ran.stdout, /^docker-shim version /)
      } finally {
        place.remove()
      }
    }
  )

  if (!isEmulated) {
    it("says that a program cannot be started, with status 126", async () => {
      const file = path.join(scratch, "bad-interpreter")
      fs.writeFileSync(file, "#!/no/such/interpreter\n", { mode: 0o755 })
      const ran = await run(docker, ["ps"], { env: { ...env, DOCKER_SHIM_REAL_DOCKER: file } })
      assert.strictEqual(ran.code, 126)
      assert.match(ran.stderr, /^docker-shim: .*bad-interpreter cannot be run: /)
    })
  }

  if (form === "node") {
    it.each([["ps"], ["run", "-v", "./src:/src", "web"]])(
      "says a mistake of its own in one line, with status 125: %s",
      async (...words) => {
        const broken = `Error.stackTraceLimit = 100
        const { startsWith } = String.prototype
        String.prototype.startsWith = function(...words) {
          if (/\\bproceed\\b/.test(new Error().stack)) throw new TypeError("broken")
          return startsWith.apply(this, words)
        }`
        const node = ["--import", `data:text/javascript,${encodeURIComponent(broken)}`, docker, ...words]
        const ran = await run(process.execPath, node, { env })
        assert.deepStrictEqual([ran.code, ran.stdout], [125, ""])
        assert.match(ran.stderr, /^docker-shim: this is a bug in docker-shim: TypeError: broken\n/)
        assert.notMatch(ran.stderr, /^ +at /m)
      }
    )
  }

  it("refuses a wrong setting with status 125 and says what is accepted", async () => {
    const ran = await run(docker, ["ps"], { env: { ...env, DOCKER_SHIM_CACHE: "maybe" } })
    assert.strictEqual(ran.code, 125)
    assert.strictEqual(
      ran.stderr,
      "docker-shim: DOCKER_SHIM_CACHE=\"maybe\" is not accepted\n\nAccepted: on, read-only, off.\n"
    )
  })

  it("hands everything over when disabled, wrong settings and all", async () => {
    const ran = await run(docker, ["run", "-v", "/home/retro/work:/x", "web"], {
      env: { ...env, WORKSPACE_DIR: "/data/w", DOCKER_SHIM_CACHE: "maybe", DOCKER_SHIM_DISABLE: "1" }
    })
    assert.strictEqual(ran.stdout, "run\0-v\0/home/retro/work:/x\0web\0")
  })

  // the last keeps nothing in the environment, which it prints
  it.each([["ps"], ["compose ps"], ["compose config --environment"]])(
    "ends a loop through a wrapper that leads back to it: %s",
    async (words) => {
      const loop = shimDirectory("docker")
      try {
        const wrapper = path.join(loop.directory, "docker.real")
        fs.writeFileSync(wrapper, `#!/bin/sh\nexec ${loop.directory}/docker "$@"\n`, { mode: 0o755 })
        const ran = await run(path.join(loop.directory, "docker"), words.split(" "), { env })
        assert.strictEqual(ran.code, 125)
        assert.match(ran.stderr, /^docker-shim: docker-shim called itself 12 times\n\n/)
      } finally {
        loop.remove()
      }
    }
  )

  it("asks what leads back to it only so often", async () => {
    const loop = shimDirectory("docker")
    try {
      const [calls, wrapper] = ["calls", "docker.real"].map((name) => path.join(loop.directory, name)) as [
        string,
        string
      ]
      const script = `#!/bin/sh\necho "$*" >> ${calls}\nexec ${loop.directory}/docker "$@"\n`
      fs.writeFileSync(wrapper, script, { mode: 0o755 })
      const cache = path.join(loop.directory, "cache")
      fs.mkdirSync(cache)
      const ran = await run(path.join(loop.directory, "docker"), ["build", "-t", "app", "."], {
        env: { ...env, HOME: loop.directory, DOCKER_SHIM_CACHE_DIR: cache }
      })
      assert.strictEqual(ran.code, 125)
      assert.include(ran.stderr, "docker-shim: docker-shim called itself 12 times\n\n")
      const asked = fs.readFileSync(calls, "utf8").split("\n").filter((line) =>
        line !== "" && !line.startsWith("build")
      )
      assert.isNotEmpty(asked)
      assert.isAtMost(asked.length, 12 * 2 * 3)
    } finally {
      loop.remove()
    }
  })

  it("says once for each project what is for once only", async () => {
    const home = path.join(scratch, "said-once")
    const said = async (project: string) => {
      const directory = path.join(home, project)
      fs.mkdirSync(directory, { recursive: true })
      fs.writeFileSync(path.join(directory, "compose.yaml"), "services: {web: {image: bb}}\n")
      const settings = { HOME: home, HELIX_TASK_NUMBER: "12", DOCKER_HOST: "ssh://shared", DOCKER_SHIM_CACHE: "off" }
      const ran = await run(docker, ["compose", "up"], {
        env: { ...env, ...settings, WORKSPACE_DIR: "" },
        cwd: directory
      })
      assert.strictEqual(ran.stdout, "compose\0up\0")
      return ran.stderr.split("\n").filter((line) => line.startsWith("docker-shim: the project is not named "))
    }
    assert.match((await said("one"))[0] ?? "", / helix-task-12-one: ssh:\/\/shared is not known /)
    assert.deepStrictEqual(await said("one"), [])
    assert.lengthOf(await said("two"), 1)
  })

  it("translates a source, and says why when asked to", async () => {
    const ran = await run(docker, ["run", "-v", "/home/retro/work/app:/x", "web", "-v", "/home/retro/work:/y"], {
      env: { ...env, WORKSPACE_DIR: "/data/w", DOCKER_SHIM_DEBUG: "1" }
    })
    assert.strictEqual(ran.stdout, "run\0-v\0/data/w/app:/x\0web\0-v\0/home/retro/work:/y\0")
    assert.match(
      ran.stderr,
      /^docker-shim: --volume: \/home\/retro\/work\/app:\/x -> \/data\/w\/app:\/x \(.*WORKSPACE_DIR.*\)\n/
    )
  })
})

describe("docker compose exec, of a project with a name of the session", () => {
  const project = path.join(scratch, "shop")
  const real = path.join(scratch, "compose-real")
  beforeAll(() => {
    fs.mkdirSync(project)
    fs.writeFileSync(path.join(project, "compose.yaml"), "services: {web: {image: web}}\n")
    fs.writeFileSync(
      real,
      "#!/bin/sh\necho $$ \"$COMPOSE_FILE\" \"$COMPOSE_PROJECT_NAME\"; cat \"${COMPOSE_FILE##*:}\"\n",
      {
        mode: 0o755
      }
    )
  })
  const exec = (home: string | undefined) =>
    run("sh", ["-c", "echo $$; exec \"$0\" compose exec web ls", docker], {
      cwd: project,
      env: { ...env, PWD: project, HOME: home, HELIX_TASK_NUMBER: "12", DOCKER_SHIM_REAL_DOCKER: real }
    })
  const told = (home: string) => {
    const file = `${home}/.cache/docker-shim/projects/helix-task-12-shop.json`
    return `${project}/compose.yaml:${file} \n{"name":"helix-task-12-shop"}`
  }

  it("becomes docker, which reads the name in a file that stays", async () => {
    for (const { code, stderr, stdout } of [await exec(scratch), await exec(scratch)]) {
      const [, own, child, rest] = /^(\d+)\n(\d+) ([^]*)$/.exec(stdout) ?? []
      assert.deepStrictEqual([code, stderr, rest], [0, "", told(scratch)])
      if (form === "standalone") assert.strictEqual(child, own)
    }
  })

  it("does so also the first time in many calls at once", async () => {
    // one round would not show a race: of the stand-alone form's calls, one in eleven lost one that was there
    for (const home of Array.from({ length: 10 }, (_, at) => path.join(scratch, `many-${at}`))) {
      const all = await Promise.all(Array.from({ length: 8 }, () => exec(home)))
      assert.deepStrictEqual(all.map(({ stdout }) => stdout.replace(/^\d+\n\d+ /, "")), all.map(() => told(home)))
      assert.deepStrictEqual(fs.readdirSync(`${home}/.cache/docker-shim/projects`), ["helix-task-12-shop.json"])
    }
  })

  it.each([undefined, "/proc/none"])(
    "is told the name by the environment where no file can be kept: HOME=%s",
    async (home) => {
      const { stdout } = await exec(home)
      assert.match(stdout, /^\d+\n\d+ {2}helix-task-12-shop\n$/)
    }
  )
})
