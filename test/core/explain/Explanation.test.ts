import { assert, describe, it } from "@effect/vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Explanation from "../../../src/core/explain/Explanation.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as ShellWord from "../../../src/core/syntax/ShellWord.ts"

const of = (words: ReadonlyArray<string>, changes: Partial<ExecPlan.ExecPlan> = {}) =>
  Explanation.explain(
    { argv0: "docker", argv: ["ps"], env: {}, cwd: "/" },
    { ...ExecPlan.passThrough("docker", words), ...changes },
    Facts.none,
    "/usr/bin/docker"
  )

describe("Explanation", () => {
  it("shows what was typed and what runs, with secrets hidden", () => {
    assert.deepStrictEqual([of(["ps"]).typed, of(["ps"]).runs], ["docker ps", "/usr/bin/docker ps"])
    assert.strictEqual(of(["run", "-e", "A=b", "i m"]).runs, "/usr/bin/docker run -e 'A=***' 'i m'")
    const env = { B: "x y", API_TOKEN: "secret" }
    assert.strictEqual(of([], { env }).runs, "B='x y' API_TOKEN='***' /usr/bin/docker")
    assert.strictEqual(of([], { env: { ...env, C: null } }).runs, "env -u C B='x y' API_TOKEN='***' /usr/bin/docker")
  })

  it("has what was left alone, also for programs", () => {
    const leftAlone = [{ what: "--volume", value: "/srv:/x", why: "it lies outside every mapping" }]
    assert.deepStrictEqual(of(["run"], { leftAlone }).leftAlone, leftAlone)
    assert.deepStrictEqual(
      Explanation.json({ ...ExecPlan.passThrough("docker", []), leftAlone }, "/usr/bin/docker")["leftAlone"],
      leftAlone
    )
  })

  it("has the files that the program reads with their secrets hidden, and names those that it writes", () => {
    const report = { _tag: "Report", placeholder: "@report@" } as const
    const content = "services:\n  web:\n    environment:\n      API_TOKEN: secret\n"
    const kept = { name: "n", header: "h", content }
    const files = [{ _tag: "Override", placeholder: "@override@", content, kept }, report] as const
    const shown = of([], { files }).files
    assert.notInclude(JSON.stringify(shown), "secret")
    assert.deepStrictEqual(shown.map(({ placeholder }) => placeholder), ["@override@", "@report@"])
    assert.deepStrictEqual(Explanation.json({ ...ExecPlan.passThrough("docker", []), files }, "docker")["files"], [
      { placeholder: "@override@", content },
      { placeholder: "@report@", content: "" }
    ])
  })

  it("quotes words as a shell reads them", () => {
    assert.deepStrictEqual(["a-b=/c.d:e,f@%+_", "", "a b", "it's", "$x"].map(ShellWord.quote), [
      "a-b=/c.d:e,f@%+_",
      "''",
      "'a b'",
      "'it'\\''s'",
      "'$x'"
    ])
  })
})
