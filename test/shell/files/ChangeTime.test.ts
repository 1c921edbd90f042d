import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as ChangeTime from "../../../src/shell/files/ChangeTime.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-time-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

describe("ChangeTime", () => {
  it.each([[-3600, true], [3600, false]])(
    "of a file whose time was set %i seconds off is what was set: %s",
    (off, isSet) => {
      const file = path.join(home, `file${off}`)
      fs.writeFileSync(file, "")
      const now = fs.statSync(file).mtimeMs
      fs.utimesSync(file, now / 1000 + off, now / 1000 + off)
      const stat = fs.statSync(file)
      assert.strictEqual(ChangeTime.fromStats(stat), isSet ? stat.mtimeMs : stat.ctimeMs)
      assert.isBelow(ChangeTime.fromStats(stat), now + 60_000)
    }
  )
})
