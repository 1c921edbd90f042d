import { assert, describe, it } from "vitest"
import { overridesOf, plan } from "../table.ts"

const file = "/home/retro/work/token"
const daemons = "/data/workspaces/ses1/token"

const override = (services: object, secrets: object = { token: { file } }): unknown => {
  const [made] = overridesOf(
    plan("compose up", {
      env: { WORKSPACE_DIR: "/data/workspaces/ses1", DOCKER_SHIM_CACHE: "off" },
      files: {
        files: ["/home/retro/work/compose.yaml"],
        directory: "/home/retro/work",
        name: { _tag: "None" },
        settings: [],
        isChoice: false
      },
      model: { _tag: "Model", config: { services, secrets }, input: [] }
    }).plan
  )
  return made === undefined ? undefined : JSON.parse(made.content)
}

const build = { context: ".", secrets: [{ source: "token" }] }

describe("a secret from a file", () => {
  it("that containers use has the daemon's path", () => {
    const services = { web: { image: "a", secrets: [{ source: "token", target: "/run/secrets/token" }] } }
    assert.deepStrictEqual(override(services), { secrets: { token: { file: daemons } } })
  })

  it("that a build uses keeps the client's", () => {
    assert.strictEqual(override({ web: { build } }), undefined)
  })

  it("that both use has both, every other field of an entry kept", () => {
    const entry = { source: "token", target: "/run/secrets/token", mode: 256 }
    const other = { source: "other", target: "/run/secrets/other" }
    assert.deepStrictEqual(
      override({ web: { build, secrets: [entry, other] }, low: { image: "a", secrets: ["token"] } }),
      {
        secrets: { "token.daemon": { file: daemons } },
        services: {
          web: { secrets: [{ ...entry, source: "token.daemon" }] },
          low: { secrets: [{ source: "token.daemon", target: "/run/secrets/token" }] }
        }
      }
    )
  })

  it("gets a second name that the project does not use", () => {
    const services = { web: { build, secrets: [{ source: "token", target: "t" }] } }
    assert.deepStrictEqual(override(services, { token: { file }, "token.daemon": { environment: "A" } }), {
      secrets: { "token.daemon-": { file: daemons } },
      services: { web: { secrets: [{ source: "token.daemon-", target: "t" }] } }
    })
  })
})
