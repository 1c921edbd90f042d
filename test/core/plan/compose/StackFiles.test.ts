import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as StackFiles from "../../../../src/core/plan/compose/StackFiles.ts"
import { args, overridesOf, plan } from "../table.ts"

const env = { WORKSPACE_DIR: "/data/workspaces/ses1" }
const work = "/home/retro/work"
const data = "/data/workspaces/ses1"

const model = (config: unknown) => ({ _tag: "Model", config, input: [] } as const)
const bind = (source: string, target = "/m") => ({ type: "bind", source, target })
const override = (config: unknown) => {
  const [file] = overridesOf(plan("stack deploy -c a.yml s", { env, model: model(config) }).plan)
  return file === undefined ? undefined : JSON.parse(file.content) as unknown
}

describe("files of a stack", () => {
  it.each([
    ["stack deploy -c a.yml s", `stack deploy -c a.yml --compose-file=${StackFiles.placeholder} s`],
    ["stack up --prune -ca.yml s", `stack up --prune -ca.yml --compose-file=${StackFiles.placeholder} s`],
    [
      "stack deploy s -c a.yml,b.yml -c c.yml -d",
      `stack deploy s -c a.yml,b.yml -c c.yml --compose-file=${StackFiles.placeholder} -d`
    ]
  ])("%s gets one more", (words, expected) => {
    const config = { version: "3.8", services: { web: { volumes: [bind(work)] } } }
    assert.deepStrictEqual(args(words, { env, model: model(config) }), expected.split(" "))
  })

  it.each([
    [
      "no path in it is another one for the daemon",
      model({ services: { web: { volumes: [bind("/srv"), "named:/n"] } } })
    ],
    ["docker stack config refuses it, or is not there", { _tag: "Refused", input: [] } as const]
  ])("are as they were where %s", (why, answer) => {
    const { plan: planned } = plan("stack deploy -c a.yml s", { env, model: answer })
    assert.deepStrictEqual(planned.args, ["stack", "deploy", "-c", "a.yml", "s"])
    assert.deepStrictEqual(planned.files, [])
    assert.deepInclude(planned.leftAlone, { what: "--compose-file", value: "a.yml", why })
  })

  it.each(["stack deploy s", "stack deploy --help -c a.yml s", "stack config -c a.yml"])(
    "are not read for %s",
    (words) => assert.deepStrictEqual(args(words, { env }), words.split(" "))
  )

  it("keep all but the source of what is replaced", () => {
    const volume = {
      driver: "local",
      driver_opts: { type: "none", o: "bind", device: `${work}/v` },
      labels: { a: "$b" }
    }
    assert.deepStrictEqual(
      override({
        version: "3.8",
        services: {
          web: {
            image: "img",
            devices: [`${work}/dev:/dev/x`],
            volumes: [{ ...bind(`${work}/a$x`), read_only: true, bind: { propagation: "rslave" } }, bind("/srv", "/s")]
          },
          other: { volumes: [{ type: "volume", source: "v", target: "/v" }] }
        },
        volumes: { v: volume, w: { driver: "local" } },
        secrets: { s: { file: `${work}/s` } },
        configs: { c: { file: `${work}/c` } }
      }),
      {
        version: "3.8",
        services: {
          web: { volumes: [{ ...bind(`${data}/a$$x`), read_only: true, bind: { propagation: "rslave" } }] }
        },
        volumes: { v: { ...volume, driver_opts: { ...volume.driver_opts, device: `${data}/v` }, labels: { a: "$$b" } } }
      }
    )
  })

  it("hand on what was read of standard input", () => {
    const input = [{ descriptor: 0, content: "services: {}" }]
    const { plan: planned } = plan("stack deploy -c - s", { env, model: { _tag: "Model", config: {}, input } })
    assert.deepStrictEqual(planned.input, input)
    const refused = plan("stack deploy -c - s", { env, model: { _tag: "Refused", input } })
    assert.deepStrictEqual(refused.plan.input, input)
  })

  it("of another shape change nothing", () => {
    FastCheck.assert(FastCheck.property(FastCheck.jsonValue(), (config) => {
      assert.deepStrictEqual(args("stack deploy -c a.yml s", { env, model: model(config) }), [
        "stack",
        "deploy",
        "-c",
        "a.yml",
        "s"
      ])
    }))
  })
})
