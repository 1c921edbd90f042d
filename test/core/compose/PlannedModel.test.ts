import { assert, describe, it } from "vitest"
import * as PlannedModel from "../../../src/core/compose/PlannedModel.ts"

const secret = "s3cret"
const config = {
  name: "shop",
  services: {
    web: {
      image: "a",
      environment: { PASSWORD: secret },
      labels: { token: secret },
      command: ["run", secret],
      build: { context: "/c", args: { TOKEN: secret, GIVEN: null } },
      volumes: [{ type: "bind", source: "/a", target: "/b" }]
    },
    old: { build: { context: ".", args: [`TOKEN=${secret}`, "GIVEN"] } }
  },
  volumes: { share: { driver_opts: { type: "cifs", device: "//host/share", o: `password=${secret}` } } },
  secrets: { token: { environment: secret, file: "/t" } },
  configs: { inline: { content: secret } }
}

describe("PlannedModel", () => {
  it("has no value that may be a secret", () => {
    assert.notInclude(JSON.stringify(PlannedModel.of(config)), secret)
  })

  it("keeps what planning reads", () => {
    const text = JSON.stringify(PlannedModel.of(config))
    for (
      const kept of [
        "\"image\":\"a\"",
        JSON.stringify(config.services.web.volumes),
        "\"GIVEN\":null",
        "\"GIVEN\"]",
        "\"name\":\"shop\"",
        "{\"type\":\"cifs\",\"device\":\"//host/share\"}",
        "\"file\":\"/t\""
      ]
    ) {
      assert.include(text, kept)
    }
  })

  it("tells models apart by what it leaves out", () => {
    const other = { ...config, configs: { inline: { content: "other" } } }
    assert.notDeepEqual(PlannedModel.of(other), PlannedModel.of(config))
    assert.deepStrictEqual(PlannedModel.of(structuredClone(config)), PlannedModel.of(config))
  })
})
