/**
 * Measures what a project with builds costs: `npm run bench project [ROUNDS [SERVICES:BUILT...] [DIRECTORY...]]`.
 *
 * Each build has a context of its own and an entry in the cache, as in a project that was built before. The real docker
 * and Compose are a program that does nothing. What is printed is the processor's time of `up` without the programs that
 * it starts, and the system calls that one more build takes. A DIRECTORY holds another build of the shim to measure, as
 * `dist` does; all take turns.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { setTimeout } from "node:timers/promises"
import { locateStrace } from "../../test/real-docker/Suite.ts"
import * as Entry from "./Entry.ts"

const here = (file: string): string => path.resolve(import.meta.dirname, "../..", file)
const [rounds = "15", ...given] = process.argv.slice(2)
const sizesGiven = given.filter((one) => one.includes(":"))
const sizes = (sizesGiven.length > 0 ? sizesGiven : ["57:12", "200:40"]).map((one) => one.split(":").map(Number))
const builds = [...given.filter((one) => !one.includes(":")).map((one) => path.resolve(one)), here("dist")]
const work = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-bench-"))
const at = (...names: ReadonlyArray<string>): string => path.join(work, ...names)
const cache = at("buildkit-cache")

const compile = (name: string): string => {
  execFileSync("gcc", ["-O2", "-static", "-o", at(name), here(`scripts/bench/${name}.c`)])
  return at(name)
}

const writeProject = (services: number, built: number): string => {
  const directory = at(`${services}-${built}`)
  const model = {
    name: "shop",
    networks: { default: { name: "shop_default", ipam: {} } },
    services: Object.fromEntries(Array.from({ length: services }, (_, one) => {
      const context = path.join(directory, `service${one}`)
      fs.mkdirSync(context, { recursive: true })
      fs.writeFileSync(path.join(context, "Dockerfile"), `FROM alpine\nRUN echo ${one}\nCOPY . /src\n`)
      for (const file of ["package.json", "index.js"]) fs.writeFileSync(path.join(context, file), `${file} ${one}\n`)
      if (one < built) Entry.make(cache, `shop-service${one}`, [`one of ${one}`, `two of ${one}`, `three of ${one}`])
      return [`service${one}`, {
        ...(one < built
          ? { image: `shop-service${one}`, build: { context, dockerfile: "Dockerfile" } }
          : { image: `image${one}` }),
        environment: { NAME: `service${one}`, LOG: "info" },
        networks: { default: null },
        volumes: [{ type: "bind", source: `${context}/src`, target: "/src", bind: { create_host_path: true } }]
      }]
    }))
  }
  fs.writeFileSync(path.join(directory, "compose.yaml"), JSON.stringify(model))
  fs.writeFileSync(path.join(directory, "config.json"), JSON.stringify(model, null, 2))
  return directory
}

const run = async (): Promise<void> => {
  const [floor, measure] = [compile("floor"), compile("measure")]
  const plugins = at("home/.docker/cli-plugins")
  for (const one of [plugins, cache]) fs.mkdirSync(one, { recursive: true })
  fs.linkSync(floor, path.join(plugins, "docker-compose"))
  fs.writeFileSync(at("first"), `#!/bin/sh\nrm -rf ${at("home/.cache")}\nexec "$@"\n`, { mode: 0o755 })
  const envOf = (directory: string) => ({
    PATH: process.env["PATH"],
    HOME: at("home"),
    WORKSPACE_DIR: "/data/workspaces/ses1",
    DOCKER_SHIM_USER_PATH: work,
    DOCKER_SHIM_REAL_DOCKER: floor,
    DOCKER_SHIM_CACHE_DIR: cache,
    BENCH_PROJECT: path.join(directory, "config.json")
  })
  const forms = builds.flatMap((build, place) =>
    ["docker-shim", "docker-shim.cjs"].map((file) => {
      fs.mkdirSync(at(`${place}`, file), { recursive: true })
      fs.symlinkSync(path.join(build, file), at(`${place}`, file, "docker"))
      return { name: path.join(build, file), link: at(`${place}`, file, "docker") }
    })
  )
  const times = (directory: string, ...prefix: ReadonlyArray<string>): ReadonlyArray<number> => {
    const ways = [[...prefix, floor], ...forms.map(({ link }) => [...prefix, link])]
    const words = ways.flatMap((way) => ["--", ...way, "compose", "up", "-d"])
    const printed = execFileSync(measure, [rounds, ...words], {
      cwd: directory,
      env: envOf(directory),
      encoding: "utf8"
    })
    const [direct = 0, ...others] = printed.trim().split("\n").map((line) => Number(line.split(" ")[3]))
    return others.map((one) => one - direct)
  }
  const strace = await locateStrace()
  const calls = (directory: string, form: string): number => {
    const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((one) => path.join(strace, one)).join(
      ":"
    )
    const traced = ["-f", "-qq", "-c", "-o", at("calls"), "-E", "LD_LIBRARY_PATH", form]
    execFileSync(path.join(strace, "usr/bin/strace"), [...traced, "compose", "up", "-d"], {
      cwd: directory,
      env: { ...envOf(directory), LD_LIBRARY_PATH: libraries }
    })
    const [, total = ""] = /^ *100\.00 +[\d.]+ +\d+ +(\d+) .*total$/m.exec(fs.readFileSync(at("calls"), "utf8")) ?? []
    return Number(total)
  }
  console.log(`load ${os.loadavg()[0]?.toFixed(1)}, ${rounds} rounds, medians of the processor's time in milliseconds`)
  console.log("| services (built) | form | first up | unchanged second up | system calls of one more build |")
  console.log("| --- | --- | --- | --- | --- |")
  for (const [services = 0, built = 0] of sizes) {
    const [directory, fewer] = [writeProject(services, built), writeProject(services, built >> 1)]
    // Compose's model is remembered once the project's files have not changed for three seconds
    await setTimeout(4_000)
    const [first, second] = [times(directory, at("first")), times(directory)]
    for (const [place, form] of forms.entries()) {
      const [few = 0, all = 0] = [fewer, directory].map((one) => {
        calls(one, form.link)
        return calls(one, form.link)
      })
      const more = (all - few) / (built - (built >> 1))
      console.log(
        `| ${services} (${built}) | ${form.name} | ${first[place]?.toFixed(1)} | ${second[place]?.toFixed(1)} | ${
          more.toFixed(0)
        } |`
      )
    }
  }
}

try {
  await run()
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
