import { assert, describe, it } from "@effect/vitest"
import * as BuildxInspect from "../../../src/core/builder/BuildxInspect.ts"
import * as DaemonInfo from "../../../src/core/builder/DaemonInfo.ts"

const info = (status: ReadonlyArray<unknown>) => ({ ServerVersion: "28.5.2", DriverStatus: status })

describe("DaemonInfo", () => {
  it("is a builder that exports where images are in containerd's store", () => {
    const found = info([["x", "y"], ["driver-type", "io.containerd.snapshotter.v1"]])
    assert.isTrue(DaemonInfo.storesInContainerd(found))
    assert.deepStrictEqual(DaemonInfo.builder(found), { _tag: "Exporting", driver: "docker" })
  })

  it.each([[[]], [[["driver-type", "overlay2"]]], [["driver-type", "io.containerd.snapshotter.v1"]]])(
    "imports only with %j",
    (status) => {
      assert.deepStrictEqual(DaemonInfo.builder(info(status)), BuildxInspect.classicStore)
    }
  )

  it("is none where the answer is not a daemon's", () => {
    assert.isUndefined(DaemonInfo.builder({ message: "forbidden" }))
    assert.isUndefined(DaemonInfo.builder(null))
  })
})
