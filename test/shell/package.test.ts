/**
 * The package as it is published: what is in it, and that a program of somebody else's compiles against it and runs.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { run } from "./program.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))
const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-package-"))
const installed = path.join(directory, "node_modules", "docker-shim")

const expectDone = async (file: string, args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const ran = await run(file, args, { cwd })
  assert.strictEqual(ran.code, 0, ran.stdout + ran.stderr)
  return ran.stdout
}

/** Every TypeScript block of README and the pages, named after its page: `embedding-1`. */
const blocks: ReadonlyArray<readonly [string, string]> = [
  "README.md",
  ...fs.readdirSync(path.join(repository, "docs"), { recursive: true, encoding: "utf8" }).map((one) => `docs/${one}`)
].filter((one) => one.endsWith(".md")).flatMap((page) =>
  [...fs.readFileSync(path.join(repository, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((
    [, block = ""],
    at
  ) => [`${path.basename(page, ".md")}-${at + 1}`, block] as const)
)

/** What a block says that it prints. */
const promised = (block: string): string =>
  [...block.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text = ""]) => `${text}\n`).join("")

/** Compiling against all of Effect's types takes a few seconds, and a minute on a machine with much else to do. */
const timeout = 600_000

/** Packs the package and puts it where npm would, with its dependencies, and no other package, beside it. */
beforeAll(async () => {
  await expectDone("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory], repository)
  const [tarball = ""] = fs.readdirSync(directory).filter((name) => name.endsWith(".tgz"))
  fs.mkdirSync(installed, { recursive: true })
  await expectDone("tar", ["-xzf", path.join(directory, tarball), "--strip-components=1", "-C", installed], directory)
  const { dependencies, peerDependencies } = JSON.parse(
    fs.readFileSync(path.join(installed, "package.json"), "utf8")
  ) as {
    readonly dependencies: Readonly<Record<string, string>>
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  // fast-check and the standard schema are Effect's own dependencies
  const needed = [...Object.keys(dependencies), ...Object.keys(peerDependencies), "@types/node", "undici-types"]
  for (const name of needed) {
    const link = path.join(directory, "node_modules", name)
    fs.mkdirSync(path.dirname(link), { recursive: true })
    fs.symlinkSync(fs.realpathSync(path.join(repository, "node_modules", name)), link)
  }
  fs.cpSync(path.join(repository, "test/consumer"), directory, { recursive: true })
  for (const [name, block] of blocks) fs.writeFileSync(path.join(directory, `${name}.ts`), block)
  const project = path.join(directory, "tsconfig.json")
  const { files, ...rest } = JSON.parse(fs.readFileSync(project, "utf8")) as { readonly files: ReadonlyArray<string> }
  fs.writeFileSync(project, JSON.stringify({ ...rest, files: [...files, ...blocks.map(([name]) => `${name}.ts`)] }))
}, timeout)
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

describe("the package", () => {
  it("has the program, the library with its types, and nothing else", () => {
    const files = fs.readdirSync(installed, { recursive: true, encoding: "utf8" })
      .filter((name) => fs.statSync(path.join(installed, name)).isFile())
    const others = files.filter((name) =>
      !/^dist\/(?:core|shell)\/.*(?:\.js|\.d\.ts)$|^dist\/chunks\/[\w-]+\.cjs$|^docs\/.*\.(?:md|svg|json)$/.test(name)
    )
    assert.deepStrictEqual(
      others.filter((name) => !["README.md", "dist/docker-shim.1"].includes(name)).sort(),
      ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "dist/docker-shim.cjs", "package.json"]
    )
    assert.deepStrictEqual(files.filter((name) => /^dist\/shell\/(?:cli\/|main\.|node\.)/.test(name)), [])
    const size = files.reduce((sum, name) => sum + fs.statSync(path.join(installed, name)).size, 0)
    assert.isBelow(size, 4_000_000)
  })

  it("has every file that its pages link to", () => {
    const pages = fs.readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".md")
    )
    assert.includeMembers(pages, ["README.md", "docs/start/install.md"])
    const dead = pages.flatMap((page) =>
      [...fs.readFileSync(path.join(installed, page), "utf8").matchAll(/\]\(([^)\s#]+)/g)].map(([, link = ""]) => link)
        .filter((link) => !link.includes("://") && !fs.existsSync(path.join(installed, path.dirname(page), link)))
        .map((link) => `${page}: ${link}`)
    )
    assert.deepStrictEqual(dead, [])
  })

  it("compiles for and runs under a strict program of somebody else's", async () => {
    await expectDone(path.join(repository, "node_modules/.bin/tsc"), ["-p", directory], directory)
    const core = await expectDone(process.execPath, ["out/core.js"], directory)
    assert.strictEqual(core, "run -v /data/workspaces/ses1/app:/app web\nundefined /buildkit-cache\n")
    assert.isAtLeast(blocks.length, 3)
    for (const [name, block] of blocks.filter(([, one]) => !one.includes("process.argv"))) {
      assert.strictEqual(await expectDone(process.execPath, [`out/${name}.js`], directory), promised(block))
    }
    const docker = path.join(directory, "real-docker")
    fs.writeFileSync(docker, "#!/bin/sh\necho \"$@\"\nexit 7\n", { mode: 0o755 })
    const env = { ...process.env, DOCKER_SHIM_REAL_DOCKER: docker, DOCKER_HOST: "unix:///x.sock" }
    const runs = await run(process.execPath, ["out/embedding-2.js", "ps", "--all"], { cwd: directory, env })
    assert.deepStrictEqual([runs.code, runs.stdout, runs.stderr], [7, "ps --all\n", ""])
    const shell = await expectDone(process.execPath, ["out/shell.js"], directory)
    assert.strictEqual(shell, "true volume create -o device=/data/workspaces/ses1/db db\n")
  }, timeout)

  it("is a program that runs where only it is", async () => {
    const shim = path.join(installed, "dist/docker-shim.cjs")
    const told = await expectDone(shim, ["--version"], directory)
    assert.match(
      told,
      /^docker-shim version \d+\.\d+\.\d+(?:, build [0-9a-f]{12}(?:\+changes)?)? \(Node \d+\.\d+\.\d+\)\n$/
    )
    assert.strictEqual(await expectDone(shim, ["version"], directory), told)
  })
})
