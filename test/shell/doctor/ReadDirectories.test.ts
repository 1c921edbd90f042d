import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as ReadDirectories from "../../../src/shell/doctor/ReadDirectories.ts"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import { at } from "./examination.ts"

const make = (name: string, mode = 0o755): string => {
  const directory = path.join(at, name)
  fs.mkdirSync(directory, { mode })
  return directory
}

describe("ReadDirectories", () => {
  it("has one finding for each, in their order, with the number of entries", () => {
    const directory = make("trusted")
    for (const name of ["app", "web", ".blobs"]) fs.mkdirSync(path.join(directory, name))
    const [there, absent, ...others] = ReadDirectories.examine([directory, path.join(at, "none")])
    assert.deepStrictEqual(others, [])
    assert.match(there?.evidence ?? "", /\/trusted, owner \d+:\d+, mode 0755, 2 entries, but this user may write it$/)
    assert.deepStrictEqual([absent?.state, absent?.evidence], ["warn", `${path.join(at, "none")} does not exist`])
  })

  it("describes a directory with owner and mode", () => {
    const directory = make("other", 0o700)
    const { gid, uid } = fs.statSync(directory)
    assert.strictEqual(
      SharedDirectory.use(directory, ReadDirectories.describe),
      `${directory}, owner ${uid}:${gid}, mode 0700`
    )
  })
})
