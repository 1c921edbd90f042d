/**
 * What the documentation shows is what the program prints.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { shown, text } from "./Pages.ts"
import { built, fixtures, repository, run, shimDirectory, starting } from "./program.ts"

const shim = shimDirectory("docker")
const work = path.join(shim.directory, "work")
const env = {
  PATH: `${shim.directory}:${fixtures}:/usr/bin:/bin`,
  HOME: shim.directory,
  WORKSPACE_DIR: "/data/ses1",
  // so that docker's configuration is not asked for a context
  DOCKER_HOST: "unix:///run/ses1/docker.sock",
  DOCKER_SHIM_USER_PATH: work
}
beforeAll(() => void fs.mkdirSync(path.join(work, "app"), { recursive: true }))
afterAll(shim.remove)

/** All pages, the decisions too; a page that stands beside the six folders is their index. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...fs.readdirSync(path.join(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`).sort()
]

/** The files of the repository that a page links to, with the heading in them, if a link names one. */
const linksOf = (page: string): ReadonlyArray<{ readonly file: string; readonly heading: string }> =>
  [...text(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link).filter((link) => !link.includes("://"))
    .map((link) => {
      const [file = "", heading = ""] = link.split("#")
      return { file: file === "" ? page : path.join(path.dirname(page), file), heading }
    })

/** What a heading is called in a link, by GitHub's rule. */
const anchors = (page: string): ReadonlyArray<string> =>
  [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")
  )

describe("docs", () => {
  it("own-command.md shows what explain prints", async () => {
    const command = "docker-shim explain -- docker run -v ./src:/app -e TOKEN=abc web ls"
    const ran = await run(process.execPath, [built, ...command.split(" ").slice(1)], {
      // as most have it: without DOCKER_HOST
      env: { ...env, DOCKER_HOST: undefined },
      cwd: path.join(work, "app")
    })
    const printed = ran.stdout.replaceAll(shim.directory, "/home/retro")
      .replaceAll(`${fixtures}/docker`, "/usr/bin/docker")
    assert.strictEqual(printed, shown(text("docs/reference/own-command.md"), command))
  })

  it("the picture of README shows what explain prints", async () => {
    const directory = path.join(shim.directory, "pictured")
    fs.mkdirSync(path.join(directory, "app/src"), { recursive: true })
    const drawn = [...text("docs/explain.svg").matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, line = ""]) =>
      line.replace(/<[^>]*>/g, "").replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&")
    )
    const [command = "", ...rest] = drawn
    const [program, ...first] = starting(built)
    const ran = await run(program, [...first, ...command.split(" ").slice(2)], {
      env: { ...env, WORKSPACE_DIR: "/data/workspaces/ses1", DOCKER_SHIM_USER_PATH: directory },
      cwd: path.join(directory, "app")
    })
    const printed = ran.stdout.replaceAll(directory, "/home/retro/work").replaceAll(
      `${fixtures}/docker`,
      "/usr/bin/docker"
    )
    assert.strictEqual(`${rest.join("\n")}\n`, printed)
  })

  it("settings.md shows how a wrong value is refused", async () => {
    const ran = await run(path.join(shim.directory, "docker"), ["ps"], { env: { ...env, DOCKER_SHIM_CACHE: "maybe" } })
    assert.strictEqual(ran.stderr, shown(text("docs/reference/settings.md"), "DOCKER_SHIM_CACHE=maybe docker ps"))
  })

  it("settings.md has every variable that is read", () => {
    const page = text("docs/reference/settings.md")
    const read = text("src/core/settings/Settings.ts").match(/"(?:DOCKER_SHIM_\w+|WORKSPACE_DIR|HELIX_\w+)"/g) ?? []
    assert.isAtLeast(read.length, 15)
    assert.deepStrictEqual(read.filter((name) => !page.includes(`\`${name.slice(1, -1)}\``)), [])
  })

  it("a setting, a test command and what a session is given are explained on one page each", () => {
    const homes: ReadonlyArray<readonly [pattern: RegExp, ...homes: ReadonlyArray<string>]> = [
      // a table's row that begins with a setting; hydra.md has the values that a platform gives them
      [
        /^\| `(?:DOCKER_SHIM_(?!E2E|SEED|MINUTES|RANDOM|DIFFERENTIAL)\w+|WORKSPACE_DIR)/m,
        "reference/settings.md",
        "operate/hydra.md"
      ],
      [/^\| `DOCKER_SHIM_(?:E2E|SEED|MINUTES|RANDOM|DIFFERENTIAL)/m, "develop/testing.md"],
      [
        /npm run (?:test:|verify|bench [a-z])/,
        "develop/testing.md",
        "develop/build-cache-inside.md",
        "operate/performance.md"
      ],
      [/DOCKER_SHIM_E2E=/, "develop/testing.md"],
      // "1.15MB of 50GB" is a line of doctor
      [/(?<! of )50GB|30d\b/, "reference/settings.md"]
    ]
    const stray = pages.filter((page) => page !== "CHANGELOG.md" && !page.startsWith("docs/decisions/")).flatMap((
      page
    ) =>
      homes.filter(([pattern, ...at]) => pattern.test(text(page)) && !at.some((one) => page === `docs/${one}`))
        .map(([pattern]) => `${page}: ${String(pattern)}`)
    )
    assert.deepStrictEqual(stray, [])
    for (const [pattern, home = ""] of homes) assert.match(text(`docs/${home}`), pattern)
  })

  it("versions.md has the versions that doctor accepts, and the newest that the grammar knows", () => {
    const page = text("docs/reference/versions.md")
    const oldest = /const oldest = \{ docker: "([\d.]+)\.\d+", buildx: "([\d.]+)\.\d+", compose: "([\d.]+)\.\d+" \}/
      .exec(
        text("src/shell/doctor/ProgramsCheck.ts")
      )?.slice(1)
    const newest = ["docker", "buildx", "compose"].map((name) =>
      new RegExp(`"${name}-(\\d+\\.\\d+)`).exec(text("scripts/grammar/newer.generated.ts"))?.[1]
    )
    const rows = [
      /^\| docker CLI.* \| ([\d.]+) \| ([\d.]+) \|$/m,
      /^\| buildx \| ([\d.]+) \| ([\d.]+) \|$/m,
      /^\| Compose \| ([\d.]+).* \| ([\d.]+) \|$/m
    ]
      .map((row) => row.exec(page)?.slice(1) ?? [])
    assert.deepStrictEqual(rows.map(([least]) => least), oldest)
    assert.deepStrictEqual(rows.map(([, most]) => most), newest)
    const { engines } = JSON.parse(text("package.json")) as { readonly engines: { readonly node: string } }
    assert.strictEqual(engines.node, `>=${/^\| Node, .* \| (\d+) \|/m.exec(page)?.[1] ?? ""}`)
  })

  it("doctor.md names every part", () => {
    const parts = fs.readdirSync(path.join(repository, "src/shell/doctor")).flatMap((file) =>
      [...text(`src/shell/doctor/${file}`).matchAll(/Finding\.\w+\(\s*"([\w ]+)"/g)].map((match) => match[1] ?? "")
    )
    const first = text("docs/reference/doctor.md").split("\n").flatMap((line) =>
      /^\| ([\w, ]+) \|/.exec(line)?.[1]?.split(", ") ?? []
    )
    const named = first.flatMap((one) => [one, `cache ${one}`])
    assert.isAtLeast(parts.length, 20)
    assert.deepStrictEqual(parts.filter((part) => !named.includes(part)), [])
  })

  it("every command and option of docker-shim that a page shows is one of its help", async () => {
    const [program, ...first] = starting(built)
    const helps = new Map<string, string>()
    const help = async (words: ReadonlyArray<string>): Promise<string> => {
      const key = words.join(" ")
      const known = helps.get(key) ?? (await run(program, [...first, ...words, "--help"], { env })).stdout
      helps.set(key, known)
      return known
    }
    const names = (text: string): ReadonlyArray<string> =>
      [...text.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name ?? "")
    const groups = ["cache"]
    const commands = names(await help([]))
    assert.includeMembers([...commands], ["explain", "doctor", ...groups])
    const wrong: Array<string> = []
    let seen = 0
    for (const page of pages) {
      const shownCommands = text(page).matchAll(
        /(?:^|[\s`(/"])docker-shim ((?:[a-z]+ )*[a-z]+)((?: +(?:--?[\w-]+|[A-Z\d~/][^\s`]*))*)/gm
      )
      for (const [whole, chain = "", options = ""] of shownCommands) {
        const [command = "", sub = ""] = chain.split(" ")
        if (!commands.includes(command)) continue // a sentence that goes on behind the name
        const words = groups.includes(command) && names(await help([command])).includes(sub)
          ? [command, sub]
          : [command]
        seen += 1
        const known = await help(words)
        const flags = [...options.replace(/ -- .*/, "").matchAll(/ (--[a-z-]+)/g)].map(([, flag]) => flag ?? "")
        if (flags.some((flag) => flag !== "--" && !known.includes(` ${flag} `))) wrong.push(`${page}: ${whole.trim()}`)
      }
    }
    assert.isAtLeast(seen, 60)
    assert.deepStrictEqual(wrong, [])
  })

  it("every npm command that a page, a script or a test shows is one", () => {
    const { scripts } = JSON.parse(text("package.json")) as { readonly scripts: Readonly<Record<string, string>> }
    const names = (file: string): ReadonlyArray<string> =>
      [...text(file).matchAll(/^ {2}"?([\w-]+)"?: (?:\{|\w+\()/gm)].map(([, name = ""]) => name)
    const parts: Readonly<Record<string, ReadonlyArray<string>>> = {
      "test:full": names("scripts/entry/tests.mjs"),
      bench: names("scripts/entry/benches.mjs"),
      verify: names("scripts/entry/verify.mjs")
    }
    for (const known of Object.values(parts)) assert.isAtLeast(known.length, 4)
    const files = ["src", "test", "scripts"].flatMap((folder) =>
      fs.readdirSync(path.join(repository, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:ts|mjs|c|h|sh)$/.test(name)).map((name) => `${folder}/${name}`)
    )
    const wrong: Array<string> = []
    let seen = 0
    for (const file of [...pages, ...files, ".ci/run", "vitest.config.ts"]) {
      for (
        const [whole, script = "", part = ""] of text(file).matchAll(/npm run ([a-z][\w:]*)(?: ([a-z][\w-]*)\b)?/g)
      ) {
        seen += 1
        const known = parts[script]
        if (scripts[script] === undefined || (known !== undefined && part !== "" && !known.includes(part))) {
          wrong.push(`${file}: ${whole}`)
        }
      }
    }
    assert.isAtLeast(seen, 60)
    assert.deepStrictEqual(wrong, [])
  })

  it.each(pages)("%s is short, and its links lead somewhere", (page) => {
    // a changelog grows with every release
    if (page !== "CHANGELOG.md") assert.isAtMost(text(page).split("\n").length, 150)
    for (const { file, heading } of linksOf(page)) {
      assert.isTrue(fs.existsSync(path.join(repository, file)), file)
      if (heading !== "") assert.include(anchors(file), heading, file)
    }
  })

  it.each(["README.md", "docs/README.md"])("%s lists pages by their titles", (index) => {
    const list = text(index).split("\n## ").find((section) => section.startsWith("Read on")) ?? text(index)
    const links = [...list.matchAll(/\[([^\]]+)\]\(([^)#:]+\.md)\)/g)]
      .map(([, name = "", file = ""]) => `${name.toLowerCase()}: ${path.join(path.dirname(index), file)}`)
      .filter((link) => !link.startsWith("all pages: "))
    assert.isAtLeast(links.length, 10)
    const titles = links.map((link) => link.replace(/.*: /, ""))
      .map((file) => `${/^# (.*)$/m.exec(text(file))?.[1]?.toLowerCase() ?? ""}: ${file}`)
    assert.deepStrictEqual(links, titles)
  })

  it("pages stand in one of six folders", () => {
    const folders = new Set(pages.filter((page) => page.startsWith("docs/")).map((page) => page.split("/")[1]))
    assert.deepStrictEqual(
      [...folders].sort(),
      ["README.md", "decisions", "develop", "operate", "reference", "start", "use"]
    )
  })

  it("docs/decisions/README.md lists every decision", () => {
    const listed = linksOf("docs/decisions/README.md").map(({ file }) => file)
    assert.sameMembers(listed, pages.filter((page) => /^docs\/decisions\/\d/.test(page)))
  })

  it("README leads to every page, directly or by another", () => {
    const reached = new Set<string>(["README.md"])
    for (const page of reached) {
      if (!pages.includes(page)) continue
      for (const { file } of linksOf(page)) reached.add(file)
    }
    assert.deepStrictEqual(pages.filter((page) => !reached.has(page)), [])
  })

  it("messages and comments name pages that there are", () => {
    const wrong: Array<string> = []
    for (const folder of ["src", "test", "scripts"]) {
      for (const name of fs.readdirSync(path.join(repository, folder), { recursive: true, encoding: "utf8" })) {
        if (!/\.(?:ts|mjs|c|h|sh)$/.test(name) || name.startsWith("fixtures")) continue
        for (const [page] of text(`${folder}/${name}`).matchAll(/docs\/[\w/-]+\.(?:md|svg)/g)) {
          if (!fs.existsSync(path.join(repository, page))) wrong.push(`${folder}/${name}: ${page}`)
        }
      }
    }
    assert.deepStrictEqual(wrong, [])
  })
})
