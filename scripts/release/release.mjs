/**
 * Makes a release of the commit in dist/release: `npm run release [-- x64]`. One commit gives the same bytes each time.
 *
 * It is built in a copy of the commit of its own, so that neither another release, nor a build or a change in the checkout
 * meanwhile, gets into it.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import { fileURLToPath } from "node:url"
import { makeDeb } from "./deb.mjs"
import { commit, time, version } from "./identity.mjs"
import { requireProgram, toolsFor } from "./tools.mjs"

const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "")
const copy = `${repository}/.cache/release-${process.pid}`
const release = `${copy}/dist/release`
const architectures = process.argv.length > 2 ? process.argv.slice(2) : ["x64", "arm64"]

if (commit === "" || commit.includes("+")) {
  console.error("A release is made from a commit: there are changes that are not committed, or this is no git checkout.")
  process.exit(1)
}
requireProgram("dpkg-deb", "dpkg")
for (const architecture of architectures) toolsFor(architecture)

/** Where what is downloaded stays: the checkout's place, not the copy's. */
const downloads = execFileSync("sh", ["-euc", ". \"$1/test/real-docker/private-apt.sh\"; default_cache \"$1\"", "sh", repository], {
  encoding: "utf8"
}).trim()
const run = (file, ...words) =>
  execFileSync(file, words, {
    cwd: copy,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DOCKER_SHIM_TEST_CACHE: downloads }
  })

/** Runs an executable, one for another processor by an emulator: it says what it is, and translates a path. */
const tryOut = (executable, architecture) => {
  const [file, ...first] = [...toolsFor(architecture).emulator, executable]
  const env = { PATH: "/usr/bin:/bin", WORKSPACE_DIR: "/data/ses1", DOCKER_SHIM_USER_PATH: copy, DOCKER_SHIM_REAL_DOCKER: "/bin/true" }
  const said = (...words) => execFileSync(file, [...first, ...words], { cwd: copy, env, encoding: "utf8" })
  const expected = [
    [said("version"), `${version}, build ${commit} (stand-alone, ${architecture})`],
    [said("explain", "--", "docker", "run", "-v", "./src:/x", "web"), "+ /data/ses1/src:/x"]
  ]
  for (const [text, part] of expected) if (!text.includes(part)) throw new Error(`the executable for ${architecture} says: ${text}`)
}

/** One architecture's executable, its licences and its Debian package. */
const makeExecutable = (architecture) => {
  run("node", "scripts/release/build-standalone.mjs", architecture)
  const executable = `${copy}/dist/docker-shim${architecture === os.arch() ? "" : `-linux-${architecture}`}`
  const licenses = fs.readFileSync(`${copy}/dist/docker-shim.licenses.txt`, "utf8")
  const name = `${release}/docker-shim-${version}-linux-${architecture}`
  fs.copyFileSync(executable, name)
  fs.chmodSync(name, 0o755)
  tryOut(name, architecture)
  fs.writeFileSync(`${name}.licenses.txt`, licenses)
  makeDeb({
    architecture,
    executable,
    licenses,
    time,
    version,
    directory: release,
    changelog: fs.readFileSync(`${copy}/CHANGELOG.md`),
    manPage: fs.readFileSync(`${copy}/dist/docker-shim.1`)
  })
}

const sumsOf = (directory) =>
  fs.readdirSync(directory).sort().map((name) =>
    `${createHash("sha256").update(fs.readFileSync(`${directory}/${name}`)).digest("hex")}  ${name}\n`
  ).join("")

// npm packs the modes that files have
process.umask(0o022)
// Ctrl-C ends what runs, which then is an error here: the copy is removed
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {})
try {
  fs.mkdirSync(`${repository}/.cache`, { recursive: true })
  execFileSync("git", ["worktree", "add", "--quiet", "--force", "--detach", copy, "HEAD"], { cwd: repository })
  execFileSync("cp", ["-al", `${repository}/node_modules`, `${copy}/node_modules`])
  fs.mkdirSync(release, { recursive: true })

  run("npm", "run", "build")
  run("npx", "vite-node", "scripts/release/man.ts")
  run("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", release)
  for (const architecture of architectures) makeExecutable(architecture)
  const sums = sumsOf(release)
  fs.writeFileSync(`${release}/SHA256SUMS`, sums)

  fs.mkdirSync(`${repository}/dist`, { recursive: true })
  fs.rmSync(`${repository}/dist/release`, { recursive: true, force: true })
  fs.renameSync(release, `${repository}/dist/release`)
  console.log(`docker-shim ${version}, ${commit}, in dist/release:\n${sums}`)
} finally {
  execFileSync("git", ["worktree", "remove", "--force", copy], { cwd: repository })
}
