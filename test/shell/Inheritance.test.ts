/**
 * What the program gets is what the shim was given, and nothing else decides what the shim does: in both forms, for a
 * program that it becomes and for one that it waits for.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { fixtures, form, isEmulated, type Ran, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker", "docker-shim")
const docker = path.join(shim.directory, "docker")
const mirror = path.join(fixtures, "mirror")
const project = path.join(shim.directory, "project")
const marker = path.join(shim.directory, "marker")
const cache = path.join(shim.directory, "cache")

const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: shim.directory,
  DOCKER_SHIM_REAL_DOCKER: mirror,
  DOCKER_SHIM_CACHE_DIR: cache
}

/** The words of a command after which nothing is left to do, and of one that is waited for. */
const commands: ReadonlyArray<ReadonlyArray<string>> = [["ps"], ["build", "-t", "app", "."]]

/** What the mirror says behind a shell's script, called as it is and through the shim. */
const both = async (script: string, words: ReadonlyArray<string>, more: NodeJS.ProcessEnv = {}) => {
  const of = (file: string) => run("bash", ["-c", script, file, ...words], { cwd: project, env: { ...env, ...more } })
  const told = (ran: Ran): Ran => ({ ...ran, stdout: ran.stdout.replaceAll(/\/proc\/\d+\/fd\//g, "") })
  return [told(await of(mirror)), told(await of(docker))] as const
}

beforeAll(() => {
  fs.mkdirSync(path.join(project, "node_modules/effect"), { recursive: true })
  fs.mkdirSync(cache)
  const mark = `require("fs").writeFileSync(${JSON.stringify(marker)}, "ran")`
  const files = {
    ".env": `DOCKER_SHIM_QUIET=maybe\nWORKSPACE_DIR=/from-dotenv\nMARK=1\n`,
    "mark.cjs": mark,
    "mark.ts": `import * as fs from "node:fs"; fs.writeFileSync(${JSON.stringify(marker)}, "ran")`,
    "bunfig.toml": "preload = [\"./mark.ts\"]\n",
    "package.json": JSON.stringify({ type: "commonjs", main: "mark.cjs", imports: { "#x": "./mark.cjs" } }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { paths: { "node:fs": ["./mark.ts"], "effect/*": ["./mark.ts"] } }
    }),
    "node_modules/effect/package.json": JSON.stringify({ name: "effect", main: "index.js" }),
    "node_modules/effect/index.js": mark
  }
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(project, name), content)
})
afterAll(shim.remove)

describe.each(commands.map((words) => ({ words })))("docker $words.0", ({ words }) => {
  it("gives the program mask, directory, descriptors and environment as they are", async () => {
    const [expected, given] = await both(
      "umask 0137; exec \"$0\" \"$@\" 5< /etc/hostname 9< <(echo through) 21> /dev/null",
      words,
      { A: "", B: "x=y z", C: "two\nlines", D: "ä\u{1F433}", lower: "1", DOCKER_SHIM_CACHE_MODE: "min" }
    )
    assert.include(expected.stdout, "umask 0137\n")
    assert.strictEqual(given.stdout, expected.stdout)
    assert.deepStrictEqual([given.code, given.stderr], [0, ""])
  })

  it("gives it the process group and session", async () => {
    const [, given] = await both("cut -d ' ' -f 5,6,7 \"/proc/$$/stat\" >&2; \"$0\" \"$@\" | sed -n 5p", words)
    assert.strictEqual(given.stdout, given.stderr)
    assert.isNotEmpty(given.stdout)
  })

  it("gives it a working directory that was deleted, or reached by a link", async () => {
    const deleted = "mkdir gone-$$ && cd gone-$$ && rmdir \"$PWD\" && exec \"$0\" \"$@\" 2>&1"
    const linked = `ln -sfn "$PWD" ../link && cd ../link && exec "$0" "$@"`
    for (const script of [deleted, linked]) {
      const [expected, given] = await both(script, words)
      const told = (text: string): string => text.replaceAll(/gone-\d+/g, "gone")
      assert.strictEqual(told(given.stdout), told(expected.stdout))
    }
  })

  it("takes nothing from the files of the directory it is called in", async () => {
    const [expected, given] = await both("exec \"$0\" \"$@\"", words)
    assert.strictEqual(given.stdout, expected.stdout)
    assert.deepStrictEqual([given.code, given.stderr], [0, ""])
    assert.isFalse(fs.existsSync(marker))
  })

  it("is not turned into something else by its runtime's variables, and hands them on", async () => {
    const [expected, given] = await both("exec \"$0\" \"$@\"", words, {
      NODE_OPTIONS: `--require=${project}/mark.cjs --title "a b"`,
      NODE_EXTRA_CA_CERTS: "/no/such/file",
      NODE_PATH: `${project}/node_modules`,
      BUN_OPTIONS: `--preload=${project}/mark.ts`,
      BUN_BE_BUN: "1",
      QJS_OPTIONS: "--eval"
    })
    assert.include(expected.stdout, "NODE_OPTIONS=")
    assert.strictEqual(given.stdout, expected.stdout)
    assert.deepStrictEqual([given.code, given.stderr], [0, ""])
    assert.isFalse(fs.existsSync(marker))
  })

  // Node gives every signal its usual effect when it starts (`ResetSignalHandlers` of node 20, src/node.cc), before any of
  // its program runs, so that its form cannot know which were ignored.
  if (form === "standalone") {
    if (!isEmulated) {
      it("leaves signals ignored that were", async () => {
        const [expected, given] = await both("trap '' HUP INT QUIT USR1 TSTP PIPE CHLD; exec \"$0\" \"$@\"", words)
        assert.include(expected.stdout, "SigIgn:")
        assert.strictEqual(given.stdout, expected.stdout)
      })
    }

    it("leaves closed standard streams closed", async () => {
      const [expected, given] = await both("exec 3>&1; \"$0\" \"$@\" <&- 2>&-", words)
      assert.strictEqual(given.stdout, expected.stdout)
    })
  }
})

it("waited for the build, to publish its cache", () => {
  assert.include(fs.readdirSync(cache), "app")
})

it("hands every variable on, also those that no shell takes", async () => {
  // Node does not list names that are numbers, nor the empty one
  const unlisted = form === "standalone" ? { "1": "one", "": "x" } : {}
  const odd = { "a.b": "1", "c-d": "2", "Ä": "ö", ...unlisted }
  const given = await run(docker, [], { env: { ...env, ...odd, DOCKER_SHIM_REAL_DOCKER: "/usr/bin/env" } })
  const direct = await run("/usr/bin/env", [], { env: { ...env, ...odd, DOCKER_SHIM_REAL_DOCKER: "/usr/bin/env" } })
  const lines = (text: string) => text.split("\n").sort()
  assert.deepStrictEqual(lines(given.stdout), lines(`${direct.stdout}DOCKER_SHIM_DEPTH=1\n`))
})

it("runs its own command from the same directory and environment", async () => {
  const given = await run(path.join(shim.directory, "docker-shim"), ["--version"], {
    cwd: project,
    env: { ...env, NODE_OPTIONS: `--require=${project}/mark.cjs`, BUN_BE_BUN: "1" }
  })
  assert.match(given.stdout, /^docker-shim version \d+\.\d+\.\d+/)
  assert.isFalse(fs.existsSync(marker))
})
