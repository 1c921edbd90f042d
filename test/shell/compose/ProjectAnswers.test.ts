import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as ProjectAnswers from "../../../src/shell/compose/ProjectAnswers.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-answers-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

describe("ProjectAnswers", () => {
  it("answers each question about a project, and keeps what is known", () => {
    fs.writeFileSync(path.join(home, "compose.yaml"), "name: shop\nservices: {}\n")
    const files = {
      _tag: "ComposeFiles",
      start: home,
      files: undefined,
      projectDirectory: undefined,
      envFiles: undefined,
      isV1: false
    } as const
    const questions: ReadonlyArray<ProjectAnswers.ProjectQuestion> = [
      files,
      { _tag: "NameFile", name: "shop" },
      { _tag: "KeptOverrides", directory: path.join(home, "overrides") }
    ]
    const facts = questions.reduce(
      (known, question) => ProjectAnswers.answer(known, question, { HOME: home }),
      Facts.none
    )
    for (const question of questions) assert.isDefined(Facts.find(facts, question as never), question._tag)
    const found = Facts.find<"ComposeFiles">(facts, files)?.answer
    assert.deepStrictEqual([found?.files, found?.name], [[path.join(home, "compose.yaml")], {
      _tag: "Plain",
      name: "shop"
    }])
    assert.deepStrictEqual(Facts.all(facts, "KeptOverrides").map(({ answer }) => answer), [[]])
    const [named] = Facts.all(facts, "NameFile")
    assert.include(named?.answer.file ?? "", home)
  })
})
