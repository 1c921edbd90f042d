import { assert, describe, it } from "@effect/vitest"
import * as SelfSufficient from "../../../../src/core/syntax/dockerfile/SelfSufficient.ts"

describe("SelfSufficient", () => {
  it.each([
    ["apt-get update && apt-get install -y git", true],
    ["apt-get install -y git", false],
    ["apt-get update; apt-get install git > /dev/null 2>&1", true],
    ["npm ci", true],
    ["npm ci --offline", false],
    ["pnpm fetch && pnpm install --offline", false],
    ["pip install -r a.txt", true],
    ["python3 -m pip install x", true],
    ["cargo build --frozen", false],
    ["go build ./cmd", true],
    ["make", false],
    ["npm ci || true", false],
    ["npm ci | tee log", false],
    ["npm ci && cp /c/x /y", false],
    ["echo done", false],
    ["[\"npm\", \"ci\"]", false]
  ])("%s: %s", (text, expected) => {
    assert.strictEqual(SelfSufficient.isSelfSufficient(text, []), expected)
  })

  it("reads a script that is one here-document", () => {
    assert.isTrue(SelfSufficient.isSelfSufficient("<<EOF", ["set -e\nnpm ci"]))
    assert.isFalse(SelfSufficient.isSelfSufficient("cat <<EOF", ["npm ci"]))
    assert.isFalse(SelfSufficient.isSelfSufficient("<<A <<B", ["npm ci", "npm ci"]))
  })
})
