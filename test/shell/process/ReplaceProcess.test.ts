import { afterEach, assert, describe, it, vi } from "vitest"
import * as ReplaceProcess from "../../../src/shell/process/ReplaceProcess.ts"

// this process has files open itself
const inherited = vi.hoisted(() => ({ marked: [] as ReadonlyArray<number> }))
vi.mock("../../../src/shell/process/InheritedDescriptors.ts", () => ({ marked: () => inherited.marked }))
const version = vi.hoisted(() => ({ isStandalone: true }))
vi.mock("../../../src/shell/Version.ts", () => version)

const runtime = process as { execve?: unknown }
const original = Object.getOwnPropertyDescriptor(process, "execve")
afterEach(() => {
  if (original === undefined) delete runtime.execve
  else Object.defineProperty(process, "execve", original)
})

const command = { file: "/bin/docker", argv0: "docker", args: ["ps", "-a"], env: { A: "1" } }
const replaceBy = (execve: unknown): void => {
  Object.defineProperty(process, "execve", { value: execve, configurable: true, writable: true })
  ReplaceProcess.replace(command)
}

describe("ReplaceProcess", () => {
  it("becomes the program under its name", () => {
    const calls: Array<ReadonlyArray<unknown>> = []
    replaceBy((...words: ReadonlyArray<unknown>) => calls.push(words))
    assert.deepStrictEqual(calls, [["/bin/docker", ["docker", "ps", "-a"], { A: "1" }]])
  })

  it("returns where a descriptor would be lost", () => {
    inherited.marked = [5]
    try {
      replaceBy(() => assert.fail("became it"))
    } finally {
      inherited.marked = []
    }
  })

  it("returns in the Node form, whose own call would leave signals ignored", () => {
    version.isStandalone = false
    try {
      replaceBy(() => assert.fail("became it"))
    } finally {
      version.isStandalone = true
    }
  })

  it("returns where the runtime cannot, or the program cannot be started", () => {
    replaceBy(undefined)
    replaceBy(() => {
      throw Object.assign(new Error("EACCES"), { code: "EACCES" })
    })
  })
})
