import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Step from "../../../src/shell/install/Step.ts"
import * as StepExecutor from "../../../src/shell/install/StepExecutor.ts"

let root = ""
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-step-"))
  fs.writeFileSync(at("/docker"), "docker", { mode: 0o755 })
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const at = (name: string): string => path.join(root, name)
const carryOut = (step: Step.Step): void => StepExecutor.carryOut(root, step)
const undo = (step: Step.Step): StepExecutor.Undone => StepExecutor.undo(root, step)
const text = (name: string): string => fs.readFileSync(at(name), "utf8")

const replace = Step.replace("/docker", "/docker.real", "/shim")

describe("StepExecutor", () => {
  it.each<[Step.Step, string]>([
    [Step.makeDirectory("/d"), "/d"],
    [Step.copy("/docker", "/copy"), "/copy"],
    [Step.link("/l", "/shim"), "/l"],
    [Step.move("/docker", "/moved"), "/moved"],
    [replace, "/docker.real"]
  ])("carries out and undoes %j", (step, made) => {
    const names = fs.readdirSync(root)
    assert.isFalse(StepExecutor.stands(root, step))
    assert.deepStrictEqual(undo(step), { isDone: false }, "what was not done")
    carryOut(step)
    assert.isTrue(StepExecutor.stands(root, step))
    assert.isDefined(fs.lstatSync(at(made)))
    // a newer executable is copied over an older one
    if (step._tag !== "Copy") assert.throws(() => carryOut(step))
    assert.deepStrictEqual(undo(step), { isDone: true })
    assert.deepStrictEqual([fs.readdirSync(root), text("/docker")], [names, "docker"])
  })

  it("makes directories and copies that others can reach, whatever the umask", () => {
    const umask = process.umask(0o077)
    try {
      carryOut(Step.makeDirectory("/d"))
      carryOut(Step.copy("/docker", "/d/copy"))
    } finally {
      process.umask(umask)
    }
    assert.deepStrictEqual(["/d", "/d/copy"].map((name) => fs.statSync(at(name)).mode & 0o777), [0o755, 0o755])
  })

  it("leaves what somebody else put in its place, and says so", () => {
    carryOut(Step.makeDirectory("/d"))
    fs.writeFileSync(at("/d/mine"), "")
    assert.deepStrictEqual(undo(Step.makeDirectory("/d")), { isDone: false, note: "/d is not empty and stays" })
    carryOut(Step.link("/l", "/shim"))
    fs.rmSync(at("/l"))
    fs.writeFileSync(at("/l"), "mine")
    assert.match(undo(Step.link("/l", "/shim")).note ?? "", /is not what was installed and stays$/)
    carryOut(Step.move("/docker", "/moved"))
    fs.writeFileSync(at("/docker"), "newer")
    assert.match(undo(Step.move("/docker", "/moved")).note ?? "", /is there again and stays/)
    assert.deepStrictEqual([text("/l"), text("/docker"), text("/moved")], ["mine", "newer", "docker"])
  })

  it("keeps a newer program that an upgrade put in the link's place, also when it is done again", () => {
    carryOut(replace)
    fs.rmSync(at("/docker"))
    fs.writeFileSync(at("/docker"), "newer")
    assert.isFalse(StepExecutor.stands(root, replace))
    StepExecutor.redo(root, replace)
    assert.isTrue(StepExecutor.stands(root, replace))
    assert.strictEqual(text("/docker.real"), "newer")
    fs.rmSync(at("/docker.real"))
    assert.throws(() => StepExecutor.redo(root, replace), "/docker.real is gone")
  })

  it("leaves the program as it was where putting it aside was cut off", () => {
    fs.linkSync(at("/docker"), at("/docker.real"))
    assert.deepStrictEqual(undo(replace), { isDone: false })
    fs.linkSync(at("/docker"), at("/docker.real"))
    fs.symlinkSync("/shim", at("/.docker-shim-new.docker"))
    assert.deepStrictEqual(undo(replace), { isDone: true })
    assert.deepStrictEqual([fs.readdirSync(root), text("/docker")], [["docker"], "docker"])
  })

  it("leaves nothing of a copy that could not be made", () => {
    assert.throws(() => StepExecutor.copy(at("/none"), at("/copy")))
    assert.deepStrictEqual(fs.readdirSync(root), ["docker"])
  })
})
