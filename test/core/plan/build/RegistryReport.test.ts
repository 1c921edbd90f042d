import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../../src/core/argv/CommandLine.ts"
import * as RegistryReport from "../../../../src/core/plan/build/RegistryReport.ts"

const request = (words: string, env = {}, otherwise?: string) => {
  const { tokens } = CommandLine.parse(words.split(" "))
  const { state } = RegistryReport.request(tokens, "r.example/app", otherwise, {
    argv0: "docker",
    argv: [],
    env,
    cwd: "/w"
  })
  assert(state._tag === "Done")
  return state
}

describe("RegistryReport", () => {
  it("has buildx describe the build, without asking for its provenance", () => {
    const { gains, value } = request("build .")
    assert.deepStrictEqual(value.map((token) => token._tag === "Option" ? token.dash : ""), ["--metadata-file"])
    assert.deepStrictEqual(gains.env, { BUILDX_METADATA_PROVENANCE: "disabled" })
    assert.deepStrictEqual(gains.files.map(({ placeholder }) => placeholder), [RegistryReport.placeholder])
    assert.deepStrictEqual(gains.after, [
      { _tag: "ConfirmRegistryExport", file: RegistryReport.placeholder, place: "r.example/app" }
    ])
  })

  it("uses the user's own file, and what they say of provenance", () => {
    const { gains, value } = request("buildx build --metadata-file m.json .", {}, "not asked")
    assert.deepStrictEqual([value, gains.files], [[], []])
    assert.deepStrictEqual(gains.after, [
      { _tag: "ConfirmRegistryExport", file: "/w/m.json", place: "r.example/app", otherwise: "not asked" }
    ])
    assert.deepStrictEqual(request("build .", { BUILDX_METADATA_PROVENANCE: "max" }).gains.env, {})
  })
})
