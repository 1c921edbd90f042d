import { assert, describe, it } from "vitest"
import * as ReferencedFiles from "../../../src/shell/compose/ReferencedFiles.ts"

describe("ReferencedFiles", () => {
  it.each<[string, ReadonlyArray<string> | undefined]>([
    ["services: {web: {image: bb}}\n", []],
    ["include: [a.yaml, b.yaml]\n", ["a.yaml", "b.yaml"]],
    ["services: {web: {extends: web2}}\n", ["web2"]],
    ["a: 1\n---\ninclude: [a.yaml]\n", ["a.yaml"]],
    // only Compose can tell
    ["include: [$X/a.yaml]\n", undefined],
    ["include: ['~/a.yaml']\n", undefined],
    ["include: ['oci://registry/app']\n", undefined],
    ["include: ['git@github.com:a/b']\n", undefined],
    ["include: [github.com/a/b]\n", undefined],
    ["x: &a [a.yaml]\ninclude: *a\n", undefined],
    ["include: [\n", undefined]
  ])("in %j are %j", (text, expected) => {
    assert.deepStrictEqual(ReferencedFiles.inText(text), expected)
  })

  // which texts are paths is left open: what is none is looked for and not found
  it.each([
    ["include:\n  - path: [a.yaml, b.yaml]\n    env_file: x.env\n", ["a.yaml", "b.yaml", "x.env"]],
    ["services: {web: {extends: {file: base.yaml, service: web}}}\n", ["base.yaml"]]
  ])("in %j are at least %j", (text, expected) => {
    assert.includeMembers([...ReferencedFiles.inText(text) ?? []], expected)
  })
})
