import { assert, describe, it } from "vitest"
import { pluginSteps } from "../../../src/shell/install/PluginPlan.ts"
import { saved } from "../../../src/shell/install/ProgramPlan.ts"
import { bare, type Directory, type Request } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import { directory, site } from "./site.ts"

const target = "/opt/docker-shim.cjs"
const [first, last] = ["/usr/local/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"]
const plan = (plugins: ReadonlyArray<Directory>, request: Request = bare) =>
  pluginSteps(site({ plugins }), request, target)
const inPlace = { ...bare, isInPlace: true }
const compose = (name: string) => `${name}/docker-compose`

describe("PluginPlan", () => {
  it("has nothing to do where Compose is no plugin", () => {
    assert.deepStrictEqual(plan([directory(first), directory(last)]), { steps: [], notes: [], refusals: [] })
  })

  it("links the plugin in a directory that docker looks into first, of the same kind of user", () => {
    const real = directory(last, { "docker-compose": "Program" })
    const made = directory(first, {}, { missing: ["/usr/local/lib/docker", first] })
    assert.deepStrictEqual(plan([directory("/root/.docker/cli-plugins"), made, real]).steps, [
      Step.makeDirectory("/usr/local/lib/docker"),
      Step.makeDirectory(first),
      Step.link(compose(first), target)
    ])
  })

  it("says where the plugin stays the real one, and moves that to the next directory in place", () => {
    const plugins = [directory(first, { "docker-compose": "Program" }), directory(last)]
    const { notes, steps } = plan(plugins)
    assert.deepStrictEqual(steps, [])
    assert.match(notes[0] ?? "", /--in-place changes that/)
    const moved = plan(plugins, inPlace)
    assert.deepStrictEqual(moved.refusals, [])
    assert.deepStrictEqual(moved.steps.map(({ _tag }) => _tag), ["Move", "Link"])
  })

  it("gives the real plugin its name back where an older wrapper has it", () => {
    const wrapped = directory(last, { "docker-compose": "Wrapper", "docker-compose.real": "Program" })
    assert.deepStrictEqual(plan([directory(first), wrapped], inPlace).steps, [
      Step.move(compose(last), saved(compose(last))),
      Step.move(`${compose(last)}.real`, compose(last)),
      Step.link(compose(first), target)
    ])
  })

  it.each<[string, ReadonlyArray<Directory>, Request, RegExp]>([
    ["a wrapper", [directory(first, { "docker-compose": "Wrapper" })], bare, /is an older wrapper; --in-place/],
    [
      "a wrapper of nothing",
      [directory(first), directory(last, { "docker-compose": "Wrapper" })],
      inPlace,
      /is no program, or .* cannot be written$/
    ],
    [
      "no place behind",
      [directory(first, { "docker-compose": "Program" })],
      inPlace,
      /no directory that docker looks into later can be written$/
    ]
  ])("refuses with %s", (_, plugins, request, reason) => {
    const { refusals } = plan(plugins, request)
    assert.match(refusals[0] ?? "", reason)
  })
})
