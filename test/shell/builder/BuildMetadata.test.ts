import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as BuildMetadata from "../../../src/shell/builder/BuildMetadata.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-metadata-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

describe("BuildMetadata", () => {
  it.each([
    ["{\"cache.manifest\": {}, \"image.name\": \"app\"}", true],
    ["{\"image.name\": \"app\"}", false],
    ["{}", false],
    // nothing is said against what cannot be read
    ["", true],
    ["{", true],
    ["1", true]
  ])("of %j says that a cache was exported: %s", (text, isNamed) => {
    const file = path.join(home, "metadata.json")
    fs.writeFileSync(file, text)
    assert.strictEqual(BuildMetadata.reader()(file), isNamed)
  })

  it("that is not there says nothing against it", () => {
    assert.isTrue(BuildMetadata.reader()(path.join(home, "none")))
  })

  it("is read once, whoever asks", () => {
    const file = path.join(home, "read-once.json")
    fs.writeFileSync(file, "{}")
    const namesCache = BuildMetadata.reader()
    assert.isFalse(namesCache(file))
    fs.writeFileSync(file, "{\"cache.manifest\": {}}")
    assert.deepStrictEqual([namesCache(file), BuildMetadata.reader()(file)], [false, true])
  })
})
