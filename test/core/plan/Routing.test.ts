import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../src/core/argv/CommandLine.ts"
import * as Routing from "../../../src/core/plan/Routing.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"

const route = (words: string, env: Readonly<Record<string, string>>) => {
  const settings = Settings.decode(env)
  assert(!("_tag" in settings))
  const { globals } = CommandLine.parse(words.split(" "))
  const invocation = { argv0: "docker", argv: words.split(" "), env, cwd: "/" }
  const { state } = Routing.route(Routing.endpointOf(globals), { invocation, settings })
  assert(state._tag === "Done")
  return state
}
const own = { DOCKER_SHIM_DOCKER_HOST: "tcp://me:secret@own:2375" }

describe("Routing", () => {
  it("sends a command to the session's daemon, and hides its password", () => {
    const { gains, value } = route("ps", own)
    assert.deepStrictEqual(value, { DOCKER_HOST: own.DOCKER_SHIM_DOCKER_HOST })
    assert.deepStrictEqual(gains.env, value)
    assert.deepStrictEqual(gains.changes, [{
      what: "DOCKER_HOST",
      from: "",
      to: "tcp://***@own:2375",
      why: "this session's daemon (DOCKER_SHIM_DOCKER_HOST)"
    }])
  })

  it.each([
    ["-H unix:///x ps", own],
    ["--context c ps", own],
    ["ps", { ...own, DOCKER_HOST: "unix:///y" }],
    ["ps", { ...own, DOCKER_CONTEXT: "c" }],
    ["ps", {}]
  ])("leaves %s to the user's choice with %j", (words, env) => {
    assert.deepStrictEqual(route(words, env).gains.env, {})
  })
})
