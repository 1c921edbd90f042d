import { assert, describe, it } from "@effect/vitest"
import * as ContainerInspect from "../../../src/core/builder/ContainerInspect.ts"

const id = "0123456789abcdef".repeat(4)

const answer = (changes: Readonly<Record<string, unknown>> = {}): unknown => ({
  Id: id,
  State: { Running: true, Pid: 7 },
  HostConfig: { NetworkMode: "bridge" },
  GraphDriver: { Name: "overlay2", Data: { UpperDir: "/var/lib/docker/overlay2/abc/diff" } },
  Mounts: [],
  ...changes
})

const mounts = (...all: ReadonlyArray<unknown>) => ContainerInspect.decode(answer({ Mounts: all }))?.mounts

describe("ContainerInspect", () => {
  it("decode reads a container", () => {
    assert.deepStrictEqual(ContainerInspect.decode(answer()), {
      id,
      isRunning: true,
      upper: "/var/lib/docker/overlay2/abc/diff",
      mounts: []
    })
    const other = answer({ State: {}, GraphDriver: null, HostConfig: { NetworkMode: `container:${id}` } })
    assert.deepStrictEqual(ContainerInspect.decode(other), {
      id,
      isRunning: false,
      upper: undefined,
      mounts: []
    })
  })

  it.each<[unknown, string | undefined]>([
    [{ Type: "bind", Source: "/data/ws", Destination: "/w", RW: false }, "/data/ws"],
    [
      { Type: "volume", Name: "v", Driver: "local", Source: "/var/lib/docker/volumes/v/_data", Destination: "/w" },
      "/var/lib/docker/volumes/v/_data"
    ],
    [{ Type: "volume", Name: "v", Driver: "sshfs", Source: "/mnt/v", Destination: "/w" }, undefined],
    [{ Type: "tmpfs", Source: "", Destination: "/w" }, undefined],
    [{ Type: "image", Source: "/x", Destination: "/w" }, undefined],
    [{ Type: "bind", Source: "", Destination: "/w" }, undefined],
    [{ Type: "bind", Source: "relative", Destination: "/w" }, undefined]
  ])("decode of the mount %j finds the source %s", (mount, source) => {
    assert.deepStrictEqual(mounts(mount), [{ destination: "/w", source }])
  })

  it("decode finds no source for a part of a volume, nor for a bind without what is mounted below", () => {
    const volume = { Type: "volume", Driver: "local", Source: "/v/_data", Destination: "/w" }
    const of = (wish: unknown) =>
      ContainerInspect.decode(answer({ Mounts: [volume], HostConfig: { Mounts: [wish] } }))?.mounts[0]?.source
    assert.isUndefined(of({ Target: "/w/", VolumeOptions: { Subpath: "a" } }))
    assert.isUndefined(of({ Target: "/w", BindOptions: { NonRecursive: true } }))
    assert.strictEqual(of({ Target: "/w", BindOptions: { NonRecursive: false } }), "/v/_data")
    assert.strictEqual(of({ Target: "/other", VolumeOptions: { Subpath: "a" } }), "/v/_data")
  })

  it.each([
    undefined,
    "x",
    {},
    answer({ Id: "web" }),
    answer({ Mounts: null }),
    answer({ Mounts: [{ Type: "bind", Source: "/a" }] }),
    answer({ Mounts: [{ Destination: "w", Source: "/a" }] })
  ])("decode of %j is nothing", (one) => {
    assert.isUndefined(ContainerInspect.decode(one))
  })

  it("sharingNetwork finds those that share one's network", () => {
    const modes = [`container:${id}`, "default", "container:name", `container:${"f".repeat(64)}`]
    const list = modes.map((NetworkMode, at) => ({ Id: String(at).repeat(64), HostConfig: { NetworkMode } }))
    assert.deepStrictEqual(ContainerInspect.sharingNetwork(list, id), ["0".repeat(64), "2".repeat(64)])
    assert.isUndefined(ContainerInspect.sharingNetwork({ message: "no" }, id))
  })
})
