/**
 * Measures what the shim costs, and writes docs/operate/performance.md: `npm run bench [ROUNDS]`.
 *
 * The real docker is a program that does nothing, so that what is left is the shim's; every row is one run in which the
 * ways to call it take turns.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const here = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const rounds = Number(process.argv[2] ?? 50)
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
fs.symlinkSync(here("dist/docker-shim.js"), at("node", "docker"))
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
const mounts = (count) => Array.from({ length: count }, (_, one) => ["-v", `${work}/app:/m${one}`]).flat()
/** Each of a directory of its own. */
const others = (count) =>
  Array.from({ length: count }, (_, one) => {
    fs.mkdirSync(at("app", `d${one}`), { recursive: true })
    return ["-v", `./d${one}:/m${one}`]
  }).flat()
const run = (count) => ({ name: `run, ${count} mounts of their own`, words: ["run", ...others(count), "web"] })
const rows = [
  { name: "ps", words: ["ps"] },
  { name: "run, 3 mounts", words: ["run", ...mounts(3), "web"] },
  { name: "run, 300 mounts", words: ["run", ...mounts(300), "web"] },
  ...[30, 300, 3000].map(run),
  { name: "build, builder remembered", words: ["build", "-t", "app", work] },
  { name: "build, builder probed", words: ["build", "-t", "app", work], prefix: [at("cold")] },
  { name: "compose ps", words: ["compose", "ps"], cwd: projects[5] },
  { name: "compose exec", words: ["compose", "exec", "-T", "service1", "true"], cwd: projects[5] },
  ...counts.map(up)
]
const ways = [["direct", floor], ["exec", exec], ["sh", at("wrapper")], ["standalone", at("standalone", "docker")], ["Node", at("node", "docker")]]

const results = rows.map(({ name, prefix = [], words, cwd = at("app"), more = {} }) => {
  const times = (count) =>
    execFileSync(measure, [String(count), ...ways.flatMap(([, file]) => ["--", ...prefix, file, ...words])], {
      cwd,
      env: { ...env, ...more },
      encoding: "utf8"
    }).trim().split("\n").map((line) => line.split(" ").map(Number))
  times(2)
  return { name, times: times(rounds) }
})

const ms = (value) => value.toFixed(value < 10 ? 2 : 1)
const cells = ({ name, times: [direct, ...others] }) =>
  [name, ms(direct[0]), ...others.map(([time, more]) => `${more < 0 ? "" : "+"}${ms(more)} (${(time / direct[0]).toFixed(1)}×)`)]
const table = (head, lines) =>
  [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n")

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
  return `${mib(Rss)} (${mib(Private_Dirty)})`
}
const mib = (kib) => (kib / 1024).toFixed(1)

/** How long Node takes to load a module and all that it imports, in a process that does nothing else. */
const loading = (file) => {
  const script = `const began = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - began)`
  const times = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { env, encoding: "utf8" })))
  return times.sort((one, other) => one - other)[4]
}
const imported = (file, seen = new Set()) => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, name] of fs.readFileSync(file, "utf8").matchAll(/^(?:import|\} from|import .* from) "(\.[^"]+)";$/gm)) {
    imported(path.resolve(path.dirname(file), name), seen)
  }
  return seen
}
const kilobytes = (file) => Math.round([...imported(file)].reduce((sum, one) => sum + fs.statSync(one).size, 0) / 1000)
const chunk = (name) => here(`dist/chunks/${fs.readdirSync(here("dist/chunks")).find((one) => one.startsWith(`${name}-`))}`)
const services = chunk("AllServices")
const cli = chunk("Cli")

/** A process that only starts and ends. */
const started = execFileSync(measure, [String(rounds), "--", floor, "--", process.execPath, "--eval", "0"], { env, encoding: "utf8" })
const nodeStart = Number(started.trim().split("\n")[1].split(" ")[1])

const [few, lots] = ["run, 3 mounts", "run, 300 mounts"].map((name) =>
  results.find((row) => row.name === name).times[ways.findIndex(([way]) => way === "standalone")][1])
const perMount = (lots - few) / 297 * 1000

const waiting = ways.slice(-2).map(([, file]) => file)
const build = ["build", "-t", "app", work]
const { cwd: many, more: manyEnv } = up(200)

fs.writeFileSync(
  here("docs/operate/performance.md"),
  `# What the shim costs

Written by \`npm run bench\`: ${rounds} rounds on ${os.cpus().length} processors (${os.cpus()[0]?.model.trim()}), load ${
    os.loadavg()[0]?.toFixed(1)
  } when it ended.
The real docker is a program that does nothing ("direct"). The others are what they take more than it in the same round, and
how many times as long they take: medians, in milliseconds. "exec" is a static program that becomes docker and does nothing
else, which is the floor for whatever stands in front; "sh" is the least that a wrapper can be, \`exec docker "$@"\`.

${table(["docker …", "direct", "exec", "sh", "stand-alone", "Node"], results.map(cells))}

A busy machine makes all figures larger; compare columns, not rows of different runs.

Node itself takes ${ms(nodeStart)} ms to start and end. "compose up" runs one \`compose config\` first, which is the program
that does nothing, too: a real one takes 30 to 300 ms.

## Modules

| loaded by Node | kB | ms |
| --- | --- | --- |
| \`ps\`, \`run\`: the front | ${kilobytes(here("dist/docker-shim.js"))} | in the table above |
| \`build\`, \`compose up\`: what carries plans out | ${kilobytes(services)} | ${ms(loading(services))} |
| \`docker-shim\`'s own commands | ${kilobytes(cli)} | ${ms(loading(cli))} |

The stand-alone executable loads nothing: all of it lies in the picture of its memory.

## Memory

What the shim holds while a command runs, as the command sees it, in MiB: resident, and in brackets the part that
is not the file's. What it becomes (\`ps\`, \`run\`, \`compose ps\`) has no shim beside it, where the runtime can replace itself.

| | stand-alone | Node |
| --- | --- | --- |
| build | ${waiting.map((file) => memory(file, build, at("app"))).join(" | ")} |
| compose up, 200 services | ${waiting.map((file) => memory(file, ["compose", "up", "-d"], many, manyEnv)).join(" | ")} |

The stand-alone executable is ${(fs.statSync(here("dist/docker-shim")).size / 1e6).toFixed(1)} MB. Most of its time is the kernel's:
pages of the executable and of the picture of its memory (docs/decisions/0010-quickjs-executable.md); planning \`docker ps\`
is 0.7 million instructions. Each mount takes ${perMount.toFixed(0)} µs, by an interpreter.
`
)
fs.rmSync(work, { recursive: true, force: true })
console.log(fs.readFileSync(here("docs/operate/performance.md"), "utf8"))
