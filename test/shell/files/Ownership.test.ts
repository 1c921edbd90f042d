import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Ownership from "../../../src/shell/files/Ownership.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-own-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

describe("Ownership", () => {
  it.each([[0o700, true], [0o755, true], [0o770, false], [0o707, false], [0o722, false]])(
    "of mode %i: %s",
    (mode, isOwn) => {
      const file = path.join(home, String(mode))
      fs.writeFileSync(file, "")
      fs.chmodSync(file, mode)
      const stat = fs.statSync(file)
      assert.strictEqual(Ownership.isOwn(stat), isOwn)
      assert.isFalse(Ownership.isOwn(Object.assign(stat, { uid: stat.uid + 1 })))
    }
  )
})
