/**
 * Makes a release in dist/release: `npm run release [-- x64]`. One commit gives the same bytes each time.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import { fileURLToPath } from "node:url"
import { makeDeb } from "./deb.mjs"
import { commit, time, version } from "./identity.mjs"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const run = (file, ...words) => execFileSync(file, words, { cwd: here(""), stdio: ["ignore", "inherit", "inherit"] })
const architectures = process.argv.length > 2 ? process.argv.slice(2) : ["x64", "arm64"]

if (commit === "" || commit.includes("+")) {
  console.error("A release is made from a commit: there are changes that are not committed, or this is no git checkout.")
  process.exit(1)
}
const release = here("dist/release")
fs.rmSync(release, { recursive: true, force: true })
fs.mkdirSync(release, { recursive: true })

run("npm", "run", "build")
run("npx", "vite-node", "scripts/release/man.ts")
run("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", release)
for (const architecture of architectures) {
  run("node", "scripts/release/build-standalone.mjs", architecture)
  const executable = here(architecture === os.arch() ? "dist/docker-shim" : `dist/docker-shim-linux-${architecture}`)
  const licenses = fs.readFileSync(here("dist/docker-shim.licenses.txt"), "utf8")
  const name = `${release}/docker-shim-${version}-linux-${architecture}`
  fs.copyFileSync(executable, name)
  fs.chmodSync(name, 0o755)
  fs.writeFileSync(`${name}.licenses.txt`, licenses)
  makeDeb({
    architecture,
    executable,
    licenses,
    time,
    version,
    directory: release,
    changelog: fs.readFileSync(here("CHANGELOG.md")),
    manPage: fs.readFileSync(here("dist/docker-shim.1"))
  })
}
const files = fs.readdirSync(release).sort()
const sums = files.map((name) =>
  `${createHash("sha256").update(fs.readFileSync(`${release}/${name}`)).digest("hex")}  ${name}\n`
).join("")
fs.writeFileSync(`${release}/SHA256SUMS`, sums)
console.log(`docker-shim ${version}, ${commit}, in dist/release:\n${sums}`)
