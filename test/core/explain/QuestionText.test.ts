import { assert, describe, it } from "@effect/vitest"
import * as QuestionText from "../../../src/core/explain/QuestionText.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"

describe("QuestionText", () => {
  const composed = {
    form: "docker",
    globals: [],
    flags: [],
    env: {},
    services: [],
    descriptors: [],
    search: undefined
  } as const
  const wanted = (path: string) =>
    ({
      key: { subject: { _tag: "Image", path, tag: "1" }, target: undefined, platforms: [] },
      origin: "9f"
    }) as const
  const cache = {
    _tag: "CacheDirectory",
    directory: "/c",
    readDirectories: ["/r"],
    wanted: ["a", "b"].map(wanted)
  } as const
  const usable = { _tag: "Usable", id: "1", unwritable: undefined, entries: {} } as const
  const composeFiles = { _tag: "ComposeFiles", start: "/p" } as const
  const foundQuestion = "which files make the Compose project of /p?"
  const builder = { _tag: "Builder", globals: [], env: {}, endpoint: { _tag: "Environment" } } as never

  it.each([
    [{ _tag: "RealPath", path: "/l" }, { resolved: "/r", exists: true }, "where does /l lead?", "/r"],
    [
      { _tag: "RealPath", path: "/l" },
      { resolved: "/r", exists: false },
      "where does /l lead?",
      "/r (which does not exist)"
    ],
    [{ _tag: "DockerConfig", directory: "/d" }, {}, "what does /d/config.json say?", "no current context"],
    [
      { _tag: "DockerConfig", directory: "/d" },
      { currentContext: "c", builderAlias: "b" },
      "what does /d/config.json say?",
      "current context c, builds go to b"
    ],
    [
      { ...builder as object, through: "docker", name: undefined },
      { _tag: "Exporting", driver: "docker" },
      "which builder does docker build use, and can it export cache?",
      "it can: driver docker"
    ],
    [
      { ...builder as object, through: "buildx", name: "b" },
      { _tag: "Unknown", why: "no" },
      "which builder does docker buildx build use (b), and can it export cache?",
      "it cannot: no"
    ],
    [
      { _tag: "CommandFlags", program: "docker", command: ["image", "ls"], flag: undefined },
      { flags: [1, 2], unanswered: undefined },
      "which flags does docker image ls have?",
      "2, by its --help"
    ],
    [cache, { _tag: "Unusable", why: "no" }, "what is in /c, /r for a:1, b:1?", "no"],
    [
      cache,
      {
        ...usable,
        unwritable: "full",
        entries: { a: { _tag: "Missing" }, b: { _tag: "Sound" }, c: { _tag: "Damaged", why: "w" } }
      },
      "what is in /c, /r for a:1, b:1?",
      "full, a is not there yet, b is sound, c is damaged: w"
    ],
    [
      { _tag: "ComposeModel", ...composed, profiles: "all" },
      { _tag: "Refused", input: [], why: "yaml: line 3: mapping values are not allowed" },
      "what does Compose say the project is, with all its profiles (config)?",
      "it does not say: yaml: line 3: mapping values are not allowed"
    ],
    [
      { _tag: "ComposeModel", ...composed, profiles: "own" },
      { _tag: "Model", input: [], config: { services: { a: {}, b: {} } } },
      "what does Compose say the project is (config)?",
      "2 services"
    ],
    [
      composeFiles,
      { files: ["/p/a", "/p/b"], name: { _tag: "Plain", name: "n" }, settings: [] },
      foundQuestion,
      "/p/a, /p/b, named n"
    ],
    [
      composeFiles,
      { files: [], name: { _tag: "Computed" }, settings: [{ file: "/p/.env", name: "COMPOSE_FILE", value: "c" }] },
      foundQuestion,
      "none, the name is computed, /p/.env sets COMPOSE_FILE"
    ],
    [composeFiles, { files: ["/p/a"], name: { _tag: "None" }, settings: [] }, foundQuestion, "/p/a"],
    [
      { ...composeFiles, files: ["/p/a"] },
      { files: ["/p/a"], name: { _tag: "None" }, settings: [] },
      "what do /p/a say of the project's name?",
      "/p/a"
    ],
    [
      { _tag: "NameFile", name: "a" },
      { file: "/c/a.json" },
      "where is the Compose file that says name: a, and nothing else?",
      "/c/a.json"
    ],
    [
      { _tag: "NameFile", name: "a" },
      { file: undefined },
      "where is the Compose file that says name: a, and nothing else?",
      "it cannot be kept"
    ],
    [
      { _tag: "StackModel", globals: [], files: ["a.yml", "b.yml"], descriptors: [] },
      { _tag: "Refused", input: [] },
      "what does docker say a.yml, b.yml are (stack config)?",
      "it refuses them"
    ],
    [
      { _tag: "StackModel", globals: [], files: ["a.yml"], descriptors: [] },
      { _tag: "Model", input: [], config: { services: { a: {} } } },
      "what does docker say a.yml are (stack config)?",
      "1 service"
    ],
    [
      { _tag: "ComposeVersion", form: "standalone", globals: [] },
      { major: 2, minor: 26 },
      "which version is the real Compose?",
      "2.26"
    ],
    [
      { _tag: "ComposeVersion", form: "standalone", globals: [] },
      { major: 0, minor: 0 },
      "which version is the real Compose?",
      "it cannot be read"
    ]
  ])("says %j and %j", (asked, answered, question, answer) => {
    const facts = Facts.answer(Facts.none, asked as Question.Question, answered as never)
    assert.deepStrictEqual(QuestionText.all(facts), [{ question, answer }])
  })
})
