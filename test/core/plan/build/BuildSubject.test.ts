import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../../src/core/argv/CommandLine.ts"
import * as CacheKey from "../../../../src/core/cache/CacheKey.ts"
import * as BuildSubject from "../../../../src/core/plan/build/BuildSubject.ts"

const key = (words: string, env = {}) => {
  const { tokens } = CommandLine.parse(words.split(" "))
  const found = BuildSubject.keyOf(tokens, { argv0: "docker", argv: [], env, cwd: "/w" })
  return found === undefined ? undefined : CacheKey.print(found)
}

describe("BuildSubject", () => {
  it.each([
    ["build -t team/app:1 -t other .", "team+app:1"],
    ["build -t app --target dev --platform linux/arm64 .", "app@dev~linux+arm64"],
    ["build .", "=+w"],
    ["build -f docker/Dev api", "=+w+api=+w+docker+Dev"],
    ["build -", "=-+w"],
    ["build -t a:b:c .", undefined],
    ["build", undefined]
  ])("%s has the key %s", (words, expected) => {
    assert.strictEqual(key(words), expected)
  })

  it("takes its platform from the environment where none is named", () => {
    assert.strictEqual(key("build -t app .", { DOCKER_DEFAULT_PLATFORM: "linux/arm64" }), "app~linux+arm64")
  })

  it.each([["build -", true], ["build -f - .", true], ["build .", false]])(
    "%s reads standard input: %s",
    (words, reads) => {
      assert.strictEqual(BuildSubject.readsStandardInput(CommandLine.parse(words.split(" ")).tokens), reads)
    }
  )
})
