import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ComposeFileSearch from "../../../src/shell/compose/ComposeFileSearch.ts"

let root: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "compose-files-")))
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const write = (file: string, content = ""): void => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), content)
}

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

  it("reads the name only if it matters", () => {
    write("compose.yaml", "name: shop\n")
    const search = { start: root, files: undefined, projectDirectory: undefined, envFiles: undefined, isV1: false }
    assert.deepStrictEqual(ComposeFileSearch.find(search, {}).name, { _tag: "Plain", name: "shop" })
    assert.deepStrictEqual(ComposeFileSearch.find({ ...search, isNameless: true }, {}).name, { _tag: "None" })
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
