import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as ModelMemory from "../../../src/shell/compose/ModelMemory.ts"

let root: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "model-memory-")))
  write("program", "")
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const write = (file: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.writeFileSync(path.join(root, file), content)
}

const search = (envFiles?: ReadonlyArray<string>): Question.Questions["ComposeModel"]["search"] => ({
  start: path.join(root, "p"),
  files: undefined,
  projectDirectory: undefined,
  envFiles,
  isV1: false
})

const question = (more: Partial<Question.Questions["ComposeModel"]> = {}): Question.Of<"ComposeModel"> => ({
  _tag: "ComposeModel",
  form: "docker",
  globals: ["compose"],
  flags: [],
  env: {},
  profiles: "all",
  services: [],
  descriptors: [],
  search: search(),
  ...more
})

const asked = (
  env: Readonly<Record<string, string>> = {},
  more: Partial<Question.Questions["ComposeModel"]> = {}
): ModelMemory.Asked => ({
  question: question(more),
  program: path.join(root, "program"),
  env: { HOME: path.join(root, "home"), ...env },
  cwd: path.join(root, "p")
})

const model = { services: { web: { image: "a" } } }

/** As if the question had been asked in a minute, when all files are old. */
const keep = (one: ModelMemory.Asked): void => ModelMemory.keep(one, model, Date.now() + 60_000)

describe("ModelMemory", () => {
  it("gives the model back, from a file that only this user may read", () => {
    write("p/compose.yaml", "services: {web: {image: a}}\n")
    assert.isUndefined(ModelMemory.recall(asked()))
    keep(asked())
    assert.deepStrictEqual(ModelMemory.recall(asked()), { model })
    const directory = path.join(root, "home/.cache/docker-shim/models")
    assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
    for (const name of fs.readdirSync(directory)) {
      assert.strictEqual(fs.statSync(path.join(directory, name)).mode & 0o777, 0o600)
    }
  })

  it.each<[string, () => void]>([
    ["the file", () => write("p/compose.yaml", "services: {web: {image: b}}\n")],
    ["an override beside it", () => write("p/compose.override.yaml", "services: {}\n")],
    ["one that comes first", () => write("p/docker-compose.override.yml", "services: {}\n")],
    ["a file that it includes", () => write("p/more/inner.yaml", "services: {x: {image: b}}\n")],
    ["a file that the included one extends", () => write("p/more/base.yaml", "services: {b: {image: b}}\n")],
    ["the included project's .env", () => write("p/more/.env", "A=1\n")],
    ["the .env of a project that is included with a directory", () => write("p/sub/.env", "A=1\n")],
    ["a file that such a project extends", () => write("p/sub/other.yaml", "services: {o: {image: b}}\n")],
    ["the .env", () => write("p/.env", "TAG=other\n")],
    ["Compose", () => write("program", "new")]
  ])("asks again when %s changes", (_, change) => {
    write(
      "p/compose.yaml",
      "include: [more/inner.yaml, {project_directory: sub, path: more/moved.yaml}]\nservices: {web: {image: a}}\n"
    )
    write("p/more/inner.yaml", "services: {x: {extends: {file: base.yaml, service: b}}}\n")
    write("p/more/base.yaml", "services: {b: {image: a}}\n")
    write("p/more/moved.yaml", "services: {m: {extends: {file: other.yaml, service: o}}}\n")
    write("p/sub/other.yaml", "services: {o: {image: a}}\n")
    write("p/sub/.env", "A=0\n")
    keep(asked())
    assert.isDefined(ModelMemory.recall(asked()))
    change()
    assert.isUndefined(ModelMemory.recall(asked()))
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ["one that it interpolates", { TAG: "2" }],
    ["one that a build takes over", { HTTP_PROXY: "x" }],
    ["one that a build takes over, in small letters", { my_arg: "x" }],
    ["one that an environment file interpolates", { BASE: "x" }],
    ["one that an environment file passes on", { passed: "x" }],
    ["one that the file of an included project interpolates", { INNER: "x" }],
    ["one of Compose's own", { COMPOSE_PROFILES: "debug" }],
    ["the home directory's", { HOME: "/other" }]
  ])("asks again when a variable has another value: %s", (_, env) => {
    write(
      "p/compose.yaml",
      "services: {web: {image: \"a:${TAG:-1}\", build: {context: ., args: [HTTP_PROXY, my_arg]}}}\n"
    )
    fs.appendFileSync(path.join(root, "p/compose.yaml"), "include: [{path: in/a.yaml, env_file: in/a.env}]\n")
    write("p/in/a.env", "A=${INNER}\n")
    write("p/prod.env", "SRC=${BASE}/src\npassed\n")
    const more = { search: search([path.join(root, "p/prod.env")]) }
    keep(asked({}, more))
    assert.isDefined(ModelMemory.recall(asked({ OTHER: "x" }, more)))
    assert.isUndefined(ModelMemory.recall(asked(env, more)))
  })

  it.each<[string, string, Partial<Question.Questions["ComposeModel"]>]>([
    ["standard input", "services: {}\n", { descriptors: [0] }],
    ["files that only Compose finds", "services: {}\n", { search: undefined }],
    ["a file whose name is computed", "include: [\"${X}.yaml\"]\n", {}],
    ["a file that is fetched", "include: [oci://registry/project]\n", {}],
    ["a file that an anchor names", "x: &a more.yaml\ninclude: [*a]\n", {}],
    ["a file that is no YAML", "include: [}\n", {}],
    ["a file that spells words by escapes", "x: \"\\x41\"\n", {}],
    ["a file that is too long", `#${" ".repeat(4 * 1024 * 1024)}\nservices: {}\n`, {}]
  ])("keeps nothing of %s", (_, content, more) => {
    write("p/compose.yaml", content)
    keep(asked({}, more))
    assert.isUndefined(ModelMemory.recall(asked({}, more)))
  })

  it("keeps nothing of an environment file that is no file, except the one without content", () => {
    write("p/compose.yaml", "services: {}\n")
    for (const [file, expected] of [["/dev/zero", undefined], ["/dev/null", { model }]] as const) {
      const more = { search: search([file]) }
      keep(asked({}, more))
      assert.deepStrictEqual(ModelMemory.recall(asked({}, more)), expected)
    }
  })

  it("keeps nothing of a file that was changed just before it was asked, or after", () => {
    write("p/compose.yaml", "services: {}\n")
    for (const at of [Date.now() - 10_000, Date.now() + 1000]) ModelMemory.keep(asked(), model, at)
    assert.isUndefined(ModelMemory.recall(asked()))
  })
})
