/**
 * Measures executables against each other, by the processor's time: `node scripts/bench/layers.mjs ROUNDS NAME=FILE...`
 * prints the table of layers in docs/decisions/0010-quickjs-executable.md. A FILE is a stand-alone executable, of this
 * commit or of an earlier one (`git worktree add`, then its own `npm run build:standalone`).
 *
 * The real docker and its Compose are a program that does nothing but print a model; all executables take turns, so that
 * whatever else the machine does hits all alike. "first" forgets the models that the shim remembers before each run.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Mounts from "./mounts.mjs"

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
// docker would have no Compose, and the shim nobody to ask
const plugins = at("home", ".docker", "cli-plugins")
fs.mkdirSync(plugins, { recursive: true })
fs.linkSync(at("floor"), path.join(plugins, "docker-compose"))
fs.writeFileSync(at("first"), `#!/bin/sh\nrm -rf ${at("home", ".cache", "docker-shim", "models")}\nexec "$@"\n`, { mode: 0o755 })

/** A project of services with a bind mount each; of every `builds` one is built. */
const up = (count, builds) => {
  const directory = at(`services-${count}-${builds}`)
  fs.mkdirSync(directory)
  fs.writeFileSync(path.join(directory, "Dockerfile"), "FROM scratch\n")
  const services = Array.from({ length: count }, (_, one) => [`service${one}`, {
    ...(one % builds === 0 ? { build: { context: directory, dockerfile: "Dockerfile" } } : { image: `image${one}` }),
    environment: { NAME: `service${one}`, LOG: "info" },
    volumes: [{ type: "bind", source: `${directory}/src${one}`, target: "/src", bind: { create_host_path: true } }]
  }])
  const model = JSON.stringify({ name: "shop", services: Object.fromEntries(services) }, null, 2)
  for (const name of ["compose.yaml", "config.json"]) fs.writeFileSync(path.join(directory, name), model)
  const name = `compose up, ${count} services, ${Math.ceil(count / builds)} built`
  return { name, words: ["compose", "up", "-d"], cwd: directory, more: { BENCH_PROJECT: path.join(directory, "config.json") } }
}
const first = (row) => ({ ...row, name: `${row.name}, first`, prefix: [at("first")] })
const five = up(5, 5)
const some = up(57, 5)
const rows = [
  { name: "ps", words: ["ps"] },
  { name: "run, 3 mounts", words: ["run", ...Mounts.ofOne(`${work}/app`, 3), "web"] },
  { name: "run, 300 mounts", words: ["run", ...Mounts.ofOne(`${work}/app`, 300), "web"] },
  ...[30, 300, 3000].map((count) => ({ name: `run, ${count} mounts of their own`, words: ["run", ...Mounts.ofTheirOwn(at("app"), count), "web"] })),
  { name: "build, builder remembered", words: ["build", "-t", "app", work] },
  { ...five, name: "compose ps", words: ["compose", "ps"] },
  five,
  ...[20, 200, 1000].map((count) => up(count, 5)),
  up(5, 5000),
  up(200, 5000),
  some,
  first(some)
]
// the shim does not remember what was asked of files that are younger
await new Promise((resolve) => setTimeout(resolve, 3500))


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
  const lines = rows.map(({ name, words, prefix = [], cwd = at("app"), more = {} }) => {
    const times = (count) =>
      execFileSync(at("measure"), [count, ...executables.flatMap(({ file }) => ["--", ...prefix, file, ...words])], {
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
