import { assert, describe, it } from "@effect/vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"

const none = Endpoint.noFlags

describe("Endpoint", () => {
  it.each([
    [none, {}, false],
    [{ ...none, context: "c" }, {}, true],
    [{ ...none, host: "unix:///x" }, {}, true],
    [none, { DOCKER_HOST: "unix:///x" }, true],
    [none, { DOCKER_HOST: "" }, false],
    [none, { DOCKER_CONTEXT: "c" }, true],
    [none, { DOCKER_CONTEXT: "" }, false],
    [none, { "": "x" }, false]
  ])("isNamed of %j and %j is %j", (flags, env, named) => {
    assert.strictEqual(Endpoint.isNamed(flags, env), named)
  })

  it.each([
    [none, {}, undefined, "default"],
    [none, {}, "", "default"],
    [none, {}, "current", "current"],
    [none, { DOCKER_CONTEXT: "c" }, "current", "c"],
    [none, { DOCKER_CONTEXT: "" }, "current", "current"],
    [none, { DOCKER_HOST: "unix:///x", DOCKER_CONTEXT: "c" }, "current", "default"],
    [none, { DOCKER_HOST: "" }, "current", "current"],
    [{ ...none, host: "unix:///x" }, { DOCKER_CONTEXT: "c" }, "current", "default"],
    [{ ...none, context: "given" }, { DOCKER_HOST: "unix:///x" }, "current", "given"],
    [{ ...none, context: "" }, {}, "current", "current"]
  ])("contextName of %j and %j, where %j is current, is %j", (flags, env, current, name) => {
    assert.strictEqual(Endpoint.contextName(flags, env, current), name)
  })

  it.each([
    [none, {}, "/.docker"],
    [none, { HOME: "/home/retro" }, "/home/retro/.docker"],
    [none, { HOME: "/home/retro", DOCKER_CONFIG: "" }, "/home/retro/.docker"],
    [none, { HOME: "/home/retro", DOCKER_CONFIG: "/config" }, "/config"],
    [{ ...none, config: "given" }, { DOCKER_CONFIG: "/config" }, "given"],
    [{ ...none, config: "" }, { DOCKER_CONFIG: "/config" }, "/config"]
  ])("configDirectory of %j and %j is %j", (flags, env, directory) => {
    assert.strictEqual(Endpoint.configDirectory(flags, env), directory)
  })
})
