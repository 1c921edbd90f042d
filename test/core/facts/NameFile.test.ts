import { assert, describe, it } from "@effect/vitest"
import * as NameFile from "../../../src/core/facts/NameFile.ts"

describe("NameFile", () => {
  it.each<[NameFile.Asked, NameFile.Answer, string, string]>([
    [
      { name: "shop" },
      { file: "/k/shop.json" },
      "where is the Compose file that says name: shop, and nothing else?",
      "/k/shop.json"
    ],
    [
      { name: "shop" },
      { file: undefined },
      "where is the Compose file that says name: shop, and nothing else?",
      "it cannot be kept"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(NameFile.kind.question(asked), question)
    assert.strictEqual(NameFile.kind.answer(answer, asked), heard)
  })
})
