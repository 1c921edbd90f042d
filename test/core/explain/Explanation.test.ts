/**
 * What `explain` says of a plan, with the texts of its questions, actions, and words.
 */
import { assert, describe, it } from "@effect/vitest"
import * as CacheMount from "../../../src/core/cache/CacheMount.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as ActionText from "../../../src/core/explain/ActionText.ts"
import * as Explanation from "../../../src/core/explain/Explanation.ts"
import * as QuestionText from "../../../src/core/explain/QuestionText.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as ShellWord from "../../../src/core/syntax/ShellWord.ts"

const of = (words: ReadonlyArray<string>, changes: Partial<ExecPlan.ExecPlan> = {}) =>
  Explanation.of(
    { argv0: "docker", argv: ["ps"], env: {}, cwd: "/" },
    { ...ExecPlan.passThrough("docker", words), ...changes },
    Facts.none,
    "/usr/bin/docker"
  )

describe("Explanation", () => {
  it("shows what was typed and what runs, with secrets hidden", () => {
    assert.deepStrictEqual([of(["ps"]).typed, of(["ps"]).runs], ["docker ps", "/usr/bin/docker ps"])
    assert.strictEqual(of(["run", "-e", "A=b", "i m"]).runs, "/usr/bin/docker run -e 'A=***' 'i m'")
    const env = { B: "x y", API_TOKEN: "secret" }
    assert.strictEqual(of([], { env }).runs, "B='x y' API_TOKEN='***' /usr/bin/docker")
    assert.strictEqual(of([], { env: { ...env, C: null } }).runs, "env -u C B='x y' API_TOKEN='***' /usr/bin/docker")
  })

  it("has what was left alone, also for programs", () => {
    const leftAlone = [{ what: "--volume", value: "/srv:/x", why: "it lies outside every mapping" }]
    assert.deepStrictEqual(of(["run"], { leftAlone }).leftAlone, leftAlone)
    assert.deepStrictEqual(
      Explanation.json({ ...ExecPlan.passThrough("docker", []), leftAlone }, "/usr/bin/docker")["leftAlone"],
      leftAlone
    )
  })

  it("quotes words as a shell reads them", () => {
    assert.deepStrictEqual(["a-b=/c.d:e,f@%+_", "", "a b", "it's", "$x"].map(ShellWord.quote), [
      "a-b=/c.d:e,f@%+_",
      "''",
      "'a b'",
      "'it'\\''s'",
      "'$x'"
    ])
  })
})

describe("QuestionText", () => {
  const composed = {
    form: "docker",
    globals: [],
    flags: [],
    env: {},
    services: [],
    descriptors: [],
    sought: undefined
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
      "1 services"
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

describe("ActionText", () => {
  it.each([
    [{ _tag: "LeaseCacheEntries", directory: "/c", keys: ["a", "b"] }, "hold a, b against collection, in /c"],
    [
      { _tag: "OpenCacheImport", import: { directory: "/c", key: "a", view: "V", omitted: [] } },
      "check a in /c, and make it readable as V"
    ],
    [
      { _tag: "OpenCacheImport", import: { directory: "/c", key: "a", view: "V", omitted: [{ least: 1, most: 1 }] } },
      "check a in /c, and make it readable as V, without the steps between which a cache mount is filled and read"
    ],
    [{ _tag: "PrepareCacheExport", export: { directory: "/c", view: "V" } }, "make V, which stores its layers in /c"],
    [{ _tag: "SetAsideCacheEntry", key: "a", why: "w" }, "set a aside: w"],
    [{ _tag: "PublishCacheExport", export: { key: "a" } }, "publish a, if the build left a complete index"],
    [{ _tag: "HealCacheEntries", keys: ["a"], canRunAgain: false }, "if the build failed, check a"],
    [
      { _tag: "HealCacheEntries", keys: ["a"], canRunAgain: true },
      "if the build failed, check a; where damage is why, build again without"
    ],
    [
      { _tag: "DoubtBuilder", canRunAgain: false },
      "if the build failed, ask the builder again whether it can export cache"
    ],
    [
      { _tag: "DoubtBuilder", canRunAgain: true },
      "if the build failed, ask the builder again whether it can export cache; where it cannot, build again without"
    ],
    [{ _tag: "CollectCache", directory: "/c", limits: { maxSize: 50e9 } }, "bring /c under 50GB, at most once an hour"]
  ])("says %j", (action, text) => {
    assert.strictEqual(ActionText.print(action as never), text)
  })
})

describe("ExecPlan", () => {
  it("can be become only where nothing is to be done before or after", () => {
    const plan = ExecPlan.passThrough("docker", [])
    assert.isTrue(ExecPlan.isReplaceable(plan))
    for (const name of ["files", "input", "before", "after"]) {
      assert.isFalse(ExecPlan.isReplaceable({ ...plan, [name]: [{}] }), name)
    }
  })
})

describe("CacheMount", () => {
  it("is said as docker and Compose take it", () => {
    const mount = CacheMount.of("/srv//x,y/")
    assert.deepStrictEqual(mount, {
      type: "bind",
      source: "/srv/x,y/buildkit-cache",
      target: "/buildkit-cache",
      readOnly: false
    })
    assert.strictEqual(
      CacheMount.mountOption({ ...mount, readOnly: true }),
      "type=bind,\"source=/srv/x,y/buildkit-cache\",target=/buildkit-cache,readonly"
    )
    assert.strictEqual(
      CacheMount.composeVolume(CacheMount.of("/s", { readOnly: true })),
      "{\"type\":\"bind\",\"source\":\"/s/buildkit-cache\",\"target\":\"/buildkit-cache\",\"read_only\":true}"
    )
    assert.strictEqual(
      CacheMount.composeVolume(CacheMount.of("/s")),
      "{\"type\":\"bind\",\"source\":\"/s/buildkit-cache\",\"target\":\"/buildkit-cache\"}"
    )
  })
})
