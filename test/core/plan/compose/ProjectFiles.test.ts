import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../../src/core/argv/CommandLine.ts"
import * as ComposeCommandLine from "../../../../src/core/argv/ComposeCommandLine.ts"
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as ProjectFiles from "../../../../src/core/plan/compose/ProjectFiles.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
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
/** The files that environment files name, and whether Compose was asked for its version, which is 2.`minor`. */
const namedBy = (minor: number, discovered: ComposeFiles) => {
  const settings = Settings.decode({})
  assert(!("_tag" in settings))
  let facts = Facts.none
  let isVersionAsked = false
  for (;;) {
    const { state } = ProjectFiles.find(call("compose up"), { invocation: invocation(), settings, facts })
    if (state._tag !== "OpenQuestions") return { listed: state.value.listed, isVersionAsked }
    for (const question of state.questions) {
      if (question._tag === "ComposeFiles") {
        facts = Facts.answer(facts, question, question.files === undefined ? discovered : files())
      }
      if (question._tag === "ComposeVersion") {
        isVersionAsked = true
        facts = Facts.answer(facts, question, { major: 2, minor })
      }
    }
  }
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

  it("are those of an environment file if all versions of Compose agree on them", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "a.yaml:b.yaml" }]
    assert.deepStrictEqual(namedBy(26, files({ settings })), { listed: ["a.yaml", "b.yaml"], isVersionAsked: false })
  })

  it("are those of an .env that names files elsewhere since Compose 2.40", () => {
    const settings = [{ file: "/home/retro/work/.env", name: "COMPOSE_FILE", value: "sub/a.yaml" }]
    assert.deepStrictEqual(namedBy(39, files({ settings })), { listed: undefined, isVersionAsked: true })
    assert.deepStrictEqual(namedBy(40, files({ settings })), { listed: ["sub/a.yaml"], isVersionAsked: true })
  })

  it("are the usual ones if only an .env above names others, since Compose 2.40", () => {
    const settings = [{ file: "/home/retro/.env", name: "COMPOSE_FILE", value: "a.yaml" }]
    assert.deepStrictEqual(namedBy(39, files({ settings })), { listed: undefined, isVersionAsked: true })
    assert.deepStrictEqual(namedBy(40, files({ settings })).listed, ["/home/retro/work/compose.yaml"])
    const none = namedBy(40, files({ settings, files: [] }))
    assert.deepStrictEqual(none, { listed: undefined, isVersionAsked: false })
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
