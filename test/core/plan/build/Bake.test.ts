import { assert, describe, it } from "vitest"
import * as table from "../table.ts"

const notices = (words: string, cache = "on"): ReadonlyArray<string> =>
  table.plan(words, { env: { DOCKER_SHIM_CACHE: cache } }).plan.notices.map(({ text }) => text)

describe("Bake", () => {
  it.each(["bake", "buildx bake app", "builder bake", "buildx f", "-D buildx --builder b bake -f docker-bake.hcl app"])(
    "says in one line that %s gets no cache",
    (words) => {
      const { plan, questions } = table.plan(words, {})
      const [text = ""] = notices(words)
      assert.match(
        text,
        /^build cache not shared: docker (?:buildx |builder )?(?:bake|f) gets no cache from docker-shim; /
      )
      assert.lengthOf(plan.notices, 1)
      assert.lengthOf(notices(words, "read-only"), 1)
      assert.deepStrictEqual([plan.args, plan.leftAlone.length, questions], [words.split(" "), 1, []])
      assert.deepStrictEqual(notices(words, "off"), [])
    }
  )

  it.each([
    "bake --print",
    "buildx bake --check app",
    "buildx bake --help",
    "buildx bake --list=targets",
    "buildx bake --set *.cache-to=type=inline app",
    "buildx bake --set=*.cache-from=x",
    "buildx ls",
    "ps"
  ])("says nothing of %s", (words) => {
    assert.deepStrictEqual(notices(words), [])
  })
})
