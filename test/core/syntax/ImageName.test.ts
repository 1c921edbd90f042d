import { assert, describe, it } from "@effect/vitest"
import * as ImageName from "../../../src/core/syntax/ImageName.ts"

describe("ImageName", () => {
  describe("parse", () => {
    const image = (path: string, rest: Partial<ImageName.ImageName> = {}): ImageName.ImageName => ({
      domain: "docker.io",
      path,
      tag: undefined,
      digest: undefined,
      ...rest
    })
    const digest = `sha256:${"a".repeat(64)}`

    it.each([
      ["app", image("app")],
      ["library/app", image("app")],
      ["docker.io/library/app", image("app")],
      ["index.docker.io/library/app", image("app")],
      ["app:1.2", image("app", { tag: "1.2" })],
      ["team/app", image("team/app")],
      ["library/team/app", image("library/team/app")],
      ["localhost/app", image("app", { domain: "localhost" })],
      ["localhost:5000/foo", image("foo", { domain: "localhost:5000" })],
      ["localhost:5000/foo:1", image("foo", { domain: "localhost:5000", tag: "1" })],
      ["registry.example/library/app", image("library/app", { domain: "registry.example" })],
      ["Registry/app", image("app", { domain: "Registry" })],
      ["a__b/c-d.e", image("a__b/c-d.e")],
      [`app@${digest}`, image("app", { digest })],
      [`app:1@${digest}`, image("app", { tag: "1", digest })]
    ])("reads %s", (text, expected) => {
      assert.deepStrictEqual(ImageName.parse(text), expected)
    })

    it.each([
      "",
      "..",
      "../../etc/x",
      "App",
      "a//b",
      "/app",
      "app:",
      "app:-x",
      "a_.b",
      "app@sha256:1",
      "a b",
      "app:1:2",
      "ä"
    ])(
      "refuses %j, as Docker does",
      (text) => {
        assert.isUndefined(ImageName.parse(text))
      }
    )
  })
})
