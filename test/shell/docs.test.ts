/**
 * What the documentation shows is what the program prints.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { built, fixtures, run, shimDirectory } from "./program.ts"

const shim = shimDirectory("docker")
const work = path.join(shim.directory, "work")
const env = {
  PATH: `${shim.directory}:${fixtures}:/usr/bin:/bin`,
  HOME: shim.directory,
  WORKSPACE_DIR: "/data/ses1",
  DOCKER_SHIM_USER_PATH: work
}
beforeAll(() => void fs.mkdirSync(path.join(work, "app"), { recursive: true }))
afterAll(shim.remove)

const text = (file: string): string => fs.readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8")

/** What stands below a command in a page's console block, up to the next command or the end. */
const shown = (page: string, command: string): string => {
  const start = page.indexOf(`$ ${command}\n`)
  assert.isAtLeast(start, 0, command)
  const below = page.slice(start + command.length + 3)
  return below.slice(0, below.search(/^(?:\$ |```)/m))
}

describe("docs", () => {
  it("own-command.md shows what explain prints", async () => {
    const command = "docker-shim explain -- docker run -v ./src:/app -e TOKEN=abc web ls"
    const ran = await run(process.execPath, [built, ...command.split(" ").slice(1)], {
      env,
      cwd: path.join(work, "app")
    })
    const printed = ran.stdout.replaceAll(work, "/home/retro/work").replaceAll(`${fixtures}/docker`, "/usr/bin/docker")
    assert.strictEqual(printed, shown(text("docs/own-command.md"), command))
  })

  it("settings.md shows how a wrong value is refused", async () => {
    const ran = await run(path.join(shim.directory, "docker"), ["ps"], { env: { ...env, DOCKER_SHIM_CACHE: "maybe" } })
    assert.strictEqual(ran.stderr, shown(text("docs/settings.md"), "DOCKER_SHIM_CACHE=maybe docker ps"))
  })

  it("settings.md has every variable that is read", () => {
    const page = text("docs/settings.md")
    const read = text("src/core/Settings.ts").match(/"(?:DOCKER_SHIM_\w+|WORKSPACE_DIR|HELIX_\w+)"/g) ?? []
    assert.isAtLeast(read.length, 15)
    assert.deepStrictEqual(read.filter((name) => !page.includes(`\`${name.slice(1, -1)}\``)), [])
  })

  it("doctor.md names every part", () => {
    const parts = fs.readdirSync(fileURLToPath(new URL("../../src/shell/doctor", import.meta.url))).flatMap((file) =>
      [...text(`src/shell/doctor/${file}`).matchAll(/Finding\.\w+\(\s*"([\w ]+)"/g)].map((match) => match[1] ?? "")
    )
    const first = text("docs/doctor.md").split("\n").flatMap((line) =>
      /^\| ([\w, ]+) \|/.exec(line)?.[1]?.split(", ") ?? []
    )
    const named = first.flatMap((one) => [one, `cache ${one}`])
    assert.isAtLeast(parts.length, 20)
    assert.deepStrictEqual(parts.filter((part) => !named.includes(part)), [])
  })

  it("embedding.md shows the program that is compiled against the package", () => {
    const block = /```ts\n([\s\S]*?)```/.exec(text("docs/embedding.md"))?.[1] ?? ""
    const statements = block.replace(/ \/\/ run .*$/m, "").trim()
    assert.include(text("test/consumer/core.ts").replace(", VolumeSpec }", " }"), statements)
  })

  it.each([
    "install",
    "own-command",
    "doctor",
    "troubleshooting",
    "exit-codes",
    "faults",
    "settings",
    "embedding",
    "desktop-images"
  ])(
    "%s.md is short, and its links lead somewhere",
    (name) => {
      const page = text(`docs/${name}.md`)
      assert.isAtMost(page.split("\n").length, 150)
      for (const [, link] of page.matchAll(/\]\(([\w/.-]+)\)/g)) text(`docs/${link ?? ""}`)
    }
  )
})
