import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ComposeFileSearch from "../../../src/shell/compose/ComposeFileSearch.ts"
import * as EnvFile from "../../../src/shell/compose/EnvFile.ts"
import * as TopLevelName from "../../../src/shell/compose/TopLevelName.ts"
import { read } from "../../../src/shell/services/ComposeVersion.ts"

let root: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "compose-files-")))
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const write = (file: string, content = ""): void => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), content)
}

describe("TopLevelName", () => {
  const named = (name: string) => ({ _tag: "Plain", name })
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
})

describe("EnvFile", () => {
  it("reads Compose's own variables, and says of which it cannot tell the value", () => {
    write(
      ".env",
      "A=b\nexport COMPOSE_FILE = \"a.yaml:b.yaml\"\n#COMPOSE_FILE=x\nCOMPOSE_PROJECT_NAME: mine\nCOMPOSE_FILE=$X\n"
    )
    const file = path.join(root, ".env")
    assert.deepStrictEqual(EnvFile.composeSettings(file), [
      { file, name: "COMPOSE_FILE", value: "a.yaml:b.yaml" },
      { file, name: "COMPOSE_PROJECT_NAME", value: "mine" },
      { file, name: "COMPOSE_FILE", value: undefined }
    ])
    assert.deepStrictEqual(EnvFile.composeSettings("/none"), [])
  })
})

describe("ComposeFileSearch", () => {
  const find = (start: string, isV1 = false) =>
    ComposeFileSearch.find({
      start: path.join(root, start),
      files: undefined,
      projectDirectory: undefined,
      envFiles: undefined,
      isV1
    }, {})
  const files = (start: string, isV1?: boolean) => find(start, isV1).files.map((file) => path.relative(root, file))

  it("says whether empty lists may be in the files", () => {
    write("compose.yaml", "services: {web: {volumes_from: [ ]}}\n")
    assert.isTrue(find(".").mayHaveEmptyLists)
    write("compose.yaml", "services: {web: {image: bb}}\n")
    assert.isFalse(find(".").mayHaveEmptyLists)
  })

  it("finds the first of the usual names upwards, with the override beside it", () => {
    write("p/docker-compose.yml")
    write("p/compose.override.yaml")
    write("compose.yaml")
    fs.mkdirSync(path.join(root, "p/sub/deep"), { recursive: true })
    assert.deepStrictEqual(files("p/sub/deep"), ["p/docker-compose.yml", "p/compose.override.yaml"])
    assert.strictEqual(find("p/sub").directory, path.join(root, "p"))
    assert.deepStrictEqual(files("."), ["compose.yaml"])
  })

  it("takes the names in the order of the generation, and says where there is a choice", () => {
    write("compose.yaml")
    write("docker-compose.yml")
    assert.deepStrictEqual([files("."), files(".", true)], [["compose.yaml"], ["docker-compose.yml"]])
    assert.isTrue(find(".").isChoice)
  })

  it("reads the `.env` of where it starts and of the project", () => {
    write("p/compose.yaml")
    write("p/.env", "COMPOSE_PROJECT_NAME=x\n")
    fs.mkdirSync(path.join(root, "p/sub"))
    assert.isFalse(find("p").isChoice)
    assert.lengthOf(find("p/sub").settings, 1)
    write("p/sub/.env", "COMPOSE_FILE=y\n")
    assert.lengthOf(find("p/sub").settings, 2)
  })
})

describe("ComposeVersion", () => {
  it.each([
    ["2.40.3-3", 2, 40],
    ["v2.26.1", 2, 26],
    ["5.0.1-desktop.1\n", 5, 0],
    ["1.29.2", 1, 29],
    ["dev", 0, 0],
    ["", 0, 0]
  ])("reads %j", (text, major, minor) => assert.deepStrictEqual(read(text), { major, minor }))
})
