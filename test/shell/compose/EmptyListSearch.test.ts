import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as EmptyListSearch from "../../../src/shell/compose/EmptyListSearch.ts"

const root = fs.mkdtempSync(path.join(os.tmpdir(), "empty-lists-"))
afterAll(() => fs.rmSync(root, { recursive: true }))

const write = (file: string, content: string): string => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), content)
  return path.join(root, file)
}
const none = { networks: [], volumes: [], secrets: [], configs: [] }

describe("EmptyListSearch", () => {
  it.each<[string, boolean]>([
    ["services: {web: {volumes_from: [ ]}}\n", true],
    ["include: [lists.yaml]\n", true],
    ["include: [{path: ./sub/more.yaml, project_directory: .}]\n", true],
    ["include: [$FILE]\n", true],
    ["include: [plain.yaml]\n", false],
    ["include: [none/compose.yaml]\n", false],
    ["services: {web: {extends: {file: plain.yaml, service: none}}}\n", false],
    ["include: [compose.yaml]\n", false]
  ])("may find them in %j or what it names: %s", (content, expected) => {
    const file = write("compose.yaml", content)
    write("plain.yaml", "services: {web: {image: bb}}\n")
    write("lists.yaml", "services: {web: {image: bb, volumes_from: []}}\n")
    write("sub/more.yaml", "include: [../lists.yaml]\n")
    assert.strictEqual(EmptyListSearch.mayBeIn([file], root), expected)
    assert.deepStrictEqual(EmptyListSearch.search([file], root), { mayHave: expected, declared: none })
  })

  it("names the parts of the files that have one", () => {
    const files = [
      write("a.yaml", "networks: {one: {ipam: {config: []}}, two: }\n---\nvolumes: {data: {labels: []}}\n"),
      write("b.yaml", "networks: {three: }\nsecrets: {s: {labels: [ ]}}\nconfigs: [wrong]\n"),
      write("c.yaml", "networks: {four: {labels: [a]}}\n"),
      write("d.yaml", "networks: [\n"),
      path.join(root, "absent.yaml")
    ]
    assert.deepStrictEqual(EmptyListSearch.search(files, root), {
      mayHave: true,
      declared: { ...none, networks: ["one", "three", "two"], volumes: ["data"], secrets: ["s"] }
    })
  })
})
