import { assert, describe, it } from "@effect/vitest"
import * as ApiPaths from "../../../../src/core/plan/api/ApiPaths.ts"
import * as JsonText from "../../../../src/core/syntax/JsonText.ts"

const find = (kind: ApiPaths.Kind, body: unknown) => {
  const json = JsonText.parse(JSON.stringify(body))
  assert(json._tag === "Json")
  return ApiPaths.find(kind, json.value).map(({ at, what }) => [what, at.value])
}

describe("ApiPaths", () => {
  it("finds what a container mounts, and its devices", () => {
    const host = {
      Binds: ["/a:/b"],
      Mounts: [{ Type: "bind", Source: "/c" }, { Type: "volume", Source: "v" }],
      Devices: [{ PathOnHost: "/dev/x" }],
      BlkioDeviceReadBps: [{ Path: "/dev/y" }]
    }
    assert.deepStrictEqual(find("container", { HostConfig: host }), [
      ["HostConfig.Binds", "/a:/b"],
      ["HostConfig.Mounts.Source", "/c"],
      ["HostConfig.Devices", "/dev/x"],
      ["HostConfig.BlkioDeviceReadBps", "/dev/y"]
    ])
  })

  it("finds the options of a volume's driver, each with its name", () => {
    assert.deepStrictEqual(find("volume", { DriverOpts: { device: "/d", o: "bind" } }), [
      ["DriverOpts.device", "/d"],
      ["DriverOpts.o", "bind"]
    ])
  })

  it("finds the mounts of a service's tasks", () => {
    const body = { TaskTemplate: { ContainerSpec: { Mounts: [{ Type: "bind", Source: "/s" }] } } }
    assert.deepStrictEqual(find("service", body), [["TaskTemplate.ContainerSpec.Mounts.Source", "/s"]])
  })

  it("finds the settings of a plugin", () => {
    assert.deepStrictEqual(find("plugin", ["data.source=/p", 1, null]), [["plugin setting", "data.source=/p"]])
    assert.deepStrictEqual(find("plugin", { "data.source": "/p" }), [])
  })

  it("finds nothing elsewhere", () => {
    assert.deepStrictEqual(find("container", { Env: ["A=/a"], Volumes: { "/x": {} } }), [])
  })
})
