/**
 * What names, files, variables and other users could try: a test for each line of docs/operate/security.md that no other file has.
 * Some give files to another user, and so need root, as the tests with engines do.
 */
import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe } from "vitest"
import * as table from "../core/plan/table.ts"
import { built, fixtures, run, shimDirectory } from "./program.ts"

const base = shimDirectory()
afterAll(base.remove)

/** Who the attacks are by. */
const other = 12_345

const model = "{\"name\":\"app\",\"services\":{\"web\":{\"image\":\"web\",\"volumes\":"
  + "[{\"type\":\"bind\",\"source\":\"%s/src\",\"target\":\"/src\"}]}}}"

let count = 0
/** A user's home with a shim, a workspace, a cache, and a Compose that knows one project. */
const makeHome = () => {
  count += 1
  const home = path.join(base.directory, String(count))
  const at = (...names: ReadonlyArray<string>): string => path.join(home, ...names)
  for (const name of ["shim", "work/src", "cache", "tmp", "precious", ".cache", ".docker/cli-plugins"]) {
    fs.mkdirSync(at(name), { recursive: true })
  }
  for (const name of ["docker", "docker-shim"]) fs.symlinkSync(built, at("shim", name))
  const compose = `#!/bin/sh\ncase " $* " in *" config "*) printf '${model}' "$PWD" ;; *) printf '%s\\n' "$@" ;; esac\n`
  fs.writeFileSync(at(".docker/cli-plugins/docker-compose"), compose, { mode: 0o755 })
  fs.writeFileSync(at("work/compose.yaml"), "services: {web: {image: web, volumes: ['./src:/src']}}\n")
  fs.writeFileSync(at("precious/file"), "kept")
  const env = {
    PATH: `${at("shim")}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    PWD: at("work"),
    TMPDIR: at("tmp"),
    WORKSPACE_DIR: "/data/w",
    DOCKER_SHIM_USER_PATH: at("work"),
    DOCKER_SHIM_REAL_DOCKER: path.join(fixtures, "mirror"),
    DOCKER_SHIM_CACHE_DIR: at("cache")
  }
  const shim = (name: string, words: ReadonlyArray<string>, more: NodeJS.ProcessEnv = {}) =>
    run(path.join(home, "shim", name), words, { cwd: at("work"), env: { ...env, ...more } })
  return { at, shim }
}

/** All that is below a directory, with what files hold, and where links lead. */
const tree = (directory: string): ReadonlyArray<string> =>
  fs.readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return `${file} ${
      entry.isFile() ? fs.readFileSync(file, "utf8") : entry.isSymbolicLink() ? fs.readlinkSync(file) : ""
    }`
  }).sort()

describe("names", () => {
  const hostile = FastCheck.oneof(
    FastCheck.string({ unit: "binary", minLength: 1 }),
    FastCheck.array(FastCheck.constantFrom("..", "/", ".", "a", ",", "\"", "\n", "-", ":", "@"), { minLength: 1 })
      .map((parts) => parts.join(""))
  )
  const exportOf = (args: ReadonlyArray<string>): string =>
    args.flatMap((word) => /^--cache-to=.*?dest=([^,"]*)/s.exec(word)?.[1] ?? [])[0] ?? ""

  /** Where a build exports: below one directory of the cache that does not begin with a dot. */
  const inside = /^@docker-shim\/cache-export\/(?!\.)[^/]+\/@$/

  it.prop("of targets, contexts and Dockerfiles stay one directory of the cache", [hostile, hostile, hostile], (
    [target, context, file]
  ) => {
    for (const image of [["--tag=app"], []]) {
      const words = ["build", ...image, `--target=${target}`, `--file=${file}`, `./${context}`]
      assert.match(exportOf(table.args(words)), inside)
    }
  })

  it.prop("of images that docker refuses are not used, and others stay one directory", [hostile], ([image]) => {
    const words = ["build", `--tag=team/${image}`, "."]
    const args = table.args(words)
    if (exportOf(args) === "") assert.deepStrictEqual(args, words)
    else assert.match(exportOf(args), inside)
  })

  it.prop("of services stay one directory of the cache", [hostile, hostile], ([service, directory]) => {
    const at = `/home/retro/work/${directory}`
    const config = { name: "shop", services: { [service]: { build: { context: at } } } }
    const files = {
      directory: at,
      files: [`${at}/compose.yaml`],
      name: { _tag: "None" },
      settings: [],
      isChoice: false
    }
    const { plan } = table.plan("compose up", {
      files: files as never,
      model: { _tag: "Model", config, input: [] }
    })
    const destinations = table.overridesOf(plan).flatMap(({ content }) => [...content.matchAll(/dest=([^,"\\]*)/g)])
    assert.isAtLeast(destinations.length, 1)
    for (const [, destination] of destinations) assert.match(destination ?? "", inside)
  })

  it.prop("of a session cannot be more than a part of a project's name", [hostile], ([session]) => {
    const directory = "/home/retro/work"
    const files = {
      directory,
      files: [`${directory}/compose.yaml`],
      name: { _tag: "None" },
      settings: [],
      isChoice: false
    } as const
    const outside = { env: { HELIX_TASK_NUMBER: `1${session}` }, files, canKeep: false }
    const { args, env } = table.plan("compose ps", outside).plan
    assert.deepStrictEqual(args, ["compose", "ps"])
    assert.deepStrictEqual(Object.keys(env), ["COMPOSE_PROJECT_NAME"])
    assert.match(env["COMPOSE_PROJECT_NAME"] ?? "", /^helix-task-1[a-z0-9_-]*-work$/)
  })
})

describe("links in the cache directory", () => {
  it.each([
    ".leases",
    ".blobs",
    ".trash",
    ".collecting",
    ".collected",
    "app",
    "app/.incoming",
    "app/.retired",
    "app/.used",
    "app/index.json"
  ])("in place of %s lead no build to what they point at", async (name) => {
    const { at, shim } = makeHome()
    const link = at("cache", name)
    fs.mkdirSync(path.dirname(link), { recursive: true })
    fs.symlinkSync(at("precious"), link)
    fs.lchownSync(link, other, other)
    const before = tree(at("precious"))
    for (const words of [["build", "-t", "app", "."], ["build", "-t", "app", "."]]) {
      assert.strictEqual((await shim("docker", words)).code, 0)
    }
    await shim("docker-shim", ["cache", "prune", "--force", "--max-size", "0"])
    assert.deepStrictEqual(tree(at("precious")), before)
  })
})

describe("temporary files", () => {
  const space = /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0] ?? ""

  it("of others, and what links lead to, are not swept", async () => {
    const { at, shim } = makeHome()
    fs.chmodSync(at("tmp"), 0o1777)
    const theirs = at("tmp", `docker-shim-4000000-1-${space}-abcdef`)
    fs.mkdirSync(theirs)
    fs.chownSync(theirs, other, other)
    const link = at("tmp", `docker-shim-4000000-2-${space}-abcdef`)
    fs.symlinkSync(at("precious"), link)
    const stale = at("tmp", `docker-shim-4000000-3-${space}-abcdef`)
    fs.mkdirSync(stale)
    assert.strictEqual((await shim("docker", ["compose", "up", "-d"])).code, 0)
    assert.isFalse(fs.existsSync(stale), "what a killed run of this user left is")
    assert.isTrue(fs.existsSync(theirs))
    assert.strictEqual(fs.readFileSync(path.join(link, "file"), "utf8"), "kept")
  })

  it("are not put where another user could change them", async () => {
    const { at, shim } = makeHome()
    for (const change of [() => fs.chmodSync(at("run"), 0o777), () => fs.chownSync(at("run"), other, other)]) {
      fs.rmSync(at("run"), { recursive: true, force: true })
      fs.mkdirSync(at("run"), { mode: 0o700 })
      change()
      // a command that leaves nothing behind: the override of another stays in the user's own cache
      const ran = await shim("docker", ["compose", "build"], { XDG_RUNTIME_DIR: at("run") })
      assert.match(ran.stdout, new RegExp(`^COMPOSE_FILE=.*:${at("tmp")}/docker-shim-`, "m"))
    }
  })
})

describe("values of the environment", () => {
  it("cannot add a field to a flag", () => {
    const env = { DOCKER_SHIM_CACHE_DIR: "/c,dest=/etc,x=\"" }
    const flag = table.args("build -t app .", { env }).find((word) => word.startsWith("--cache-to="))
    assert.match(flag ?? "", /^--cache-to=type=local,dest=@docker-shim\/cache-export\/app\/@,mode=max,/)
  })

  it("that look like flags stay values", async () => {
    const { at, shim } = makeHome()
    fs.mkdirSync(at("work/--privileged"))
    const words = ["run", "-v", "./--privileged:/x", "--name", "-v", "web"]
    const ran = await shim("docker", words, { DOCKER_SHIM_REAL_DOCKER: path.join(fixtures, "docker") })
    assert.strictEqual(ran.stdout, words.map((word) => `${word}\0`).join("").replace("./", "/data/w/"))
  })
})

describe("the Docker socket", () => {
  it.each(["/var/run/docker.sock", "/run/docker.sock", "/var/run/../run//docker.sock", "/var//run/./docker.sock"])(
    "named as %s is this session's",
    (socket) => {
      const env = { DOCKER_SHIM_DAEMON_SOCKET: "/data/own.sock" }
      for (const flag of [`--volume=${socket}:/s`, `--mount=type=bind,source=${socket},target=/s`]) {
        assert.include(table.args(["run", flag, "web"], { env })[1], "/data/own.sock")
      }
    }
  )
})

describe("a Compose file of a billion laughs", () => {
  it("takes no more than moments, and Compose decides", async () => {
    const { at } = makeHome()
    const laughs = Array.from({ length: 30 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(10)}]`).join("\n")
    fs.writeFileSync(at("work/compose.yaml"), `l0: &l0 ha\n${laughs}\nname: *l30\nservices: {web: {image: *l30}}\n`)
    fs.writeFileSync(at(".docker/cli-plugins/docker-compose"), "#!/bin/sh\nexit 1\n", { mode: 0o755 })
    for (const words of [["compose", "ps"], ["compose", "up", "-d"]]) {
      const script = "ulimit -t 20; exec \"$@\""
      const ran = await run("sh", ["-c", script, "sh", at("shim/docker"), ...words], {
        cwd: at("work"),
        env: { PATH: process.env["PATH"], HOME: at(), HELIX_TASK_NUMBER: "1", DOCKER_SHIM_REAL_DOCKER: "/bin/echo" }
      })
      assert.deepStrictEqual([ran.code, ran.stdout], [0, `${words.join(" ")}\n`], ran.stderr)
    }
  })
})

describe("secrets", () => {
  const secret = "hunter2"
  const env = { DOCKER_SHIM_DOCKER_HOST: `tcp://user:${secret}@host:1`, API_TOKEN: secret }
  const remote = `https://user:${secret}@host/team/repo.git?token=${secret}#main`
  const commands = [
    ["run", "-e", `API_TOKEN=${secret}`, "-v", "./src:/src", "web"],
    ["build", "--build-arg", `NPM_TOKEN=${secret}`, "-t", "app", "."],
    ["build", remote],
    ["build", `https://${secret}@host/team/repo.git`],
    ["build", `git@host:team/repo.git?token=${secret}`],
    ["build", "-t", "app", "--build-context", `more=${remote}`, "-f", `https://${secret}@host/Dockerfile`, "."],
    ["buildx", "build", "--target", "dev", remote],
    ["login", "--password", secret],
    ["login", "-u", "me", "-p", secret, "host"],
    ["login", "-u", "me", `-p${secret}`],
    ["login", `-p=${secret}`],
    ["swarm", "join", "--token", secret, "host:2377"],
    ["swarm", "join", `--token=${secret}`, "host:2377"],
    [
      "volume",
      "create",
      "-o",
      "type=cifs",
      "-o",
      `o=addr=nas,username=u,password=${secret}`,
      "-o",
      "device=./src",
      "v"
    ],
    ["volume", "create", `--opt=o=username=u%${secret}`, "--opt=type=none", "--opt=device=./src", "v"],
    ["run", "--mount", `type=volume,dst=/d,volume-opt=device=./src,"volume-opt=o=password=${secret}"`, "web"],
    ["compose", "up", "-d"],
    ["compose", "build"]
  ]
  /** What the fake Compose says of the project: a service that is built from a URL, with a token and a build argument. */
  const project = JSON.stringify({
    name: "app",
    services: {
      web: {
        build: { context: remote, args: { NPM_TOKEN: secret } },
        environment: { API_TOKEN: secret },
        volumes: [{ type: "bind", source: "%s/src", target: "/src" }]
      }
    }
  })

  it.each(commands)("are in nothing that the shim says or keeps: docker %s", async (...words) => {
    const { at, shim } = makeHome()
    const real = at("real")
    // while the command runs: names and contents of what the shim made
    fs.writeFileSync(
      real,
      `#!/bin/sh
case " $* " in
  *" inspect "*|" --version ") exec ${fixtures}/mirror "$@" ;;
  *" config "*) printf '${project}' "$PWD"; exit ;;
esac
for place in ${at("tmp")} ${at("cache")} ${at(".cache")}; do
  grep -rl ${secret} $place; find $place -name '*${secret}*'
done 2> /dev/null
exit 0
`,
      { mode: 0o755 }
    )
    const given = { ...env, DOCKER_SHIM_REAL_DOCKER: real }
    const ran = await shim("docker", words, { ...given, DOCKER_SHIM_DEBUG: "1" })
    assert.deepStrictEqual([ran.code, ran.stdout], [0, ""], ran.stderr)
    assert.include(ran.stderr, "docker-shim: DOCKER_HOST: ")
    assert.notInclude(ran.stderr, secret)
    const explained = await shim("docker-shim", ["explain", "--", "docker", ...words], given)
    assert.strictEqual(explained.code, 0, explained.stderr)
    assert.notInclude(explained.stdout + explained.stderr, secret)
    for (const name of [".cache", "cache"]) assert.isEmpty(tree(at(name)).filter((one) => one.includes(secret)), name)
    const own = words.includes("build") ? [["cache", "ls"], ["cache", "prune", "--dry-run", "--max-size", "0"]] : []
    for (const command of own) {
      const { stderr, stdout } = await shim("docker-shim", command, given)
      assert.notInclude(stdout + stderr, secret, command.join(" "))
    }
  })

  it.each(commands.filter(([name]) => name === "build" || name === "buildx"))(
    "are in no name of a registry's repository: docker %s",
    (...words) => {
      const backend = { DOCKER_SHIM_CACHE_BACKEND: "registry:host/cache" }
      const flags = table.args(words, { env: backend }).filter((word) => word.startsWith("--cache-"))
      assert.isAtLeast(flags.length, 1)
      assert.isEmpty(flags.filter((word) => word.includes(secret)))
    }
  )

  it("are in no failure message", async () => {
    const { shim } = makeHome()
    const { code, stderr } = await shim("docker", ["ps"], {
      DOCKER_SHIM_CACHE_BACKEND: `https://user:${secret}@host/cache`
    })
    assert.strictEqual(code, 125)
    assert.match(stderr, /^docker-shim: DOCKER_SHIM_CACHE_BACKEND="https:\/\/\*\*\*@host\/cache" is not accepted\n/)
    const { stdout } = await shim("docker-shim", ["doctor"], {
      DOCKER_SHIM_DOCKER_HOST: `bad//user:pw=1,password=${secret}`
    })
    assert.notInclude(stdout, secret)
  })
})

describe("docs/operate/security.md", () => {
  it("names tests that are there", () => {
    const page = fs.readFileSync(fileURLToPath(new URL("../../docs/operate/security.md", import.meta.url)), "utf8")
    const names = [...page.matchAll(/`([\w-]+\.test\.ts)`/g)].map(([, name = ""]) => name)
    const tests = fs.readdirSync(fileURLToPath(new URL("..", import.meta.url)), { recursive: true, encoding: "utf8" })
      .map((file) => path.basename(file))
    assert.isAtLeast(names.length, 10)
    assert.deepStrictEqual(names.filter((name) => !tests.includes(name)), [])
  })
})
