import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import { afterEach, assert, describe, it } from "vitest"
import * as ProcessorQueue from "../../../src/shell/files/ProcessorQueue.ts"

const busy: Array<ReturnType<typeof spawn>> = []
afterEach(() => {
  for (const child of busy.splice(0)) child.kill("SIGKILL")
})

/** What the kernel says of this process, in milliseconds. */
const told = (): number => Number(fs.readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6

describe("ProcessorQueue", () => {
  it("is what the kernel says, again and again", () => {
    for (let time = 0; time < 3; time += 1) {
      const before = told()
      const waited = ProcessorQueue.waited()
      const after = told()
      assert.isAtLeast(waited, before)
      assert.isAtMost(waited, after)
    }
  })

  it("grows where another process has the processor", () => {
    const [processor = "0"] =
      /^Cpus_allowed_list:\s*(\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.slice(1) ?? []
    const all = /^Cpus_allowed_list:\s*(\S+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"
    const pin = (list: string): void =>
      void execFileSync("taskset", ["-acp", list, String(process.pid)], { stdio: "ignore" })
    pin(processor)
    try {
      busy.push(spawn("taskset", ["-c", processor, "sh", "-c", "while :; do :; done"], { stdio: "ignore" }))
      const before = ProcessorQueue.waited()
      const until = performance.now() + 20_000
      while (ProcessorQueue.waited() - before < 20 && performance.now() < until);
      assert.isAtLeast(ProcessorQueue.waited() - before, 20)
    } finally {
      pin(all)
    }
  })
})
