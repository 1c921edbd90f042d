/**
 * Shows that a release is reproducible: `node scripts/release/compare.mjs [x64]` makes it twice, from two clean clones of the commit
 * in directories of different names and depths, with another time zone, language and umask for the second, and compares
 * the bytes.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const repository = fileURLToPath(new URL("../..", import.meta.url))
/** Both are of this commit, whatever is committed meanwhile. */
const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: repository, encoding: "utf8" }).trim()
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-release-"))
const surroundings = [
  { directory: path.join(work, "one"), umask: 0o022, env: {} },
  { directory: path.join(work, "a name/with a space/two"), umask: 0o077, env: { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8" } }
]

/** Makes the release in a clone, and gives its checksums. */
const make = ({ directory, env, umask }) => {
  process.umask(umask)
  const run = (file, ...words) => execFileSync(file, words, { cwd: directory, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } })
  fs.mkdirSync(path.dirname(directory), { recursive: true })
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", "--no-checkout", repository, directory])
  run("git", "checkout", "--quiet", "--detach", commit)
  run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund")
  run("npm", "run", "release", "--", ...process.argv.slice(2))
  return fs.readFileSync(path.join(directory, "dist/release/SHA256SUMS"), "utf8")
}

try {
  const [one, other] = surroundings.map(make)
  if (one !== other) {
    const lines = other.split("\n")
    console.error(`The two releases differ:\n${one.split("\n").filter((line) => !lines.includes(line)).join("\n")}`)
    process.exitCode = 1
  } else console.log(`Both releases are the same, byte for byte:\n${one}`)
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
