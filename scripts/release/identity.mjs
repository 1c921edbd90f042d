/**
 * What a build says of itself: its version and the commit that it is made from.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../..", import.meta.url))

const git = (...words) => {
  const ran = spawnSync("git", words, { cwd: repository, encoding: "utf8" })
  return ran.status === 0 ? ran.stdout.trim() : undefined
}

/** The version of package.json. */
export const version = JSON.parse(fs.readFileSync(`${repository}/package.json`, "utf8")).version

/** Such as `53e1458b2d01`, with `+changes` if files differ from it; empty outside a git checkout. */
export const commit = (() => {
  const head = git("rev-parse", "HEAD")
  if (head === undefined) return ""
  return head.slice(0, 12) + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+changes")
})()

/** When the commit was made, in seconds since 1970: the time of every file of a release. */
export const time = Number(git("log", "-1", "--format=%ct") ?? 0)
