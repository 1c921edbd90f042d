/**
 * Every fault of the table with every command: the table is what docs/reference/faults.md shows.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Faults from "./faults.ts"
import { built, isEmulated, run, shimDirectory } from "./program.ts"

const base = shimDirectory()
afterAll(base.remove)

/** A docker that answers the shim's questions and shows what it was given; and a plugin that is the same. */
const steady = `#!/bin/sh
case " $* " in
  " --version ") echo "Docker version 28.5.2, build 0"; exit ;;
  *" inspect "*) printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nLabels:\\n org.mobyproject.buildkit.worker.snapshotter: overlayfs\\n'; exit ;;
  *" config --format json "*)
    printf '{"name":"app","services":{"web":{"image":"web","volumes":[{"type":"bind","source":"%s/src","target":"/src"}]}}}' "$PWD"
    exit ;;
esac
printf '%s\\n' "$@" "COMPOSE_FILE=$COMPOSE_FILE"
exit 7
`

/** What the real docker was given shows that the shim made its change. */
const changed: Readonly<Record<Faults.Command, RegExp>> = {
  "ps": /^ps\n/,
  "run -v": /^\/data\/w\/src:\/src$/m,
  "build": /^--cache-to=type=local,/m,
  "compose up": /^COMPOSE_FILE=\/.+\/compose\.yaml:\/.+\/docker-shim-[^:]*$/m
}

/** What faults and fakes call; not all of `/usr/bin`, where the machine may have a docker. */
const tools = ["sh", "cp", "mv", "rm", "mkdir", "rmdir", "sleep", "yes"]

let count = 0
const makeSite = (): Faults.Site & { readonly work: string } => {
  count += 1
  const home = path.join(base.directory, String(count))
  const at = (...names: ReadonlyArray<string>): string => path.join(home, ...names)
  for (const name of ["shim", "real", "tools", "work/src", "cache", ".docker/cli-plugins"]) {
    fs.mkdirSync(at(name), { recursive: true })
  }
  fs.symlinkSync(process.execPath, at("tools/node"))
  for (const name of tools) fs.symlinkSync(`/usr/bin/${name}`, at("tools", name))
  fs.symlinkSync(built, at("shim/docker"))
  for (const name of ["real/docker", ".docker/cli-plugins/docker-compose"]) {
    fs.writeFileSync(at(name), steady, { mode: 0o755 })
  }
  fs.writeFileSync(at("work/compose.yaml"), "services: {web: {image: web, volumes: ['./src:/src']}}\n")
  return {
    docker: at("real/docker"),
    plugins: at(".docker/cli-plugins"),
    home,
    work: at("work"),
    env: {
      PATH: `${at("shim")}:${at("real")}:${at("tools")}`,
      HOME: home,
      WORKSPACE_DIR: "/data/w",
      DOCKER_SHIM_USER_PATH: at("work"),
      DOCKER_SHIM_CACHE_DIR: at("cache")
    }
  }
}

const faults = Faults.faults.filter(({ name }) => !isEmulated || name !== "the real docker cannot be started")

describe.each(faults.map((fault) => ({ fault })))("$fault.name", ({ fault }) => {
  it.each(Object.entries(fault.seen))("docker %s: %s", async (name, seen) => {
    const command = name as Faults.Command
    const site = makeSite()
    fault.make?.(site)
    const script = fault.script?.(site) ?? "\"$@\""
    const words = [...Faults.commands[command]]
    const outcome = await run("sh", ["-c", script, "sh", path.join(site.home, "shim/docker"), ...words], {
      cwd: site.work,
      env: { ...site.env, PWD: site.work }
    })
    // said by the shell that runs the fake, in a directory that is gone
    const ran = { ...outcome, stderr: outcome.stderr.replaceAll(/^sh: 0: getcwd\(\) failed.*\n/gm, "") }
    const told = JSON.stringify(ran)
    if (typeof seen === "number") {
      assert.strictEqual(ran.code, seen, told)
      assert.match(ran.stderr, fault.says ?? /(?!)/)
      return
    }
    assert.strictEqual(ran.code, 7, told)
    if (seen === "works") {
      assert.match(ran.stdout, changed[command], told)
      assert.strictEqual(ran.stderr, "")
    } else {
      assert.strictEqual(ran.stdout, [...words, "COMPOSE_FILE=", ""].join("\n"), told)
      if (seen === "one line") assert.match(ran.stderr, new RegExp(`${fault.says?.source ?? ""}.*\\n$`))
      else assert.strictEqual(ran.stderr, "")
    }
  })
})

describe("docs/reference/faults.md", () => {
  let page = ""
  beforeAll(() => {
    page = fs.readFileSync(fileURLToPath(new URL("../../docs/reference/faults.md", import.meta.url)), "utf8")
  })

  it.each(Faults.faults)("has the row of: $name", ({ name, seen }) => {
    const cells = Object.keys(Faults.commands).map((command) => String(seen[command as Faults.Command]))
    assert.include(page, `| ${[name, ...cells].join(" | ")} |`)
  })
})
