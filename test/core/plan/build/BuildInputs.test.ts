import { assert, describe, it } from "@effect/vitest"
import type { Env } from "../../../../src/core/Invocation.ts"
import { plan, type Table } from "../table.ts"

const context = "/home/retro/work"

/** What is said to be built from by a line, in a context whose content is `files`. */
const inputs = (words: string, env: Env = {}, files = "files"): string | undefined => {
  const [action] = plan(words, { env, contexts: { [context]: files } }).plan.after
  return action?._tag === "PublishCacheExport" ? action.expectation.inputs : assert.fail("nothing is published")
}

describe("what a build is made from", () => {
  it.each([
    ["build -t app --build-arg B=1 .", "build -t app:2 --build-arg=B=1 --label a=b -q --progress plain --load ."],
    ["build -t app .", `build --tag app -f Dockerfile --iidfile f --metadata-file m --secret id=a ${context}`],
    ["build -t app .", "buildx build . -t app --pull --provenance=false --sbom=false --output type=docker"]
  ])("is the same for %s and %s", (one, other) => {
    assert.isString(inputs(one))
    assert.strictEqual(inputs(one), inputs(other))
  })

  it.each([
    "build -t app --build-arg A=2 .",
    "build -t app --add-host a:1.2.3.4 .",
    "build -t app --network none .",
    "build -t app --shm-size 1g ."
  ])("is another for %s", (words) => {
    assert.notStrictEqual(inputs(words), inputs("build -t app ."))
  })

  it("is another where the context or what the environment gives is", () => {
    const words = "build -t app --build-arg A ."
    assert.notStrictEqual(inputs(words, {}, "other"), inputs(words))
    assert.notStrictEqual(inputs(words, { A: "1" }), inputs(words, { A: "2" }))
    assert.notStrictEqual(inputs(words, { SOURCE_DATE_EPOCH: "1" }), inputs(words))
    assert.strictEqual(inputs(words, { B: "1" }), inputs(words))
  })

  it("shows no build argument", () => {
    assert.match(inputs("build -t app --build-arg TOKEN=secret .") ?? "", /^[0-9a-f]{64}$/)
  })

  it.each([
    "build -t app -",
    "build -t app -f - .",
    "build -t app --build-context a=b .",
    "build -t app --no-cache-filter x .",
    "build -t app https://token@host/r.git",
    "build -t app -f https://token@host/Dockerfile ."
  ])("is not known of %s, and not asked", (words) => {
    assert.isUndefined(inputs(words))
    assert.notInclude(plan(words).questions.map(({ _tag }) => _tag), "BuildContext")
  })

  it("is not asked of a remote context, whose address can hold a password", () => {
    const { questions } = plan("build -t app https://me:x@host/r.git", { contexts: {} })
    assert.notInclude(JSON.stringify(questions), "me:x")
  })

  it("is not asked where it is of no use", () => {
    for (
      const table of [
        { env: { DOCKER_SHIM_CACHE_MODE: "min" } },
        { env: { DOCKER_SHIM_CACHE: "read-only" } },
        { env: { DOCKER_SHIM_CACHE_BACKEND: "registry:localhost:5000/cache" } },
        { unwritable: "there is no room" }
      ] satisfies ReadonlyArray<Table>
    ) {
      assert.notInclude(plan("build -t app .", table).questions.map(({ _tag }) => _tag), "BuildContext")
    }
  })
})

describe("what a service is made from", () => {
  const files = {
    files: ["/home/retro/work/compose.yaml"],
    directory: context,
    name: { _tag: "None" },
    settings: [],
    isChoice: false
  } as const
  /** What the service `web` is built from; `args` is a build argument that is not from the model. */
  const made = (build: object, more: { readonly words?: string; readonly env?: Env; readonly table?: Table } = {}) => {
    const { plan: planned, questions } = plan(more.words ?? "compose build", {
      files,
      env: more.env ?? {},
      contexts: { "/p": "files" },
      model: { _tag: "Model", config: { name: "work", services: { web: { build } } }, input: [] },
      ...more.table
    })
    const [action] = planned.after
    return action?._tag === "PublishCacheExport"
      ? { ...action.expectation, key: action.export.key, questions }
      : assert.fail("nothing is published")
  }
  const build = { context: "/p", dockerfile: "Dockerfile", args: { A: "1" }, target: "dev" }

  it("is asked of its context and Dockerfile", () => {
    const asked = (given: object) => made(given).questions.filter(({ _tag }) => _tag === "BuildContext")
    assert.deepStrictEqual(asked(build), [{ _tag: "BuildContext", directory: "/p", dockerfile: "/p/Dockerfile" }])
    assert.deepStrictEqual(asked({ context: "/p", dockerfile: "/d/x" }), [
      { _tag: "BuildContext", directory: "/p", dockerfile: "/d/x" }
    ])
    assert.deepStrictEqual(asked({ context: "/p", dockerfile_inline: "FROM bb" }), [
      { _tag: "BuildContext", directory: "/p", dockerfile: undefined }
    ])
  })

  it.each<readonly [string, object]>([
    ["labels", { labels: { a: "b" } }],
    ["tags", { tags: ["x"] }],
    ["secrets", { secrets: [{ source: "s" }] }],
    ["pull", { pull: true }]
  ])("is the same with other %s", (_, more) => {
    assert.isString(made(build).inputs)
    assert.strictEqual(made({ ...build, ...more }).inputs, made(build).inputs)
  })

  it.each<readonly [string, object]>([
    ["arguments", { args: { A: "2" } }],
    ["Dockerfile in the model", { dockerfile_inline: "FROM bb" }],
    ["hosts", { extra_hosts: ["a:1"] }],
    ["fields that nobody knows yet", { novel: 1 }]
  ])("is another with other %s", (_, more) => {
    assert.notStrictEqual(made({ ...build, ...more }).inputs, made(build).inputs)
  })

  it("is another with other arguments of the command, or from the environment", () => {
    const words = "compose build --build-arg B=1"
    assert.notStrictEqual(made(build, { words }).inputs, made(build).inputs)
    const open = { ...build, args: { A: null } }
    assert.notStrictEqual(made(open, { env: { A: "1" } }).inputs, made(open, { env: { A: "2" } }).inputs)
  })

  it.each<readonly [string, object]>([
    ["other contexts", { ...build, additional_contexts: { a: "/b" } }],
    ["steps that run in any case", { ...build, no_cache_filter: ["dev"] }],
    ["a context that is fetched", { context: "https://host/r.git" }]
  ])("is not known with %s", (_, given) => {
    assert.isUndefined(made(given).inputs)
  })

  it("decides what it exports", () => {
    const { inputs = "", isExpected, key } = made(build)
    const table: Table = { entries: { [key]: { _tag: "Sound", inputs } } }
    assert.isFalse(isExpected)
    assert.isTrue(made(build, { table }).isExpected)
    assert.isFalse(made({ ...build, args: { A: "2" } }, { table }).isExpected)
  })
})

describe("a build that is made from the same as its entry", () => {
  const known = inputs("build -t app .") ?? ""
  const table = { contexts: { [context]: "files" }, entries: { app: { _tag: "Sound", inputs: known } } } satisfies Table
  const exportOf = (words: string, given: Table = table) =>
    plan(words, given).plan.args.find((word) => word.startsWith("--cache-to"))

  it("exports only what BuildKit need not fetch, in the expectation that nothing else is new", () => {
    const { after, args, changes } = plan("build -t app .", table).plan
    assert.include(
      args,
      "--cache-to=type=local,dest=@docker-shim/cache-export/app/@,mode=min,ignore-error=true"
    )
    assert.deepInclude(after, {
      _tag: "PublishCacheExport",
      export: {
        directory: "/buildkit-cache",
        key: "app",
        exportDirectory: "/buildkit-cache/app/.incoming/run1",
        view: "@docker-shim/cache-export/app/@"
      },
      expectation: { inputs: known, isExpected: true, origin: "e78057e827dd8916d7a02fdfe6a45194" }
    })
    assert.deepStrictEqual(changes.map(({ why }) => why), [
      "what earlier sessions built (/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR)",
      "for later sessions, if it is not all in app, which was built from the same (/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR)"
    ])
  })

  it.each<readonly [string, string, Table]>([
    ["of another content", "build -t app .", { ...table, contexts: { [context]: "other" } }],
    ["that imports nothing", "build --no-cache -t app .", table],
    ["of which that is not known", "build -t app .", { ...table, contexts: {} }],
    ["whose entry is damaged", "build -t app .", { ...table, entries: { app: { _tag: "Damaged", why: "" } } }],
    ["that imports another target's", "build -t app --target dev .", {
      ...table,
      relatives: { "app@dev": "app" }
    }]
  ])("is not one %s", (_, words, given) => {
    assert.match(exportOf(words, given) ?? "", /mode=max/)
  })
})
