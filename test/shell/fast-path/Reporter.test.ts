import { afterEach, assert, describe, it, vi } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Reporter from "../../../src/shell/fast-path/Reporter.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

const terminal = vi.hoisted(() => ({ is: false }))
vi.mock("node:tty", () => ({ isatty: () => terminal.is }))

afterEach(() => {
  ReplacedStreams.replace(ReplacedStreams.original)
  terminal.is = false
})

/** The words that go to descriptor 2 while something runs. */
const said = (run: () => void): ReadonlyArray<string> => {
  const lines: Array<string> = []
  ReplacedStreams.replace({
    writeSync: (descriptor: number, text: unknown): number => {
      assert.strictEqual(descriptor, 2)
      return lines.push(String(text))
    }
  })
  try {
    run()
  } finally {
    ReplacedStreams.replace(ReplacedStreams.original)
  }
  return lines
}

const plan = (more: Partial<ExecPlan.ExecPlan>): ExecPlan.ExecPlan => ({
  ...ExecPlan.passThrough("docker", []),
  notices: [{ text: "not shared" }],
  changes: [
    { what: "--volume", from: "/a:/x", to: "/b:/x", why: "mapped" },
    { what: "--env", from: "", to: "API_TOKEN=secret", why: "added" }
  ],
  ...more
})

describe("Reporter", () => {
  /** Runs something on a terminal that is so wide, and gives the lines on descriptor 2. */
  const onTerminal = (columns: number, run: () => void): ReadonlyArray<string> => {
    terminal.is = true
    const before = Object.getOwnPropertyDescriptor(process.stderr, "columns")
    Object.defineProperty(process.stderr, "columns", { value: columns, configurable: true })
    try {
      return said(run).join("").trimEnd().split("\n")
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.stderr, "columns")
      else Object.defineProperty(process.stderr, "columns", before)
    }
  }
  const why = "the daemon sees /home/retro/work at /data/ses1 (WORKSPACE_DIR)"
  const change = { what: "--volume", from: "/home/retro/work/a:/x", to: "/data/ses1/a:/x", why }
  const text = "the daemon's own /home/retro is used, without this session's /home/retro/work; mount that path itself"

  it.each([80, 40].flatMap((columns) =>
    [
      [columns, "changes", `--volume: ${change.from} -> ${change.to} (${why})`, () =>
        Reporter.plan(plan({ verbosity: "debug", notices: [], changes: [change] }))],
      [columns, "notices", text, () =>
        Reporter.plan(plan({ notices: [{ text }] }))],
      [columns, "failures", text, () =>
        Reporter.failure({ _tag: "CacheUnusable", why: text })]
    ] as const
  ))("on a terminal of %d columns breaks %s only between words", (columns, _, whole, run) => {
    const lines = onTerminal(columns, run)
    assert.isAbove(lines.length, 1)
    for (const one of lines) assert.isAtMost(one.length, columns)
    assert.include(lines.map((one) => one.trim()).join(" "), `docker-shim: ${whole}`)
  })

  it("says notices, and changes where it is asked to, with secrets hidden", () => {
    assert.deepStrictEqual(said(() => Reporter.plan(plan({}))), ["docker-shim: not shared\n"])
    assert.deepStrictEqual(said(() => Reporter.plan(plan({ verbosity: "debug" }))), [
      "docker-shim: not shared\n",
      "docker-shim: --volume: /a:/x -> /b:/x (mapped)\n",
      "docker-shim: --env: API_TOKEN=*** (added)\n"
    ])
    assert.deepStrictEqual(said(() => Reporter.plan(plan({ verbosity: "quiet" }))), [])
  })

  it("lets nothing through that a terminal would obey", () => {
    const [line = ""] = said(() => Reporter.notices("normal", ["a\u001b[31mb\nc"]))
    assert.notInclude(line, "\u001b")
    assert.strictEqual(line.split("\n").length, 2)
  })

  it("says a failure, and where a mistake happened only with DOCKER_SHIM_DEBUG", () => {
    const cause = new Error("no")
    const before = process.env["DOCKER_SHIM_DEBUG"]
    try {
      delete process.env["DOCKER_SHIM_DEBUG"]
      assert.lengthOf(said(() => Reporter.failure({ _tag: "Defect", cause })), 1)
      process.env["DOCKER_SHIM_DEBUG"] = "1"
      const [, trace = ""] = said(() => Reporter.failure({ _tag: "Defect", cause }))
      assert.include(trace, "Reporter.test.ts")
    } finally {
      if (before === undefined) delete process.env["DOCKER_SHIM_DEBUG"]
      else process.env["DOCKER_SHIM_DEBUG"] = before
    }
  })

  it("goes on where nobody can be told", () => {
    let tried = 0
    ReplacedStreams.replace({
      writeSync: () => {
        tried += 1
        throw Object.assign(new Error("EPIPE"), { code: "EPIPE" })
      }
    })
    Reporter.notices("normal", ["a", "b"])
    assert.strictEqual(tried, 2)
  })
})
