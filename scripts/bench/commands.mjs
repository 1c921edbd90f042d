/**
 * Measures what the shim costs: `npm run bench [ROUNDS]`. Writes the figures to docs/operate/performance.json; Page.ts makes the
 * page and the picture of them. `npm run bench growth [ROUNDS]` measures only what grows with the work, anew.
 *
 * The real docker is a program that does nothing, so that what is left is the shim's; every row is one run in which the
 * ways to call it take turns.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Mounts from "./mounts.mjs"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const isGrowthOnly = process.argv[2] === "growth"
const rounds = Number(process.argv[isGrowthOnly ? 3 : 2] ?? 50)
const figures = here("docs/operate/performance.json")
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
const at = (...names) => path.join(work, ...names)

const compile = (name) => {
  execFileSync("gcc", ["-O2", "-static", "-o", at(name), here(`scripts/bench/${name}.c`)])
  return at(name)
}
const measure = compile("measure")
const floor = compile("floor")
const exec = compile("exec")

for (const name of ["node", "standalone", "cache", "home", "app"]) fs.mkdirSync(at(name))
const plugins = at("home", ".docker", "cli-plugins")
fs.mkdirSync(plugins, { recursive: true })
fs.linkSync(floor, path.join(plugins, "docker-compose"))
fs.symlinkSync(here("dist/docker-shim.cjs"), at("node", "docker"))
fs.symlinkSync(here("dist/docker-shim"), at("standalone", "docker"))
fs.writeFileSync(at("wrapper"), `#!/bin/sh\nexec ${floor} "$@"\n`, { mode: 0o755 })
const probes = at("home", ".cache", "docker-shim")
fs.writeFileSync(at("cold"), `#!/bin/sh\nrm -rf ${probes}\nexec "$@"\n`, { mode: 0o755 })

const env = {
  PATH: process.env["PATH"],
  HOME: at("home"),
  WORKSPACE_DIR: "/data/workspaces/ses1",
  DOCKER_SHIM_USER_PATH: work,
  HELIX_TASK_NUMBER: "12",
  BENCH_REAL: floor,
  DOCKER_SHIM_REAL_DOCKER: floor,
  DOCKER_SHIM_REAL_COMPOSE: floor,
  DOCKER_SHIM_CACHE_DIR: at("cache")
}

/** A project of services with a bind mount, a volume and an image each; every fifth is built. */
const project = (count) => {
  const directory = at(`services-${count}`)
  fs.mkdirSync(directory)
  const services = Array.from({ length: count }, (_, one) => [`service${one}`, {
    ...(one % 5 === 0 ? { build: { context: directory, dockerfile: "Dockerfile" } } : { image: `image${one}` }),
    environment: { NAME: `service${one}`, LOG: "info" },
    networks: { default: null },
    volumes: [
      { type: "bind", source: `${directory}/src${one}`, target: "/src", bind: { create_host_path: true } },
      { type: "volume", source: "data", target: "/data", volume: {} }
    ]
  }])
  const model = {
    name: "shop",
    networks: { default: { name: "shop_default", ipam: {} } },
    services: Object.fromEntries(services),
    volumes: { data: { name: "shop_data" } }
  }
  fs.writeFileSync(path.join(directory, "compose.yaml"), JSON.stringify(model))
  fs.writeFileSync(path.join(directory, "config.json"), JSON.stringify(model, null, 2))
  return directory
}
const counts = [5, 20, 200, 1000]
const projects = Object.fromEntries(counts.map((count) => [count, project(count)]))

const up = (count) => ({
  name: `compose up, ${count} services`,
  words: ["compose", "up", "-d"],
  cwd: projects[count],
  more: { BENCH_PROJECT: path.join(projects[count], "config.json") }
})
const run = (count) => ({ name: `run, ${count} mounts of their own`, words: ["run", ...Mounts.ofTheirOwn(at("app"), count), "web"] })
/** The same command with more and more work in it. */
const growing = [
  { of: "mounts", command: "docker run", counts: [3, 30, 300, 3000], row: run },
  { of: "services", command: "docker compose up", counts, row: up }
]
const rows = [
  { name: "ps", words: ["ps"] },
  { name: "run, 3 mounts", words: ["run", ...Mounts.ofOne(`${work}/app`, 3), "web"] },
  { name: "run, 300 mounts", words: ["run", ...Mounts.ofOne(`${work}/app`, 300), "web"] },
  { name: "build, builder remembered", words: ["build", "-t", "app", work] },
  { name: "build, builder probed", words: ["build", "-t", "app", work], prefix: [at("cold")] },
  { name: "compose ps", words: ["compose", "ps"], cwd: projects[5] },
  { name: "compose exec", words: ["compose", "exec", "-T", "service1", "true"], cwd: projects[5] },
  up(5),
  up(200)
]
const ways = [["direct", floor], ["exec", exec], ["sh", at("wrapper")], ["standalone", at("standalone", "docker")], ["Node", at("node", "docker")]]

/** For each way its medians: milliseconds, what it took more than the real docker, peak KiB, milliseconds of the processor. */
const measured = ({ prefix = [], words, cwd = at("app"), more = {} }, count) => {
  const times = (rounds) =>
    execFileSync(measure, [String(rounds), ...ways.flatMap(([, file]) => ["--", ...prefix, file, ...words])], {
      cwd,
      env: { ...env, ...more },
      encoding: "utf8"
    }).trim().split("\n").map((line) => line.split(" ").map(Number))
  times(2)
  return times(count)
}

const round = (value) => Math.round(value * 1000) / 1000
const surroundings = (rounds) => ({
  rounds,
  machine: `${os.cpus().length} processors (${os.cpus()[0]?.model.trim()})`,
  load: os.loadavg()[0]?.toFixed(1),
  date: new Date().toISOString().slice(0, 10)
})

/** What each way takes of the processor more than the real docker, by how much work the command holds. */
const growth = () => {
  const count = Math.ceil(rounds / 4)
  const series = growing.map(({ command, counts, of, row }) => ({
    of,
    command,
    points: counts.map((size) => {
      const [[, , , direct], ...others] = measured(row(size), count)
      return { size, more: Object.fromEntries(others.map(([, , , processor], at) => [ways[at + 1][0], round(processor - direct)])) }
    })
  }))
  return { ...surroundings(count), series }
}

/** What the shim holds while it waits for a program, in KiB, as the program sees it: resident, and of that what it has written to. */
const memory = (file, words, cwd, more = {}) => {
  const said = at("memory")
  fs.writeFileSync(
    at("looking"),
    `#!/bin/sh\ncase " $* " in *" config "*|*" inspect "*|*version*) exec ${floor} "$@";; esac\ncat /proc/$PPID/smaps_rollup > ${said}\n`,
    { mode: 0o755 }
  )
  const looking = { DOCKER_SHIM_REAL_DOCKER: at("looking"), DOCKER_SHIM_REAL_COMPOSE: at("looking") }
  execFileSync(file, words, { cwd, env: { ...env, ...more, ...looking }, stdio: "ignore" })
  const rows = [...fs.readFileSync(said, "utf8").matchAll(/^(\w+): +(\d+) kB$/gm)].map(([, name, kib]) => [name, Number(kib)])
  const { Rss, Private_Dirty } = Object.fromEntries(rows)
  return { resident: Rss, own: Private_Dirty }
}

/** How long Node takes to load a part of the program and all that it needs, compiled ahead, in a process that does nothing else. */
const loading = (file) => {
  const script = `
    import * as fs from "node:fs"
    import { createRequire } from "node:module"
    import { loader } from ${JSON.stringify(here("dist/shell/process/ProgramPart.js"))}
    const load = loader("file:///", fs.readFileSync, createRequire(import.meta.url))
    const began = performance.now()
    load(${JSON.stringify(file)})
    console.log(performance.now() - began)`
  const times = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { env, encoding: "utf8" })))
  return round(times.sort((one, other) => one - other)[4])
}
const imported = (file, seen = new Set()) => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, name] of fs.readFileSync(file, "utf8").matchAll(/^var \w+ = require\("(\.[^"]+)"\);$/gm)) {
    imported(path.resolve(path.dirname(file), name), seen)
  }
  return seen
}
const kilobytes = (file) => Math.round([...imported(file)].reduce((sum, one) => sum + fs.statSync(one).size, 0) / 1000)
const chunk = (name) => here(`dist/chunks/${fs.readdirSync(here("dist/chunks")).find((one) => one.startsWith(`${name}-`) && one.endsWith(".cjs"))}`)

/** The table of commands, and what stands below it. */
const commands = () => {
  const table = rows.map((row) => {
    const [[direct], ...others] = measured(row, rounds)
    return { name: row.name, direct: round(direct), ways: others.map(([time, more]) => ({ more: round(more), ratio: round(time / direct) })) }
  })
  /** A process that only starts and ends. */
  const started = execFileSync(measure, [String(rounds), "--", floor, "--", process.execPath, "--eval", "0"], { env, encoding: "utf8" })
  const [main, services, cli] = ["main", "AllServices", "Cli"].map(chunk)
  const waiting = ways.slice(-2).map(([, file]) => file)
  const { cwd: many, more: manyEnv } = up(200)
  return {
    ...surroundings(rounds),
    rows: table,
    nodeStart: Number(started.trim().split("\n")[1].split(" ")[1]),
    modules: {
      front: { kilobytes: kilobytes(main) },
      services: { kilobytes: kilobytes(services), milliseconds: loading(services) },
      cli: { kilobytes: kilobytes(cli), milliseconds: loading(cli) }
    },
    memory: {
      build: waiting.map((file) => memory(file, ["build", "-t", "app", work], at("app"))),
      up: waiting.map((file) => memory(file, ["compose", "up", "-d"], many, manyEnv))
    },
    executable: fs.statSync(here("dist/docker-shim")).size
  }
}

try {
  const before = isGrowthOnly ? JSON.parse(fs.readFileSync(figures, "utf8")) : commands()
  fs.writeFileSync(figures, `${JSON.stringify({ ...before, growth: growth() }, undefined, 2)}\n`)
  execFileSync(here("node_modules/.bin/vite-node"), [here("scripts/bench/draw.ts")], { cwd: here(""), stdio: "inherit" })
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
