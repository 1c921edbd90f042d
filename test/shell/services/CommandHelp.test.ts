/**
 * A stand-in for a docker of years to come, with flags that no released one has: the shim understands it as it is.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeEach, describe, it } from "vitest"
import { run, shimDirectory } from "../program.ts"

const { directory, remove } = shimDirectory("docker", "docker-compose")
afterAll(remove)

/** A command's flags beyond those of today: `listed` in its help, `hidden` from it; a value flag ends with `=`. */
interface Invented {
  readonly listed?: string
  readonly hidden?: string
}

/** Flags of each command, by the words before `--help`. */
const today: Readonly<Record<string, Invented>> = {
  // of docker, and of a stand-alone Compose
  "": { listed: "--orbit= --galaxy=", hidden: "--flip --tide= -Z= -Q" },
  "run": { listed: "--moon= --sun", hidden: "--dark= --dim -K= -Y" },
  "buildx": { hidden: "--ring=" },
  "buildx build": { listed: "--comet=", hidden: "--tail=" },
  "build": { listed: "--comet=", hidden: "--tail=" },
  "image": { hidden: "--belt=" },
  "stack": { hidden: "--star=" },
  "stack deploy": { hidden: "--nova=" },
  "compose": { listed: "--galaxy=", hidden: "--registry= --bright" },
  "up": { hidden: "--quasar=" },
  "compose up": { listed: "--pulsar=", hidden: "--quasar= --warm" }
}

let home = ""
let count = 0
beforeEach(() => {
  count += 1
  home = path.join(directory, `home-${String(count)}`)
  for (const name of ["work", "cache", ".docker/cli-plugins"]) fs.mkdirSync(path.join(home, name), { recursive: true })
  fs.writeFileSync(path.join(home, "work/compose.yaml"), "services: {web: {image: web, volumes: ['./src:/src']}}\n")
  write(today)
  fs.copyFileSync(path.join(home, "docker"), path.join(home, ".docker/cli-plugins/docker-compose"))
  fs.writeFileSync(path.join(home, ".docker/cli-plugins/docker-buildx"), "one", { mode: 0o755 })
})

const words = (text: string | undefined): ReadonlyArray<string> => (text ?? "").split(" ").filter((one) => one !== "")

/** The program: answers as pflag does, notes what it was asked, and prints the words of a command, one a line. */
const write = (commands: Readonly<Record<string, Invented>>, name = "docker"): void => {
  const cases = Object.entries(commands).flatMap(([command, { hidden, listed }]) => {
    const lines = words(listed).map((flag) => `      ${flag.replace("=", " string")}   Invented\\n`).join("")
    const help = `printf 'Usage:  docker ${command}\\n\\nOptions:\\n${lines}'`
    return [
      `"${command}|") ${help}; exit 0 ;;`,
      ...words(`${listed ?? ""} ${hidden ?? ""}`).map((flag) =>
        flag.endsWith("=")
          ? `"${command}|${flag.slice(0, -1)}") echo "flag needs an argument: ${flag.slice(0, -1)}" >&2; exit 125 ;;`
          : `"${command}|${flag}") ${help}; exit 0 ;;`
      )
    ]
  })
  const script = `#!/bin/sh
${name === "later" ? "" : `[ -x ${home}/later ] && exec ${home}/later "$@"`}
case " $* " in *" --help "*)
  before=" $*"; before=\${before%% --help*}; before=\${before# }
  after=\${*##*--help}; after=\${after# }
  echo "$*" >> ${home}/asked
  case "$before|$after" in
    ${cases.join("\n    ")}
    *) echo "unknown flag: $after" >&2; exit 125 ;;
  esac ;;
*" config --format json "*)
  printf '{"name":"app","services":{"web":{"image":"web","volumes":[{"type":"bind","source":"%s/src","target":"/src"}]}}}' "$PWD"
  exit ;;
*" --version "*) echo "Docker version 99.0.0, build 0"; exit ;;
*" inspect "*) printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nLabels:\\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\\n'; exit ;;
esac
cat ${home}/cache/.leases/*/started > ${home}/keys 2> ${home}/no-keys
printf '%s\\n' "$@" "COMPOSE_FILE=$COMPOSE_FILE"
`
  fs.writeFileSync(path.join(home, "docker.new"), script, { mode: 0o755 })
  fs.renameSync(path.join(home, "docker.new"), path.join(home, name))
}

const call = async (text: string, name = "docker") => {
  const work = path.join(home, "work")
  const ran = await run(path.join(directory, name), text.split(" "), {
    cwd: work,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: home,
      PWD: work,
      WORKSPACE_DIR: "/data/w",
      DOCKER_SHIM_USER_PATH: work,
      DOCKER_SHIM_CACHE_DIR: path.join(home, "cache"),
      DOCKER_SHIM_REAL_DOCKER: path.join(home, "docker"),
      DOCKER_SHIM_REAL_COMPOSE: path.join(home, ".docker/cli-plugins/docker-compose")
    }
  })
  assert.strictEqual(ran.code, 0, ran.stderr)
  return { words: ran.stdout.trim().split("\n"), stderr: ran.stderr }
}

/** What the program was asked since the last time, one line a question. */
const asked = (): ReadonlyArray<string> => {
  const file = path.join(home, "asked")
  const lines = fs.existsSync(file)
    ? words(fs.readFileSync(file, "utf8").trim().replaceAll(" ", "_").replaceAll("\n", " "))
    : []
  fs.rmSync(file, { force: true })
  return lines.map((line) => line.replaceAll("_", " "))
}

describe("a docker with flags of years to come", () => {
  it.each([
    "run --moon run -v ./a:/b img",
    "run --sun -v ./a:/b img",
    "run --dark -v -v ./a:/b img",
    "run --dark=x --dim -v ./a:/b img",
    "run -K x -v ./a:/b img",
    "run -iKx -v ./a:/b img",
    "run -Y -v ./a:/b img",
    "run -Yv ./a:/b img",
    "--orbit run run -v ./a:/b img",
    "--flip run -v ./a:/b img",
    "--tide x run -v ./a:/b img",
    "-Z run run -v ./a:/b img",
    "-Q --tide=x run --dim -v ./a:/b img",
    "--tide x container run -v ./a:/b img"
  ])("translates the mount of %s", async (text) => {
    const expected = text.replace(/\.\/a:\/b(?= img)/, "/data/w/a:/b").split(" ")
    const { stderr, words: run } = await call(text)
    assert.deepStrictEqual([run, stderr], [[...expected, "COMPOSE_FILE="], ""])
  })

  it.each([
    "build --comet x -t app .",
    "build --tail -t -t app .",
    "buildx --ring build build --tail=x -t app .",
    "--tide x build -t app ."
  ])(
    "shares the cache of %s",
    async (text) => {
      const { stderr, words: run } = await call(text)
      assert.strictEqual(stderr, "")
      assert.include(run.join("\n"), "\n--cache-to=type=local,dest=")
      // the entry of the image's name: a value of the new flag was not taken for it
      assert.strictEqual(fs.readFileSync(path.join(home, "keys"), "utf8"), "app\n")
    }
  )

  it.each([
    ["docker", "compose --galaxy x up"],
    ["docker", "compose --registry up up"],
    ["docker", "compose --bright up --pulsar x"],
    ["docker", "compose up --quasar x --warm"],
    ["docker", "--tide x compose --registry=x up"],
    ["docker-compose", "--galaxy x up --quasar y"]
  ])("translates the project of %s %s", async (name, text) => {
    const { stderr, words: run } = await call(text, name)
    assert.strictEqual(stderr, "")
    assert.match(run.at(-1) ?? "", /^COMPOSE_FILE=.+:.+/)
  })

  it("asks what a hidden flag takes once, and remembers it", async () => {
    await call("run --dark x -v ./a:/b img")
    assert.deepStrictEqual(asked(), ["run --help", "run --help --dark"])
    await call("run --dark y -v ./c:/d img")
    assert.deepStrictEqual(asked(), [])
    await call("run --dim --moon x -v ./c:/d img")
    assert.deepStrictEqual(asked(), ["run --help", "run --help --dim"])
  })

  it("asks again where a remembered help lacks the flag, which a new Buildx or daemon has", async () => {
    write({ ...today, build: { listed: "--early=" } })
    await call("build --early x -t app .")
    assert.deepStrictEqual(asked(), ["build --help"])
    write(today, "later")
    const { words: run } = await call("build --comet x -t app .")
    assert.include(run.join("\n"), "\n--cache-to=type=local,dest=")
    assert.deepStrictEqual(asked(), ["build --help"])
    await call("build --comet y -t app .")
    assert.deepStrictEqual(asked(), [])
  })

  it("asks anew when Buildx is another file", async () => {
    await call("build --tail x -t app .")
    assert.deepStrictEqual(asked(), ["build --help", "build --help --tail"])
    fs.writeFileSync(path.join(home, ".docker/cli-plugins/docker-buildx"), "another", { mode: 0o755 })
    await call("build --tail x -t app .")
    assert.deepStrictEqual(asked(), ["build --help", "build --help --tail"])
  })

  it("passes on what the program does not have either, and asks again the next time", async () => {
    for (const value of ["x", "y"]) {
      const { stderr, words: run } = await call(`run --nwe ${value} -v ./a:/b img`)
      assert.deepStrictEqual([run, stderr], [["run", "--nwe", value, "-v", "./a:/b", "img", "COMPOSE_FILE="], ""])
      assert.include(asked(), "run --help --nwe")
    }
  })

  it("says so where the program does not tell", async () => {
    const script = fs.readFileSync(path.join(home, "docker"), "utf8")
    fs.writeFileSync(
      path.join(home, "docker"),
      script.replace(/echo "unknown flag.*exit 125/, "echo 'out of order' >&2; exit 3")
    )
    const { stderr } = await call("run --odd x -v ./a:/b img")
    assert.strictEqual(
      stderr,
      "docker-shim: unknown flag --odd (asked with --help, the program says \"out of order\"): "
        + "the rest of the command is passed through unchanged\n"
    )
  })

  it("asks nothing for a command that does not concern the shim", async () => {
    for (const text of ["--flip ps", "ps --flip", "exec web tool --dark", "compose ps --warm"]) await call(text)
    assert.deepStrictEqual(asked(), [])
  })
})
