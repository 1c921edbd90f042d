import { assert, describe, it } from "vitest"
import * as ComposeModel from "../../../src/core/compose/ComposeModel.ts"
import * as ComposeOverride from "../../../src/core/compose/ComposeOverride.ts"
import * as EmptyLists from "../../../src/core/compose/EmptyLists.ts"
import * as PlannedModel from "../../../src/core/compose/PlannedModel.ts"
import * as JsonObject from "../../../src/core/syntax/JsonObject.ts"

/** The override that a model of these parts gets beside these additions, as it is printed, without spaces. */
const printed = (
  config: unknown,
  { additions = [], declared = {} }: {
    readonly additions?: ReadonlyArray<ComposeOverride.Addition>
    readonly declared?: EmptyLists.Sources["declared"]
  } = {}
): string => {
  const model = ComposeModel.decode(PlannedModel.trim(config, { mayHave: true, declared }))
  const all = [...EmptyLists.removed(model, additions), ...additions]
  return ComposeOverride.print(ComposeOverride.fromAdditions(all)).replace(/\s/g, "")
}

describe("removed", () => {
  it("takes out what a part has nothing in, if the object is there that it would be in", () => {
    const text = printed({
      services: {
        web: {
          image: "a",
          gpus: [{ driver: "b", capabilities: ["c"], device_ids: ["d"], options: { e: "f" } }],
          build: { cache_from: ["x"] }
        }
      }
    })
    assert.include(text, `"security_opt":!resetnull`)
    assert.include(text, `"build":{"cache_to":!resetnull,`)
    assert.notInclude(text, `"cache_from"`)
    assert.notInclude(text, `"gpus"`)
    assert.notInclude(text, `"deploy"`)
  })

  it("takes out every list of a service that Compose 2.26 refuses, wherever it is in the service", () => {
    const web = {
      blkio_config: {},
      build: {},
      deploy: { placement: {}, resources: { reservations: {} } },
      develop: {},
      healthcheck: {}
    }
    const override = JsonObject.parse(printed({ services: { web } }).replaceAll("!reset", ""))
    const fields = JsonObject.field(JsonObject.field(override, "services"), "web")
    const places = (value: unknown): ReadonlyArray<string> =>
      JsonObject.entries(value).flatMap(([name, one]) =>
        one === null ? [name] : places(one).map((place) => `${name}.${place}`)
      )
    assert.deepStrictEqual([...places(fields)].sort(), [
      ...["device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops", "weight_device"].map((name) =>
        `blkio_config.${name}`
      ),
      ...["cache_from", "cache_to", "entitlements", "extra_hosts", "platforms", "secrets"].map((name) =>
        `build.${name}`
      ),
      "deploy.placement.constraints",
      "deploy.placement.preferences",
      "deploy.resources.reservations.devices",
      "deploy.resources.reservations.generic_resources",
      "develop.watch",
      ..."device_cgroup_rules external_links extra_hosts gpus group_add healthcheck.test label_file".split(" "),
      ..."post_start pre_stop security_opt volumes_from".split(" ")
    ])
  })

  it.each([
    ["networks", { ipam: {} }, `"networks":{"n":{"ipam":{"config":!resetnull}}}`],
    ["volumes", { name: "x" }, `"volumes":{"n":{"labels":!resetnull}}`],
    ["secrets", { file: "/x" }, `"secrets":{"n":{"labels":!resetnull}}`],
    ["configs", { file: "/x" }, `"configs":{"n":{"labels":!resetnull}}`]
  ])("takes them out of %s, used by a service or not", (section, part, expected) => {
    assert.strictEqual(printed({ [section]: { n: part } }), `{${expected}}`)
    assert.strictEqual(printed({}, { declared: { [section]: ["n"] } }), `{${expected}}`)
  })

  it.each([
    ["networks", { ipam: { config: [{ subnet: "10.0.0.0/8" }] } }],
    ["volumes", { labels: { a: "b" } }],
    ["volumes", null]
  ])("leaves %s alone that are %j", (section, part) => {
    assert.strictEqual(printed({ [section]: { n: part } }, { declared: { [section]: ["n"] } }), "{}")
  })

  it("writes lists anew whose items may have such a list", () => {
    const watch = [{ path: "/a", action: "sync", target: "/b", exec: { command: null } }]
    const devices = [{ driver: "a", capabilities: ["b"] }]
    const text = printed({
      services: {
        web: {
          develop: { watch },
          gpus: devices,
          deploy: { resources: { reservations: { devices } } },
          pre_stop: [{ command: ["$$X"] }]
        }
      }
    })
    assert.include(text, `"develop":{"watch":!override${JSON.stringify(watch)}}`)
    assert.include(text, `"gpus":!override${JSON.stringify(devices)}`)
    assert.include(text, `"devices":!override${JSON.stringify(devices)}`)
    assert.include(text, `"pre_stop":!override[{"command":["$$X"]}]`)
  })

  it("writes hooks that set variables anew, and marks them as nothing to keep: the values may be secrets", () => {
    const hooks = [{ command: ["a"] }, { command: ["b"], environment: { TOKEN: "s3cret" } }]
    const config = { services: { web: { post_start: hooks, pre_stop: [{ command: ["c"] }] }, db: { image: "db" } } }
    assert.include(printed(config), `"post_start":!override${JSON.stringify(hooks)}`)
    const model = ComposeModel.decode(PlannedModel.trim(config))
    assert.isTrue(EmptyLists.haveVariables(model))
    const kept = EmptyLists.withoutVariables(model)
    assert.isFalse(EmptyLists.haveVariables(kept))
    assert.notInclude(JSON.stringify(kept), "s3cret")
    assert.deepStrictEqual(
      EmptyLists.removed(kept, []).filter(({ fields }) => "pre_stop\u0000override" in fields).length,
      1
    )
  })

  it("adds nothing to what an addition gives", () => {
    const fields = { develop: { [ComposeOverride.replacing("watch")]: [{ path: "/own" }] }, build: { cache_to: ["x"] } }
    const additions = [{ section: "services", name: "web", fields }] as const
    const config = { services: { web: { develop: { watch: [{ path: "/a" }] }, build: { context: "/c" } } } }
    const text = printed(config, { additions })
    assert.include(text, `"watch":!override[{"path":"/own"}]`)
    assert.include(text, `"cache_to":["x"]`)
    assert.notInclude(text, `"cache_to":!resetnull`)
  })

  it("removes nothing where no file has an empty list", () => {
    const none = { mayHave: false, declared: {} }
    const config = { services: { web: { image: "a", gpus: [{ driver: "b" }] } }, networks: { n: { ipam: {} } } }
    assert.deepStrictEqual(EmptyLists.removed(ComposeModel.decode(PlannedModel.trim(config, none)), []), [])
  })
})

describe("areRefused", () => {
  it.each([[2, 24, false], [2, 25, true], [2, 26, true], [2, 39, true], [2, 40, false], [5, 5, false], [1, 29, false]])(
    "of Compose %i.%i is %s",
    (major, minor, expected) => assert.strictEqual(EmptyLists.areRefused({ major, minor }), expected)
  )
})
