import { assert, describe, it } from "@effect/vitest"
import * as CacheReference from "../../../../src/core/cache/CacheReference.ts"
import type { RegistryEntry } from "../../../../src/core/cache/RegistryEntry.ts"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import type { Store } from "../../../../src/core/plan/build/CacheStore.ts"
import * as RegistrySource from "../../../../src/core/plan/build/RegistrySource.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import { usable } from "./usable.ts"

const registry: Store = { _tag: "Registry", prefix: "r.example/c" }
const client = { globals: ["-H", "unix:///x"], env: { A: "1" } }
const wanted = (path: string) =>
  ({ key: { subject: { _tag: "Image", path, tag: "1" }, target: undefined, platforms: [] }, origin: "o" }) as const
const builds = [
  { wanted: wanted("app"), imports: true },
  { wanted: wanted("web"), imports: false },
  { wanted: wanted("db"), imports: true }
]
const find = (store: Store, asked = builds, facts = Facts.none) => {
  const settings = Settings.decode({})
  assert(!("_tag" in settings))
  const invocation = { argv0: "docker", argv: [], env: {}, cwd: "/" }
  return RegistrySource.find(store, asked, client, { invocation, settings, facts }).state
}
const question = {
  _tag: "RegistryEntries",
  builds: ["app", "db"].map((path) => CacheReference.all(CacheReference.of("r.example/c", wanted(path)))),
  ...client
} as const

describe("RegistrySource", () => {
  it("asks once, for the builds that import", () => {
    const state = find(registry)
    assert(state._tag === "OpenQuestions")
    assert.deepStrictEqual<unknown>(state.questions, [question])
  })

  it("gives each build its own answer", () => {
    const answers: ReadonlyArray<RegistryEntry> = [{ _tag: "Found", reference: "r.example/c/app:1" }, { _tag: "None" }]
    const state = find(registry, builds, Facts.answer(Facts.none, question, answers))
    assert(state._tag === "Done")
    assert.deepStrictEqual(state.value, [answers[0], undefined, answers[1]])
  })

  it("asks nothing of a directory, and nothing where no build imports", () => {
    const none = builds.map((build) => ({ ...build, imports: false }))
    for (const state of [find({ _tag: "Directory", cache: usable() }), find(registry, none)]) {
      assert(state._tag === "Done")
      assert.deepStrictEqual(state.value, [undefined, undefined, undefined])
    }
  })
})
