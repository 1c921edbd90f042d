import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../../src/core/argv/CommandLine.ts"
import * as UserDecision from "../../../../src/core/plan/build/UserDecision.ts"

describe("UserDecision", () => {
  it.each([
    ["build .", undefined],
    ["build --cache-from x .", "it has its own --cache-from"],
    ["build --cache-to x .", "it has its own --cache-to"],
    ["buildx build --call outline .", "with --call nothing is built"],
    ["buildx build --print outline .", "with --print nothing is built"],
    ["buildx build --check .", "with --check nothing is built"],
    ["buildx build --check=false .", undefined],
    ["build --help", "with --help nothing is built"]
  ])("%s: %s", (words, why) => {
    assert.strictEqual(UserDecision.read(CommandLine.parse(words.split(" ")).tokens), why)
  })
})
