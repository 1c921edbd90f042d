/**
 * Measures what the shim costs, and writes docs/performance.md: `npm run bench [ROUNDS]`.
 *
 * The real docker is a program that does nothing, so that what is left is the shim's; every row is one run in which the
 * ways to call it take turns.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"

const here = (file) => new URL(`../${file}`, import.meta.url).pathname
const rounds = Number(process.argv[2] ?? 100)
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
const at = (...names) => path.join(work, ...names)

const compile = (name) => {
  execFileSync("gcc", ["-O2", "-static", "-o", at(name), here(`bench/${name}.c`)])
  return at(name)
}
const measure = compile("measure")
const floor = compile("floor")

for (const name of ["node", "standalone", "cache", "home", "app"]) fs.mkdirSync(at(name))
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
  DOCKER_SHIM_REAL_DOCKER: floor,
  DOCKER_SHIM_CACHE_DIR: at("cache")
}

const mounts = (count) => Array.from({ length: count }, (_, one) => ["-v", `${work}/app:/m${one}`]).flat()
const rows = [
  { name: "ps", words: ["ps"] },
  { name: "run, 3 mounts", words: ["run", ...mounts(3), "web"] },
  { name: "run, 300 mounts", words: ["run", ...mounts(300), "web"] },
  { name: "build, builder remembered", words: ["build", "-t", "app", work] },
  { name: "build, builder probed", words: ["build", "-t", "app", work], prefix: [at("cold")] },
  { name: "compose ps", words: ["compose", "ps"] }
]
const ways = [["direct", floor], ["sh", at("wrapper")], ["standalone", at("standalone", "docker")], ["Node", at("node", "docker")]]

const results = rows.map(({ name, prefix = [], words }) => {
  const times = (count) =>
    execFileSync(measure, [String(count), ...ways.flatMap(([, file]) => ["--", ...prefix, file, ...words])], {
      cwd: at("app"),
      env,
      encoding: "utf8"
    }).trim().split("\n").map((line) => line.split(" ").map(Number))
  times(2)
  return { name, times: times(rounds) }
})

const ms = (value) => value.toFixed(value < 10 ? 2 : 1)
const cells = ({ name, times: [direct, ...others] }) =>
  [name, ms(direct[0]), ...others.map(([time, more]) => `+${ms(more)} (${(time / direct[0]).toFixed(1)}×)`)]
const table = (head, lines) =>
  [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n")
const memory = results.find(({ name }) => name.startsWith("build, builder r"))?.times.map(([, , kib]) => ms(kib / 1024)) ?? []

fs.writeFileSync(
  here("docs/performance.md"),
  `# What the shim costs

Written by \`npm run bench\`: ${rounds} rounds on ${os.cpus().length} processors (${os.cpus()[0]?.model.trim()}), load ${
    os.loadavg()[0]?.toFixed(1)
  } when it ended.
The real docker is a program that does nothing ("direct"). The others are what they take more than it in the same round, and
how many times as long they take: medians, in milliseconds. "sh" is the least that a wrapper can be, \`exec docker "$@"\`.

${table(["docker …", "direct", "sh", "stand-alone", "Node"], results.map(cells))}

A busy machine makes all figures larger; compare columns, not rows of different runs.

While a build runs, which the shim waits for, it holds ${memory[2]} MiB (stand-alone) or ${memory[3]} MiB (Node) at most; for
what it becomes (\`ps\`, \`run\`) it holds nothing, where the runtime can replace itself.

The stand-alone executable is ${(fs.statSync(here("dist/docker-shim")).size / 1e6).toFixed(1)} MB. Most of its time is the kernel's:
pages of the executable and of the picture of its memory (docs/decisions/0010-quickjs-executable.md); planning \`docker ps\`
is 0.7 million instructions.
`
)
fs.rmSync(work, { recursive: true, force: true })
console.log(fs.readFileSync(here("docs/performance.md"), "utf8"))
