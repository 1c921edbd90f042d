/**
 * The working directory as the docker CLI sees it.
 */
import * as fs from "node:fs"
import * as RawText from "../process/RawText.ts"

/**
 * The logical working directory: `$PWD` if that is absolute and names the working directory, else the physical path; empty if
 * the directory was deleted.
 *
 * **Details**
 *
 * Same rule as Go 1.24, `os/getwd.go`, by which docker makes relative sources absolute: a working directory reached through a
 * symbolic link keeps the link in its path.
 */
export const logical = (pwd: string | undefined): string => {
  try {
    if (pwd?.startsWith("/") === true) {
      const named = fs.statSync(RawText.path(pwd), { bigint: true, throwIfNoEntry: false })
      const here = fs.statSync(".", { bigint: true })
      if (named?.dev === here.dev && named.ino === here.ino) return pwd
    }
    const here = process.cwd()
    return here.includes("\ufffd") ? RawText.decode(fs.readlinkSync("/proc/self/cwd", "buffer")) : here
  } catch {
    // it was deleted, or lies behind a directory that may not be looked into: docker has none either
    return ""
  }
}
