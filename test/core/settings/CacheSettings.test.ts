import { assert, describe, it } from "@effect/vitest"
import * as CacheSettings from "../../../src/core/settings/CacheSettings.ts"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"
import * as SettingReader from "../../../src/core/settings/SettingReader.ts"

const decode = (env: Readonly<Record<string, string>>) =>
  CacheSettings.decode(SettingReader.make(env, MachineSettings.none))

describe("CacheSettings", () => {
  it("shares by default, in the usual directory", () => {
    const { backend, directory, mode, origins, readDirectories, use } = decode({})
    assert.deepStrictEqual({ backend, directory, mode, origins, readDirectories, use }, {
      backend: { _tag: "Local" },
      directory: "/buildkit-cache",
      mode: "max",
      origins: { place: "/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR", mode: undefined },
      readDirectories: [],
      use: "on"
    })
  })

  it("reads further directories, but not the own one, and none twice", () => {
    const env = { DOCKER_SHIM_CACHE_DIR: "/c", DOCKER_SHIM_CACHE_READ_DIRS: "/a:/c/:/a/:/b" }
    assert.deepStrictEqual(decode(env).readDirectories, ["/a", "/b"])
  })

  it.each([
    ["registry:r.example/cache", { _tag: "Registry", prefix: "r.example/cache" }],
    ["registry:", { _tag: "Local" }],
    ["registry:-x", { _tag: "Local" }],
    ["s3", { _tag: "Local" }]
  ])("takes the backend %s for %j", (value, backend) => {
    assert.deepStrictEqual(decode({ DOCKER_SHIM_CACHE_BACKEND: value }).backend, backend)
  })
})
