import { assert, describe, it } from "@effect/vitest"
import * as Program from "../../../src/core/argv/Program.ts"

describe("Program", () => {
  it.each([
    ["docker", "docker"],
    ["/usr/local/bin/docker", "docker"],
    ["docker-compose", "docker-compose"],
    ["/x/docker-compose", "docker-compose"],
    ["/docker-compose/docker", "docker"],
    ["docker-compose-x", "docker"]
  ])("%s is for %s", (argv0, program) => {
    assert.strictEqual(Program.fromName(argv0), program)
  })
})
