import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../../src/core/argv/CommandLine.ts"
import * as ComposeCommandLine from "../../../../src/core/argv/ComposeCommandLine.ts"
import * as ProjectFiles from "../../../../src/core/plan/compose/ProjectFiles.ts"
import { files } from "./project.ts"

const call = (words: string) =>
  ({
    form: "docker",
    line: ComposeCommandLine.parse(words.split(" ")),
    isV1: false
  }) as const
const invocation = (env = {}) => ({ argv0: "docker", argv: [], env, cwd: "/home/retro/work" })
const add = (words: string, known: ProjectFiles.Known, env = {}) => {
  const added = ProjectFiles.add(call(words).line, known, "/x.yaml", invocation(env))
  return { words: CommandLine.print(added.line).join(" "), env: added.env }
}
const listed = (...names: ReadonlyArray<string>) =>
  ({ _tag: "Listed", files: names, directory: "/w", isSeparatorCertain: true }) as const

describe("ProjectFiles", () => {
  it("are certain where -f gives them, or one list was found", () => {
    const certain = (words: string, found = files()) => ProjectFiles.certain(call(words), found, invocation())
    assert.deepStrictEqual(certain("compose -f a.yaml up"), { _tag: "ByFlag", directory: "/home/retro/work" })
    assert.deepStrictEqual(certain("compose up"), {
      _tag: "Listed",
      files: ["/home/retro/work/compose.yaml"],
      directory: "/home/retro/work",
      isSeparatorCertain: true
    })
    assert.deepStrictEqual(certain("compose up", files({ files: [] })), { _tag: "Unknown" })
  })

  it("are Compose's to tell where an environment file names others", () => {
    const settings = [{ file: "/w/.env", name: "COMPOSE_FILE", value: "other.yaml" }]
    assert.deepStrictEqual(ProjectFiles.certain(call("compose up"), files({ settings }), invocation()), {
      _tag: "Unknown"
    })
  })

  it("get one more by -f where they were given so", () => {
    assert.deepStrictEqual(add("compose -f a.yaml up", { _tag: "ByFlag", directory: "/w" }), {
      words: "compose -f a.yaml --file=/x.yaml up",
      env: {}
    })
  })

  it("get one more by COMPOSE_FILE otherwise", () => {
    assert.deepStrictEqual(add("compose up", listed("/a.yaml", "/b.yaml")), {
      words: "compose up",
      env: { COMPOSE_FILE: "/a.yaml:/b.yaml:/x.yaml" }
    })
  })

  it("keep the project where it is if standard input is the only file", () => {
    assert.strictEqual(
      add("compose -f - up", { _tag: "ByFlag", directory: "/w" }).words,
      "compose -f - --project-directory=. --file=/x.yaml up"
    )
    assert.strictEqual(
      add("compose -f - --project-directory d up", { _tag: "ByFlag", directory: "/w" }).words,
      "compose -f - --project-directory d --file=/x.yaml up"
    )
  })
})
