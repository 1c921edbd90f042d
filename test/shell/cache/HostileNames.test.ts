/**
 * What those who can write to the cache directory can make the shim print: names that a terminal would obey are shown, and no
 * name looks like a line of the shim's own.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CacheLayout from "../../../src/core/cache/CacheLayout.ts"
import * as Obeyed from "../../core/syntax/obeyed.ts"
import { type Ran, run, starting } from "../program.ts"
import * as Builder from "./builder.ts"
import * as Store from "./store.ts"

let store: Store.Store
let session: Builder.Session
beforeEach(() => {
  store = Store.make("buildkit-cache")
  session = Builder.session(path.join(path.dirname(store.directory), "session"), store.directory)
})
afterEach(async () => {
  await session.stop()
  store.remove()
})

const at = (...names: ReadonlyArray<string>): string => path.join(store.directory, ...names)

/** Puts the names in every place of the cache directory that lists names. */
const plant = (): void => {
  store.publish("shop", ["one"])
  for (const name of Obeyed.names) {
    store.publish(name, [name])
    store.publish(`app:${name}`, [`app ${name}`])
    // a key with nothing sound in it, one that is no directory, and one in whose places there are wrong things
    fs.mkdirSync(at(`broken ${name}`))
    fs.writeFileSync(at(`broken ${name}`, "index.json"), "{}")
    fs.writeFileSync(at(`file ${name}`), "")
    fs.mkdirSync(at(`odd ${name}`, ".used"), { recursive: true })
    fs.writeFileSync(at(`odd ${name}`, ".incoming"), "")
    for (const place of [".leases", ".trash", "shop/.incoming", "shop/.retired"]) {
      fs.mkdirSync(at(place, name), { recursive: true })
    }
    for (const file of ["started", "alive"]) fs.writeFileSync(at(".leases", name, file), `${name}\n`)
    fs.utimesSync(at(".leases", name, "alive"), 4e9, 4e9)
    fs.writeFileSync(path.join(CacheLayout.blobs(store.directory), "sha256", name), "not what its name says")
  }
  // bytes that are no UTF-8, of which one alone is a control sequence
  fs.mkdirSync(Buffer.concat([Buffer.from(`${store.directory}/`), Buffer.from([0x67, 0x9b, 0x32, 0x4b])]))
}

const call = (
  name: "docker" | "docker-shim",
  words: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = {}
): Promise<Ran> => {
  const [file, ...rest] = [...starting(session.at("shim", name)), ...words]
  return run(file, rest, { cwd: session.at("work"), env: { ...session.env, ...env } })
}

/** Asserts that what was printed is lines of the shim's own; they show the names. */
const isShown = (words: ReadonlyArray<string>, { stderr, stdout }: Ran): void => {
  const lines = `${stdout}\n${stderr}`.split("\n")
  assert.deepStrictEqual(lines.filter(Obeyed.isObeyed), [], words.join(" "))
  assert.deepStrictEqual(lines.filter((line) => /^removed 3/.test(line)), [], words.join(" "))
  assert.include(stdout + stderr, "\\", `docker-shim ${words.join(" ")} names them`)
}

/** Commands that list or judge entries. Those that change something come last. */
const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["cache", "ls"],
  ["cache", "ls", "--json"],
  ["cache", "verify"],
  ["cache", "verify", "--json"],
  ["cache", "verify", "--key", `broken ${Obeyed.names[1] ?? ""}`],
  ["doctor"],
  ["doctor", "--json"],
  ["cache", "prune", "--key", `there is none ${Obeyed.names[0] ?? ""}`],
  ["cache", "prune", "--dry-run", "--max-size", "0"],
  ["cache", "prune", "--dry-run", "--max-size", "0", "--json"],
  ["cache", "verify", "--repair"],
  ["cache", "prune", "--force", "--max-size", "0"]
]

describe("names in the cache directory that a terminal would obey", () => {
  it("are shown, and not obeyed, by every command that prints them", async () => {
    plant()
    for (const words of commands) isShown(words, await call("docker-shim", words))
  })

  it("are shown by a command that fails", async () => {
    const failing = [["cache", "ls"], ["cache", "verify", "--repair"], ["cache", "prune", "--force"], ["doctor"]]
    for (const [at, name] of Obeyed.names.entries()) {
      const directory = path.join(path.dirname(store.directory), name)
      // one that is not there, and one that is no directory
      if (at % 2 === 0) fs.writeFileSync(directory, "")
      for (const words of failing) {
        isShown(words, await call("docker-shim", words, { DOCKER_SHIM_CACHE_DIR: directory }))
      }
    }
  })

  it("are shown by builds, by what they say with DOCKER_SHIM_DEBUG, and by explain", async () => {
    plant()
    const explain = ["explain", "--", "docker", "build", "-t", "app:new", "."]
    isShown(explain, await call("docker-shim", explain))
    isShown(["explain", "--json"], await call("docker-shim", ["explain", "--json", ...explain.slice(1)]))
    const words = ["build", "-t", "app:new", "."]
    isShown(words, await call("docker", words, { DOCKER_SHIM_DEBUG: "1" }))
    // one that fails, with an entry of which a layer is not what its name says: the build says so
    const digests = store.publish(`only:${Obeyed.names[0] ?? ""}`, ["damaged"])
    Store.damage(store, digests[1] ?? "")
    fs.writeFileSync(session.at("fail"), "")
    const failing = ["build", "-t", "only:new", "."]
    const failed = await call("docker", failing)
    isShown(failing, failed)
    assert.match(
      failed.stderr,
      /^docker-shim: build cache entry only:a\\x1b\]52;c;aGk=\\x07 was damaged and is set aside/m
    )
  })
})

it("is printed by no module but those that write control characters out", () => {
  const shell = fileURLToPath(new URL("../../../src/shell", import.meta.url))
  const modules = fs.readdirSync(shell, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  // examples in comments print what they like
  const codeOf = (file: string): string =>
    fs.readFileSync(path.join(shell, file), "utf8").replace(/\/\*\*.*?\*\//gs, "")
  const printing = modules.filter((file) =>
    /writeSync\([12],|std(?:out|err)\.write\(|\bconsole\.\w+\(/.test(codeOf(file))
  )
  assert.deepStrictEqual(printing.sort(), [
    ...["cli/Cli.ts", "cli/Confirmation.ts", "cli/Output.ts"],
    // only digits, and a label of its own
    "cli/Progress.ts",
    "fast-path/Reporter.ts"
  ])
})
