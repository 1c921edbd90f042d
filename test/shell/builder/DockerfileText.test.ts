import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Dockerfile from "../../../src/core/syntax/dockerfile/Dockerfile.ts"
import * as DockerfileText from "../../../src/shell/builder/DockerfileText.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-dockerfile-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const at = (name: string): string => path.join(home, name)

describe("DockerfileText", () => {
  it("is that of the file, or of one in small letters where the usual name is not there", () => {
    fs.writeFileSync(at("dockerfile"), "FROM small\n")
    assert.strictEqual(DockerfileText.read(at("Dockerfile")), "FROM small\n")
    assert.isUndefined(DockerfileText.read(at("Dockerfile.dev")))
    fs.writeFileSync(at("Dockerfile"), "FROM usual\n")
    assert.strictEqual(DockerfileText.read(at("Dockerfile")), "FROM usual\n")
  })

  it("is none of what is too long, no file, or a pipe that nobody writes to", () => {
    fs.writeFileSync(at("long"), "#".repeat(Dockerfile.longest + 1))
    fs.writeFileSync(at("longest"), "#".repeat(Dockerfile.longest))
    execFileSync("mkfifo", [at("pipe")])
    assert.strictEqual(DockerfileText.read(at("longest"))?.length, Dockerfile.longest)
    for (const name of ["long", "pipe", ".", "none"]) assert.isUndefined(DockerfileText.read(at(name)), name)
  })
})
