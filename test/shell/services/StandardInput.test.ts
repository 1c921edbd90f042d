import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { StandardInput } from "../../../src/shell/services/StandardInput.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-input-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

describe("StandardInput", () => {
  it("reads a pipe to its end once, whatever bytes these are, and leaves alone what can be read again", async () => {
    const pipe = path.join(home, "pipe")
    execFileSync("mkfifo", [pipe])
    const file = path.join(home, "file")
    fs.writeFileSync(file, "again")
    const both = fs.openSync(pipe, fs.constants.O_RDWR)
    const reader = fs.openSync(pipe, fs.constants.O_RDONLY)
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0xff, 0x00])
    fs.writeSync(both, bytes)
    fs.closeSync(both)
    const plain = fs.openSync(file, fs.constants.O_RDONLY)
    try {
      const found = await Effect.runPromise(Effect.gen(function*() {
        const input = yield* StandardInput.make
        return [yield* input.read([reader, plain, 999]), yield* input.read([reader])]
      }))
      const content = [{ descriptor: reader, content: bytes }]
      assert.deepStrictEqual(found, [content, content])
    } finally {
      fs.closeSync(reader)
      fs.closeSync(plain)
    }
  })

  it("leaves alone what cannot be read, because the program reports it", async () => {
    const directory = fs.openSync(home, fs.constants.O_RDONLY)
    try {
      const found = Effect.runPromise(Effect.flatMap(StandardInput.make, (input) => input.read([directory])))
      assert.deepStrictEqual(await found, [])
    } finally {
      fs.closeSync(directory)
    }
  })
})
