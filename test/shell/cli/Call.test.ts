import { assert, describe, it } from "vitest"
import * as Call from "../../../src/shell/cli/Call.ts"

describe("Call", () => {
  it.each([
    ["explain --json -- docker ps", "explain --json", "docker ps"],
    ["explain docker run --json -- x", "explain", "docker run --json -- x"],
    ["explain --json docker ps", "explain --json", "docker ps"],
    ["explain -- --json", "explain", "--json"],
    ["explain", "explain", ""],
    ["doctor --json", "doctor --json", ""],
    ["cache prune -- docker", "cache prune", "docker"],
    ["", "", ""]
  ])("%j is of its own %j, about %j", (words, own, subject) => {
    const split = Call.split(words.split(" ").filter((word) => word !== ""))
    assert.deepStrictEqual([split.words.join(" "), split.subject.join(" ")], [own, subject])
  })
})
