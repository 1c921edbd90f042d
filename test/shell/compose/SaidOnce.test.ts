import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as SaidOnce from "../../../src/shell/compose/SaidOnce.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-said-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const filter = (notices: ReadonlyArray<ExecPlan.Notice>, more: Partial<ExecPlan.ExecPlan> = {}, env = { HOME: home }) =>
  SaidOnce.filter({ ...ExecPlan.passThrough("docker", ["ps"]), notices, ...more }, env).notices.map(({ text }) => text)

const once = (text: string): ExecPlan.Notice => ({ text, isOnce: true })

describe("SaidOnce", () => {
  it("leaves out what was said before, and nothing that is always said", () => {
    assert.deepStrictEqual(filter([once("a"), { text: "always" }]), ["a", "always"])
    assert.deepStrictEqual(filter([once("a"), { text: "always" }, once("b")]), ["always", "b"])
    assert.deepStrictEqual(filter([once("b")]), [])
  })

  it("leaves out other lines about the same", () => {
    const about = (topic: string, text: string): ExecPlan.Notice => ({ ...once(text), topic })
    assert.deepStrictEqual(filter([about("shop", "shop shares port 80")]), ["shop shares port 80"])
    assert.deepStrictEqual(filter([about("shop", "shop shares port 81"), about("blog", "blog shares port 81")]), [
      "blog shares port 81"
    ])
  })

  it("does not count what a quiet command did not say", () => {
    filter([once("a")], { verbosity: "quiet" })
    assert.deepStrictEqual(filter([once("a")]), ["a"])
  })

  it("says everything where nothing can be remembered", () => {
    fs.writeFileSync(path.join(home, ".cache"), "")
    assert.deepStrictEqual([filter([once("a")]), filter([once("a")])], [["a"], ["a"]])
  })
})
