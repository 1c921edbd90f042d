/**
 * That no command line, however odd, makes the shim fail, change what it has no reason to change, or take its time.
 */
import { it } from "@effect/vitest"
import { assert, describe } from "vitest"
import * as CommandLine from "../../src/core/argv/CommandLine.ts"
import * as ComposeCommandLine from "../../src/core/argv/ComposeCommandLine.ts"
import * as RandomCommands from "../arbitraries/random-commands.ts"
import * as table from "./plan/table.ts"
import * as ProcessorTime from "./processor-time.ts"

/** 2,000 docker and 200 Compose lines, or ten times as many with `npm run test:full random`; in parts, for Vitest to breathe. */
const parts = Array.from({ length: process.env["DOCKER_SHIM_RANDOM"] === "full" ? 100 : 10 }, (_, at) => at + 1)
const dockers = { fastCheck: { numRuns: 200 } }
const composes = { fastCheck: { numRuns: 20 } }

const workspace = { WORKSPACE_DIR: "/data/workspaces/ses1", DOCKER_SHIM_DAEMON_SOCKET: "/data/s.sock" }
const uncached = { DOCKER_SHIM_CACHE: "off" }

/** The options that hold paths which the daemon opens, as docs/reference/daemon-paths.md lists them. */
const ofContainer = ["volume", "mount", "device", "device-read-bps", "device-write-iops", "log-opt"]
const pathOptions: Readonly<Record<string, ReadonlyArray<string>>> = {
  "run": ofContainer,
  "create": ofContainer,
  "start": ["checkpoint-dir"],
  "volume create": ["opt"],
  "service create": ["mount", "log-opt"],
  "service update": ["mount-add", "log-opt"],
  "stack deploy": ["compose-file"]
}

/** Compose refuses every project: there is none where the random lines are planned. */
const refused = { model: { _tag: "Refused", input: [] } } as const

describe.each(parts)("any docker command line, part %i", () => {
  it.prop("is read and printed back, planned, and changed only where it names the user's files", [
    RandomCommands.docker
  ], ([argv]) => {
    assert.deepStrictEqual(CommandLine.print(CommandLine.parse(argv)), argv)

    const nothing = table.plan(argv, { ...refused, env: uncached })
    assert.deepStrictEqual(nothing.plan.args, argv)
    assert.deepStrictEqual(nothing.plan.env, {})
    assert.deepStrictEqual(nothing.questions.filter((question) => question._tag !== "CommandFlags"), [])

    const unconcerned = table.plan(argv, {
      ...refused,
      env: { ...uncached, WORKSPACE_DIR: "/d", DOCKER_SHIM_USER_PATH: "/u" }
    })
    assert.deepStrictEqual(unconcerned.plan.args, argv)

    const { args } = table.plan(argv, { ...refused, env: { ...uncached, ...workspace }, cwd: "/home/retro/work" }).plan
    assert.strictEqual(args.length, argv.length)
    for (const [at, word] of args.entries()) {
      if (word === argv[at]) continue
      assert.match(argv[at] ?? "", /\.|\/home\/retro\/work|docker\.sock/)
      assert.match(word, /\/data\/(?:workspaces\/ses1|s\.sock)/)
    }
    assert.deepStrictEqual(
      table.args(args, { ...refused, env: { ...uncached, ...workspace }, cwd: "/home/retro/work" }),
      args
    )
  }, dockers)

  it.prop("is changed, or said to be left alone and why, wherever it has a path option or a build", [
    RandomCommands.docker
  ], ([argv]) => {
    for (const env of [{}, workspace, { ...workspace, DOCKER_HOST: "tcp://h" }, { DOCKER_SHIM_DISABLE: "1" }]) {
      const { changes, leftAlone } = table.plan(argv, { ...refused, env, cwd: "/home/retro/work" }).plan
      const said = [...changes, ...leftAlone]
      for (const one of said) assert.isNotEmpty(one.why)
      if ("DOCKER_SHIM_DISABLE" in env) {
        assert.strictEqual(leftAlone.length, 1)
        continue
      }
      const { command, tokens } = CommandLine.parse(argv)
      if (command._tag !== "Docker") continue
      if (command.name === "build") {
        assert.isTrue(said.some(({ what }) => ["build", "--cache-from", "--cache-to"].includes(what)), argv.join(" "))
      }
      for (const token of tokens) {
        if (token._tag !== "Option" || token.value._tag === "None" || token.value._tag === "Missing") continue
        const name = token.flags.at(-1)?.name ?? ""
        if (pathOptions[command.name]?.includes(name) !== true) continue
        const value = token.value.text
        assert.isTrue(
          changes.some((one) => one.what === `--${name}` && one.from === value)
            || leftAlone.some((one) => one.what === `--${name}` && one.value === value),
          `--${name} ${value} of ${argv.join(" ")}`
        )
      }
    }
  }, dockers)

  it.prop("loses no word to the cache", [RandomCommands.docker], ([argv]) => {
    const { args, env } = table.plan(argv, refused).plan
    let at = 0
    for (const word of args) if (word === argv[at]) at += 1
    assert.strictEqual(at, argv.length)
    assert.deepStrictEqual(env, {})
  }, dockers)
})

describe.each(parts)("any Compose command line, part %i", () => {
  it.prop("is read and printed back", [RandomCommands.compose, RandomCommands.standalone], ([plugin, standalone]) => {
    assert.deepStrictEqual(CommandLine.print(ComposeCommandLine.parse(plugin)), plugin)
    assert.deepStrictEqual(CommandLine.print(ComposeCommandLine.parseStandalone(standalone)), standalone)
  }, composes)
})

describe("thousands of words", () => {
  const many = (count: number, word: (at: number) => ReadonlyArray<string>): ReadonlyArray<string> =>
    Array.from({ length: count }, (_, at) => word(at)).flat()

  const lines: Readonly<Record<string, (count: number) => ReadonlyArray<string>>> = {
    "sources": (
      count
    ) => ["run", ...many(count, (at) => ["-v", `/home/retro/work/${String(at)}:/x/${String(at)}`]), "i"],
    "mounts": (count) => ["run", ...many(count, (at) => [`--mount=type=bind,src=./a${String(at)},dst=/b`]), "img"],
    "unknown flags": (count) => ["run", ...many(count, (at) => [`--new${String(at)}`]), "img"],
    "words of the container": (count) => ["run", "img", ...many(count, () => ["-v", "/home/retro/work:/x"])],
    "words before the command": (count) => [...many(count, () => ["-D"]), "run", "img"],
    "words of a group": (count) => ["buildx", ...many(count, (at) => ["--builder", String(at)]), "build", "."],
    "tags": (count) => ["build", ...many(count, (at) => ["-t", `image${String(at)}`]), "."],
    "a group of shorthands": (count) => ["run", `-${"it".repeat(count)}v`, "/home/retro/work:/x", "img"],
    "sections of a volume": (count) => ["run", "-v", `/home/retro/work${":a".repeat(count)}`, "img"],
    "fields of a mount": (count) => ["run", "--mount", `type=bind${",src=/home/retro/work".repeat(count)}`, "img"],
    "quotes in a mount": (count) => ["run", "--mount", `"${"\"\"".repeat(count)}"`, "img"],
    "segments of a path": (count) => ["run", "-v", `/home/retro/work${"/a/..".repeat(count)}:/x`, "img"]
  }

  it.each(Object.entries(lines))("%s take time in proportion", (_, line) => {
    ProcessorTime.inProportion(1_000, (count) => {
      const argv = line(count)
      return () => table.plan(argv, { ...refused, env: { ...uncached, ...workspace } })
    })
  })
})
