import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Dockerfile from "../../../src/core/syntax/dockerfile/Dockerfile.ts"
import * as DockerfileText from "../../../src/shell/builder/DockerfileText.ts"
import * as TimeBudget from "../../../src/shell/files/TimeBudget.ts"

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

describe("Dockerfiles that are read once for a command", () => {
  it("are told as they were then, within the limit of who asks", () => {
    const read = DockerfileText.readingOnce()
    fs.writeFileSync(at("Dockerfile"), "FROM one\n")
    assert.strictEqual(DockerfileText.read(at("Dockerfile"), read), "FROM one\n")
    fs.writeFileSync(at("Dockerfile"), "FROM two\n")
    assert.strictEqual(read(at("Dockerfile"), 9)?.toString(), "FROM one\n")
    assert.isUndefined(read(at("Dockerfile"), 8))
    assert.strictEqual(DockerfileText.read(at("Dockerfile")), "FROM two\n")
    // also that there is none
    assert.isUndefined(read(at("other"), 9))
    fs.writeFileSync(at("other"), "FROM bb\n")
    assert.isUndefined(read(at("other"), 9))
  })

  it("are kept up to a limit, and read again beyond it", () => {
    const read = DockerfileText.readingOnce()
    const large = Array.from({ length: 17 }, (_, one) => at(`large${one}`))
    for (const file of large) fs.writeFileSync(file, Buffer.alloc(DockerfileText.maxSize, "#"))
    const first = () => large.map((file) => read(file, DockerfileText.maxSize)?.toString("utf8", 0, 1))
    assert.deepStrictEqual(first(), large.map(() => "#"))
    for (const file of large) fs.writeFileSync(file, "F")
    assert.deepStrictEqual(first(), large.map((_, one) => one < 16 ? "#" : "F"))
  })

  it("are not remembered where the time was over before they were read", () => {
    const read = DockerfileText.readingOnce()
    fs.writeFileSync(at("Dockerfile"), "FROM one\n")
    assert.throws(() => TimeBudget.endingWhen(() => true, () => read(at("Dockerfile"), 9)), "ELATE")
    assert.strictEqual(read(at("Dockerfile"), 9)?.toString(), "FROM one\n")
  })
})
