/**
 * Measures what an executable of JavaScript costs by the ways to make one, and prints the table of
 * docs/decisions/0010-quickjs-executable.md: `npm run bench runtimes [ROUNDS]`. Fetches Bun and postject from npm into a
 * directory that goes again. Nothing else may run.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const rounds = Number(process.argv[2] ?? 200)
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
const at = (...names) => path.join(work, ...names)
const run = (file, ...words) => execFileSync(file, words, { cwd: work, stdio: ["ignore", "ignore", "pipe"] })

const bun = "1.4.5"

try {
  for (const name of ["measure", "floor"]) run("gcc", "-O2", "-static", "-o", at(name), here(`scripts/bench/${name}.c`))
  fs.writeFileSync(at("empty.cjs"), "")
  run("npm", "install", "--no-audit", "--no-fund", `@oven/bun-linux-x64@${bun}`, "postject@1.0.0-alpha.6")
  const modules = (name) => at("node_modules", name)

  fs.writeFileSync(at("sea.json"), JSON.stringify({ main: "empty.cjs", output: "sea.blob", disableExperimentalSEAWarning: true }))
  run(process.execPath, "--experimental-sea-config", "sea.json")
  fs.copyFileSync(process.execPath, at("single"))
  const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"
  run(modules(".bin/postject"), "single", "NODE_SEA_BLOB", "sea.blob", "--sentinel-fuse", fuse)

  run(modules("@oven/bun-linux-x64/bin/bun"), "build", "--compile", "--minify", "--bytecode", "empty.cjs", "--outfile", at("bun"))

  fs.mkdirSync(at("shim"))
  fs.symlinkSync(here("dist/docker-shim"), at("shim", "docker"))

  const ways = [
    { name: "a program in C that does nothing", words: [at("floor")] },
    { name: `Node ${process.versions.node}`, words: [process.execPath, at("empty.cjs")] },
    { name: "Node's single executable", words: [at("single")] },
    { name: `Bun ${bun}, \`build --compile --minify --bytecode\``, words: [at("bun")] },
    { name: "QuickJS, the shim's modules from a picture of its memory", words: [at("shim", "docker"), "ps"] }
  ]
  const times = (count) =>
    execFileSync(at("measure"), [String(count), ...ways.flatMap(({ words }) => ["--", ...words])], {
      cwd: work,
      env: { PATH: process.env["PATH"], HOME: work, DOCKER_SHIM_DISABLE: "1", DOCKER_SHIM_REAL_DOCKER: at("floor") },
      encoding: "utf8"
    }).trim().split("\n").map((line) => Number(line.split(" ")[0]))
  times(2)
  const medians = times(rounds)
  console.log("| | MB | ms |\n| --- | --- | --- |")
  for (const [one, { name, words }] of ways.entries()) {
    const size = (fs.statSync(words[0]).size / 1e6).toFixed(1)
    console.log(`| ${name} | ${size} | ${medians[one].toFixed(1)} |`)
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
