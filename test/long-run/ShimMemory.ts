/**
 * The memory of a shim that waits for its child.
 */
import * as fs from "node:fs"

/** The most that was seen, in bytes; 0 where the process was never the shim for long enough to be seen. */
export interface ShimMemory {
  readonly stop: () => number
}

/** Often enough to see every build, and no load by itself. */
const interval = 200

/**
 * Looks at a process that becomes the shim: what it was before (`unshare`, `sh`) and the docker that it may become have
 * memory of their own, so the peak counts while the process is the shim.
 */
export const watch = (pid: number): ShimMemory => {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, peakOf(pid))
  }, interval)
  return {
    stop: () => {
      clearInterval(timer)
      return most
    }
  }
}

/** The kernel's own peak of resident memory, `VmHWM`, where the process is the shim and has a child. */
const peakOf = (pid: number): number => {
  try {
    const isShim = /\/(?:node|docker-shim)$/.test(fs.readlinkSync(`/proc/${pid}/exe`))
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim()
    if (!isShim || children === "") return 0
    const peak = /^VmHWM:\s*(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    return Number(peak ?? 0) * 1024
  } catch {
    return 0 // ended meanwhile
  }
}
