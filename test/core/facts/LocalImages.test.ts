import { assert, describe, it } from "@effect/vitest"
import * as LocalImages from "../../../src/core/facts/LocalImages.ts"

describe("LocalImages", () => {
  it.each<[LocalImages.Answer, string]>([
    [[], "none, as far as it tells"],
    [["shop-web", "team/api:1"], "shop-web, team/api:1"]
  ])("hears %j", (answer, heard) => {
    const asked = { socket: "/run/docker.sock", images: ["shop-web", "team/api:1"] }
    assert.strictEqual(
      LocalImages.kind.question(asked),
      "which of the images shop-web, team/api:1 has the daemon at /run/docker.sock?"
    )
    assert.strictEqual(LocalImages.kind.answer(answer, asked), heard)
  })
})
