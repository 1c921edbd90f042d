import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"

const root = new URL("../../src", import.meta.url).pathname

const modulesOf = (parts: ReadonlyArray<string>): ReadonlyArray<string> =>
  parts.flatMap((part) =>
    fs.readdirSync(path.join(root, part), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
      .map((file) => `${part}/${file}`)
  ).sort()

const modules = modulesOf(["core", "shell"])

const textOf = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")

/** The members of a service's shape, each with the line before it: `Context.Tag("…")<Name, { … }>`. */
const membersOf = (text: string): ReadonlyArray<{ readonly member: string; readonly before: string }> => {
  const [, shape = ""] = /Context\.Tag\([^)]*\)<\w+, \{\n([\s\S]*?)^\}>/m.exec(text) ?? []
  const lines = shape.split("\n")
  return lines.flatMap((line, at) =>
    /^ {2}readonly \w+/.test(line) ? [{ member: line.trim(), before: lines[at - 1] ?? "" }] : []
  )
}

/** Modules of the shell without a test of their name, each with what it is, or where it is tested. */
const elsewhere: Readonly<Record<string, string>> = {
  "Version.ts": "what the bundler wrote in; test/shell/cli, test/e2e/update.test.ts",
  "cli/CompletionCommand.ts": "wiring of CompletionScript",
  "cli/GatewayCommand.ts": "the built gateway: test/shell/gateway/Lifetime.test.ts",
  "cli/InstallCommand.ts": "the built program: test/shell/install/OrdinaryUser.test.ts, test/e2e/update.test.ts",
  "cli/cache/CacheCommand.ts": "wiring of the commands beside it",
  "gateway/Forward.ts": "requests through a gateway: test/shell/gateway/Gateway.test.ts",
  "gateway/Http2Failure.ts": "connections that Node gives up: test/shell/gateway/Descriptors.test.ts",
  "gateway/Place.ts": "one constant",
  "gateway/Translator.ts": "a type, and a limit that RequestBody.test.ts meets",
  "gateway/Upgrade.ts": "connections that are taken over: test/shell/gateway/Gateway.test.ts",
  "services/AllServices.ts": "wiring; the built program's tests, test/consumer",
  "services/Environment.ts": "a type"
}

describe("the source", () => {
  it("has a test by name for every module of the shell that does anything, or says where it has one", () => {
    const tests = new URL(".", import.meta.url).pathname
    const untested = modules.filter((file) => file.startsWith("shell/")).map((file) => file.slice("shell/".length))
      .filter((file) =>
        /^export (?:const|function|class) /m.test(textOf(`shell/${file}`))
        && !fs.existsSync(path.join(tests, file.replace(/\.ts$/, ".test.ts")))
      )
    assert.deepStrictEqual(untested.sort(), Object.keys(elsewhere).sort())
    for (const why of Object.values(elsewhere)) {
      for (const [file] of why.matchAll(/test\/\S+\.test\.ts/g)) {
        assert.isTrue(fs.existsSync(path.join(tests, "../..", file)), file)
      }
    }
  })

  it("has a line of documentation for everything that a service offers", () => {
    const members = modules.flatMap((file) => membersOf(textOf(file)).map((one) => ({ file, ...one })))
    assert.isAbove(members.length, 25)
    assert.deepStrictEqual(members.filter(({ before }) => !before.endsWith("*/")), [])
  })

  it("says behind every error that it drops why that may be dropped", () => {
    const dropped = modulesOf(["core", "shell", "native"]).flatMap((file) =>
      [...textOf(file).matchAll(/catch \{\n(.*)/g)].map(([, next = ""]) => ({ file, next: next.trim() }))
    )
    assert.isAbove(dropped.length, 10)
    // `attempt` itself: why is for its callers to say
    const bare = dropped.filter(({ file, next }) => file !== "shell/files/Attempt.ts" && !/(?:^| )\/\/ /.test(next))
    assert.deepStrictEqual(bare, [])
  })

  it.each([
    // each has a place for the errors that its users are told
    [/JSON\.parse\(/, [
      "core/syntax/JsonObject.ts",
      "shell/install/Installation.ts",
      "shell/services/ComposeConfig.ts"
    ]],
    [/createHash|@noble\/hashes/, ["core/syntax/Digest.ts", "shell/files/Sha256.ts"]]
  ])("does one thing in one place: %s", (pattern, places) => {
    assert.deepStrictEqual(modules.filter((file) => pattern.test(textOf(file))), places)
  })
})
