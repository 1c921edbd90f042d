/**
 * The memory for new objects of a process that is a gateway, in a process of its own.
 */
import { execFileSync } from "node:child_process"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import { repository } from "../program.ts"

/** The size of that memory in MB after much has passed through it, where it is kept small and where it is not. */
const sizeOf = (isSmall: boolean): number => {
  const module = JSON.stringify(path.join(repository, "dist/shell/process/Memory.js"))
  const script = `
    import { getHeapSpaceStatistics } from "node:v8"
    if (${String(isSmall)}) (await import(${module})).keepNewSmall()
    let kept = []
    for (let nth = 0; nth < 3_000_000; nth += 1) {
      kept.push({ nth })
      if (kept.length === 50_000) kept = []
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size >> 20)`
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }))
}

describe("the memory of a gateway", () => {
  it("does not grow for what is soon gone", () => {
    assert.isAtMost(sizeOf(true), 3)
    assert.isAbove(sizeOf(false), 8)
  })
})
