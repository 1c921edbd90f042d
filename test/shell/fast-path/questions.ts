/**
 * A home with a link in it, and questions about that: two that plain calls answer, and one that they do not.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll } from "vitest"
import type * as Question from "../../../src/core/facts/Question.ts"

export const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-loop-")))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))
fs.mkdirSync(path.join(home, "real"))
fs.symlinkSync("real", path.join(home, "link"))

export const link: Question.Of<"RealPath"> = { _tag: "RealPath", path: path.join(home, "link") }
export const config: Question.Of<"DockerConfig"> = { _tag: "DockerConfig", directory: home }
export const builder: Question.Of<"CacheDirectory"> = {
  _tag: "CacheDirectory",
  directory: home,
  readDirectories: [],
  wanted: []
}
