import { assert, describe, it } from "@effect/vitest"
import * as CacheDirectory from "../../../src/core/facts/CacheDirectory.ts"

describe("CacheDirectory", () => {
  it.each<[CacheDirectory.Asked, CacheDirectory.Answer, string, string]>([
    [
      {
        directory: "/c",
        readDirectories: ["/r"],
        wanted: [{
          key: { subject: { _tag: "Image", path: "app", tag: "latest" }, target: undefined, platforms: [] },
          origin: "o"
        }]
      },
      { _tag: "Unusable", why: "/c does not exist" },
      "what is in /c, /r for app?",
      "/c does not exist"
    ],
    [
      {
        directory: "/c",
        readDirectories: [],
        wanted: [{
          key: { subject: { _tag: "Image", path: "app", tag: "latest" }, target: undefined, platforms: [] },
          origin: "o"
        }]
      },
      {
        _tag: "Usable",
        directory: "/c",
        id: "1",
        unwritable: "/c is full",
        unread: [],
        relatives: {},
        entries: { a: { _tag: "Sound" }, b: { _tag: "Missing" }, c: { _tag: "Damaged", why: "cut" } }
      },
      "what is in /c for app?",
      "/c is full, a is sound, b is not there yet, c is damaged: cut"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(CacheDirectory.kind.question(asked), question)
    assert.strictEqual(CacheDirectory.kind.answer(answer, asked), heard)
  })
})
