import { assert, describe, it } from "vitest"
import * as FlagAnswer from "../../../src/shell/docker/FlagAnswer.ts"

const has = (name: string, shorthand: string, arity: "boolean" | "list"): FlagAnswer.FlagAnswer =>
  FlagAnswer.has({ name, shorthand, arity })

describe("FlagAnswer", () => {
  // said by docker 20.10.24, 28.5.2, Buildx 0.29.1, Compose 2.26.1 and 2.40.3
  it.each<[string, number, string, string, FlagAnswer.FlagAnswer]>([
    ["--volume", 125, "", "flag needs an argument: --volume\nSee 'docker run --help'.\n", has("volume", "", "list")],
    ["-v", 125, "", "flag needs an argument: 'v' in -v\n\nUsage:  docker run\n", has("", "v", "list")],
    ["--rm", 0, "\nUsage:  docker run [OPTIONS] IMAGE\n", "", has("rm", "", "boolean")],
    ["-t", 0, "Usage:  docker compose exec\n", "", has("", "t", "boolean")],
    ["--nwe", 125, "", "unknown flag: --nwe\nSee 'docker run --help'.\n", { _tag: "Lacks" }],
    ["-Z", 16, "", "unknown shorthand flag: 'Z' in -Z\n", { _tag: "Lacks" }],
    ["--x", 1, "", "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n", {
      _tag: "Lacks"
    }],
    ["--x", 1, "", "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n", { _tag: "Lacks" }],
    ["--x", 1, "Usage: x\n", "panic: no\n\ngoroutine 1\n", {
      _tag: "Unanswered",
      why: "asked with --help, the program says \"panic: no\""
    }],
    ["--x", 0, "", "", { _tag: "Unanswered", why: "asked with --help, the program says \"status 0\"" }],
    ["--x", 255, "", "/d gave no answer within 10s", {
      _tag: "Unanswered",
      why: "asked with --help, the program says \"/d gave no answer within 10s\""
    }]
  ])("read of %s, status %i, %j, %j", (flag, code, stdout, stderr, expected) => {
    assert.deepStrictEqual(FlagAnswer.read({ code, stdout, stderr }, flag), expected)
  })

  it("decode takes back what it gave, and nothing else", () => {
    const answer = has("new", "n", "list")
    assert.deepStrictEqual(FlagAnswer.decode(JSON.parse(JSON.stringify(answer))), answer)
    for (const value of [null, "Has", { _tag: "Lacks" }, { _tag: "Has", flag: { name: "x" } }, { flag: answer }]) {
      assert.isUndefined(FlagAnswer.decode(value))
    }
    assert.isUndefined(FlagAnswer.decode({ _tag: "Has", flag: { name: "x", shorthand: "", arity: "many" } }))
  })
})
