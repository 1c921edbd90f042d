/**
 * Measures executables against each other, by the processor's time: `node scripts/bench/layers.mjs ROUNDS NAME=FILE...`
 * prints the table of layers in docs/decisions/0010-quickjs-executable.md. A FILE is a stand-alone executable, of this
 * commit or of an earlier one (`git worktree add`, then its own `npm run build:standalone`).
 *
 * The real docker is a program that does nothing; all executables take turns, so that whatever else the machine does hits
 * all alike.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const [rounds = "20", ...named] = process.argv.slice(2)
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-layers-"))
const at = (...names) => path.join(work, ...names)

const executables = named.map((one) => one.split("=")).map(([name, file]) => {
  fs.mkdirSync(at(name))
  fs.symlinkSync(path.resolve(file), at(name, "docker"))
  return { name, file: at(name, "docker") }
})
for (const name of ["measure", "floor"]) execFileSync("gcc", ["-O2", "-static", "-o", at(name), here(`scripts/bench/${name}.c`)])
for (const name of ["cache", "home", "app"]) fs.mkdirSync(at(name))

/** A project of services with a bind mount each; every fifth is built. */
const up = (count) => {
  const directory = at(`services-${count}`)
  fs.mkdirSync(directory)
  const services = Array.from({ length: count }, (_, one) => [`service${one}`, {
    ...(one % 5 === 0 ? { build: { context: directory, dockerfile: "Dockerfile" } } : { image: `image${one}` }),
    volumes: [{ type: "bind", source: `${directory}/src${one}`, target: "/src", bind: { create_host_path: true } }]
  }])
  const model = JSON.stringify({ name: "shop", services: Object.fromEntries(services) }, null, 2)
  for (const name of ["compose.yaml", "config.json"]) fs.writeFileSync(path.join(directory, name), model)
  return { name: `compose up, ${count}`, words: ["compose", "up", "-d"], cwd: directory, more: { BENCH_PROJECT: path.join(directory, "config.json") } }
}
const mounts = (count) => Array.from({ length: count }, (_, one) => ["-v", `${work}/app:/m${one}`]).flat()
const five = up(5)
const rows = [
  { name: "ps", words: ["ps"] },
  { name: "run, 3 mounts", words: ["run", ...mounts(3), "web"] },
  { name: "run, 300 mounts", words: ["run", ...mounts(300), "web"] },
  { name: "build, builder remembered", words: ["build", "-t", "app", work] },
  { ...five, name: "compose ps", words: ["compose", "ps"] },
  five,
  up(200)
]

try {
  const env = {
    PATH: process.env["PATH"],
    HOME: at("home"),
    WORKSPACE_DIR: "/data/workspaces/ses1",
    DOCKER_SHIM_USER_PATH: work,
    DOCKER_SHIM_REAL_DOCKER: at("floor"),
    DOCKER_SHIM_REAL_COMPOSE: at("floor"),
    DOCKER_SHIM_CACHE_DIR: at("cache")
  }
  const lines = rows.map(({ name, words, cwd = at("app"), more = {} }) => {
    const times = (count) =>
      execFileSync(at("measure"), [count, ...executables.flatMap(({ file }) => ["--", file, ...words])], {
        cwd,
        env: { ...env, ...more },
        encoding: "utf8"
      }).trim().split("\n").map((line) => line.split(" ")[3])
    times("2")
    return [name, ...times(rounds)]
  })
  const head = ["ms of the processor", ...executables.map(({ name }) => name)]
  console.log([head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n"))
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
