import { assert, describe, it } from "@effect/vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import { plan, type Table } from "./table.ts"

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
    "build -t app https://host/r.git"
  ])("is not known of %s", (words) => {
    assert.isUndefined(inputs(words))
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

describe("a build that is made from the same as its entry", () => {
  const known = inputs("build -t app .") ?? ""
  const table = { contexts: { [context]: "files" }, entries: { app: { _tag: "Sound", inputs: known } } } satisfies Table
  const exportOf = (words: string, given: Table = table) =>
    plan(words, given).plan.args.find((word) => word.startsWith("--cache-to"))

  it("exports only what BuildKit need not fetch, in the expectation that nothing else is new", () => {
    const { after, args, changes } = plan("build -t app .", table).plan
    assert.include(
      args,
      "--cache-to=type=local,dest=/buildkit-cache/app/.incoming/run1,mode=min,ignore-error=true"
    )
    assert.deepInclude(after, {
      _tag: "PublishCacheExport",
      export: { directory: "/buildkit-cache", key: "app", exportDirectory: "/buildkit-cache/app/.incoming/run1" },
      expectation: { inputs: known, isExpected: true }
    })
    assert.deepStrictEqual(changes.map(({ why }) => why), [
      "what sessions before built (DOCKER_SHIM_CACHE_DIR is unset)",
      "for sessions to come, if it is not all in app, which was built from the same (DOCKER_SHIM_CACHE_DIR is unset)"
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
