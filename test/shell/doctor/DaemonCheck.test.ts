import { assert, describe, it } from "vitest"
import * as DaemonCheck from "../../../src/shell/doctor/DaemonCheck.ts"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import { finding, findings } from "./examination.ts"

describe("DaemonCheck", () => {
  const containerd = {
    ServerVersion: "28.5.2",
    Driver: "overlayfs",
    DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]]
  }

  it("no daemon answers", async () => {
    assert.deepStrictEqual(
      await findings(DaemonCheck.check, { answers: { "context inspect": { stdout: "unix:///run/x.sock\n" } } }),
      [Finding.fail(
        "daemon",
        "no daemon answers at unix:///run/x.sock: Cannot connect",
        "start it, or set DOCKER_HOST or DOCKER_SHIM_DOCKER_HOST to another one"
      )]
    )
  })

  it("the classic image store exports no cache", async () => {
    const found = await findings(DaemonCheck.check, {
      info: { ServerVersion: "28.5.2", Driver: "overlay2", DriverStatus: [["Backing Filesystem", "extfs"]] },
      answers: { "buildx inspect": { stdout: "Name: default\nDriver: docker\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [["daemon", "ok"], ["image store", "warn"], [
      "builder",
      "warn"
    ]])
  })

  it("the builder of the current context is asked", async () => {
    const found = await findings(DaemonCheck.check, {
      info: containerd,
      answers: {
        "context show": { stdout: "mine\n" },
        "buildx inspect mine": { stdout: "Name: mine\nDriver: docker-container\n" }
      }
    })
    assert.deepStrictEqual(found.slice(1), [
      Finding.ok("image store", "containerd (overlayfs)"),
      Finding.ok("builder", "driver docker-container, can export its cache")
    ])
  })

  it("there is no docker to ask", async () => {
    assert.strictEqual((await finding(DaemonCheck.check, "daemon", { docker: undefined })).state, "unchecked")
  })
})
