import { assert, describe, it } from "vitest"
import { programSteps, saved } from "../../../src/shell/install/ProgramPlan.ts"
import { bare } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import { directory, site } from "./site.ts"

const target = "/opt/docker-shim.cjs"
const plan = (one: ReturnType<typeof site>, request = bare, ahead = one.path[0]) =>
  programSteps(one, request, ahead, target)
const real = (names: Parameters<typeof directory>[1], more: Parameters<typeof directory>[2] = {}) =>
  site({ path: [directory("/usr/local/bin"), directory("/usr/bin", names, more)] })
const inPlace = { ...bare, isInPlace: true }

describe("ProgramPlan", () => {
  it("links names ahead of the real programs, for Compose only where there is one", () => {
    assert.deepStrictEqual(plan(real({ "docker": "Program", "docker-compose": "Program" })), {
      steps: [Step.link("/usr/local/bin/docker", target), Step.link("/usr/local/bin/docker-compose", target)],
      notes: [],
      refusals: []
    })
    assert.lengthOf(plan(real({ docker: "Program" })).steps, 1)
  })

  it("says what has to change on PATH where the directory does not come first", () => {
    const one = site({ path: [directory("/usr/bin", { docker: "Program" }), directory("/usr/local/bin")] })
    const { notes, steps } = plan(one, bare, one.path[1])
    assert.lengthOf(steps, 1)
    assert.deepStrictEqual(notes, [
      "/usr/local/bin does not come before /usr/bin/docker on PATH: export PATH=/usr/local/bin:$PATH"
    ])
  })

  it("keeps a program beside, in its own place, and has packages respect that", () => {
    const step = Step.replace("/usr/bin/docker", "/usr/bin/docker.real", target)
    const { notes, steps } = plan(real({ docker: "Program" }), inPlace)
    assert.deepStrictEqual(steps, [step])
    assert.match(notes[0] ?? "", /^no package owns/)
    assert.deepStrictEqual(plan(real({ docker: "Program" }, { packaged: ["docker"] }), inPlace).steps, [
      Step.divert("/usr/bin/docker", "/usr/bin/docker.real"),
      step
    ])
  })

  it("takes the place of an older wrapper, which is saved", () => {
    const { steps } = plan(real({ "docker": "Wrapper", "docker.real": "Program" }), inPlace)
    assert.deepStrictEqual(steps, [Step.replace("/usr/bin/docker", saved("/usr/bin/docker"), target)])
    assert.strictEqual(saved("/usr/bin/docker"), "/usr/bin/.docker-shim-saved.docker")
  })

  it.each([
    ["no docker on PATH", real({}), bare, /^there is no docker on PATH/],
    ["only the shim", real({ docker: "Shim" }), bare, /\/usr\/bin\/docker is the shim already/],
    ["a wrapper", real({ docker: "Wrapper" }), bare, /is an older wrapper; --in-place/],
    ["a wrapper of nothing", real({ docker: "Wrapper" }), inPlace, /which it calls, is no program$/],
    ["two dockers", real({ "docker": "Program", "docker.real": "Program" }), inPlace, /are both there, and neither/],
    [
      "no right to write",
      real({ docker: "Program" }, { isWritable: false }),
      inPlace,
      /^this user cannot write to /
    ]
  ])("refuses with %s", (_, one, request, reason) => {
    const { refusals, steps } = plan(one, request)
    assert.deepStrictEqual(steps, [])
    assert.match(refusals[0] ?? "", reason)
  })

  it.each([["Program", /is not the shim/], ["OtherShim", /another build/], ["Other", /is not the shim/]] as const)(
    "refuses where a name is taken by %s",
    (kind, reason) => {
      const ahead = directory("/usr/local/bin", { docker: kind })
      const one = site({ path: [directory("/usr/bin", { docker: "Program" })] })
      assert.match(plan(one, bare, ahead).refusals[0] ?? "", reason)
    }
  )
})
