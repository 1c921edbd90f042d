import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as TopLevelName from "../../../src/shell/compose/TopLevelName.ts"

describe("TopLevelName", () => {
  const named = (name: string) => ({ _tag: "Plain", name } as const)
  it.each([
    ["services: {}\n", { _tag: "None" }],
    ["services:\n  name: x\n  web: {container_name: y}\n", { _tag: "None" }],
    ["name: shop\nservices: {}\n", named("shop")],
    ["# a\n---\n\"name\": 'My Shop' # b\n", named("My Shop")],
    ["{name: shop, services: {}}", named("shop")],
    ["name: one\n---\nname: two\n", named("two")],
    ["name: ${X}\n", { _tag: "Computed" }],
    ["x: &a {name: q}\n<<: *a\n", { _tag: "Computed" }],
    ["name: [a]\n", { _tag: "Computed" }],
    ["name: ''\n", { _tag: "None" }],
    ["x: |\n  name: y\n", { _tag: "None" }],
    ["services:\n\tweb: {}\n", { _tag: "Computed" }],
    ["services: {web: [}\n", { _tag: "Computed" }],
    ["{services: {}}\n", { _tag: "None" }],
    // Compose refuses these, unless another file has content
    ["", { _tag: "Computed" }],
    ["# nothing\n", { _tag: "Computed" }],
    ["---\n---\n", { _tag: "Computed" }],
    ["{}\n", { _tag: "Computed" }]
  ])("of %j", (text, expected) => {
    assert.deepStrictEqual(TopLevelName.ofText(text), expected)
  })

  it("is that of the last file that has one, and cannot be told where one cannot be read", () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-names-"))
    const at = (name: string): string => path.join(home, name)
    try {
      fs.writeFileSync(at("one"), "name: one\n")
      fs.writeFileSync(at("two"), "name: two\n")
      fs.writeFileSync(at("plain"), "services: {}\n")
      const ofFiles = (...names: ReadonlyArray<string>) => TopLevelName.ofFiles(names.map(at), {})
      assert.deepStrictEqual(ofFiles("one", "two", "plain"), named("two"))
      assert.deepStrictEqual(ofFiles("plain"), { _tag: "None" })
      assert.deepStrictEqual([ofFiles("one", "none"), ofFiles("one", ".")], [{ _tag: "Computed" }, {
        _tag: "Computed"
      }])
      assert.deepStrictEqual(ofFiles(), { _tag: "None" })
    } finally {
      fs.rmSync(home, { recursive: true })
    }
  })
})
