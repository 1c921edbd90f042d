import { assert, describe, it } from "@effect/vitest"
import { plan } from "../table.ts"

const names = ["DOCKER_SHIM_ADDED", "DOCKER_SHIM_DEPTH", "DOCKER_SHIM_PLANNED"]

const planned = (words: string, argv0 = "docker") => plan(words, { argv0, model: { _tag: "Refused", input: [] } }).plan

/** Which of the shim's variables a plan keeps out of the environment. */
const kept = (words: string, argv0 = "docker"): ReadonlyArray<string> =>
  Object.entries(planned(words, argv0).env).flatMap(([name, value]) => value === null ? [name] : []).sort()

describe("the environment that Compose prints", () => {
  it.each([
    ["compose config --environment", "docker"],
    ["compose -f a.yaml config --format json --environment=true", "docker"],
    ["-D compose --profile x convert --environment", "docker"],
    ["-f a.yaml config --environment", "docker-compose"],
    ["-H ssh://other compose config --environment", "docker"]
  ])("has nothing of the shim with %j of %s", (words, argv0) => {
    assert.deepStrictEqual(kept(words, argv0), names)
    const { args } = planned(words, argv0)
    assert.deepStrictEqual(args.filter((word, at) => word !== "--environment" || args.indexOf(word) !== at), [
      ...words.split(" ").filter((word) => word !== "--environment"),
      ...(words.includes("--environment=") ? [] : ["--environment"])
    ])
  })

  it.each([
    "compose config",
    "compose config --environment=false",
    "compose run web config --environment",
    "compose exec web --environment config",
    "compose up --environment",
    "config --environment",
    "run img compose config --environment"
  ])("is no matter of %j", (words) => {
    assert.deepStrictEqual(kept(words), [])
    assert.deepStrictEqual(
      planned(words).args.filter((word) => word === "--environment").length,
      words.split(" ").filter((word) => word === "--environment").length
    )
  })
})
