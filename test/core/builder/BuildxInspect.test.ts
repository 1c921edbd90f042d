import { assert, describe, it } from "@effect/vitest"
import * as BuildxInspect from "../../../src/core/builder/BuildxInspect.ts"

const ran = (code: number, stdout: string, stderr = "") => ({ code, stdout, stderr })

/** As Docker 28.5.2 and 26.1.5 print it, shortened. */
const inspect = (driver: string, labels: ReadonlyArray<string>) =>
  ran(
    0,
    [
      "Name:   default",
      `Driver: ${driver}`,
      "",
      "Nodes:",
      "Name:             default",
      "Status:           running",
      "Labels:",
      ...labels.map((label) => ` org.mobyproject.buildkit.worker.${label}`),
      "GC Policy rule#0:",
      " All:            false",
      ""
    ].join("\n")
  )

describe("BuildxInspect", () => {
  describe("read", () => {
    it("knows the containerd image store by the worker's label", () => {
      assert.deepStrictEqual(
        BuildxInspect.read(inspect("docker", ["network: host", "snapshotter:          overlayfs"])),
        { _tag: "Exporting", driver: "docker" }
      )
    })

    it("says that the classic image store cannot export", () => {
      assert.deepStrictEqual(BuildxInspect.read(inspect("docker", ["moby.host-gateway-ip: 172.17.0.1"])), {
        _tag: "ImportOnly",
        why: "the daemon's classic image store cannot export cache (it can with the containerd image store)"
      })
    })

    it("takes another driver to export, whatever its labels", () => {
      assert.deepStrictEqual(BuildxInspect.read(inspect("docker-container", [])), {
        _tag: "Exporting",
        driver: "docker-container"
      })
    })

    it("takes a builder in Kubernetes to export, and none that sessions share", () => {
      assert.deepStrictEqual(BuildxInspect.read(inspect("kubernetes", [])), { _tag: "Exporting", driver: "kubernetes" })
      for (const driver of ["remote", "cloud"]) {
        assert.strictEqual(BuildxInspect.read(inspect(driver, ["snapshotter: overlayfs"]))._tag, "Shared", driver)
      }
    })

    it.each([
      ["docker: 'buildx' is not a docker command.\nSee 'docker --help'\n"],
      ["docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n"]
    ])("knows a docker without buildx: %j", (stderr) => {
      assert.deepStrictEqual(BuildxInspect.read(ran(1, "", stderr)), {
        _tag: "Legacy",
        why: "docker has no buildx plugin"
      })
    })

    it("passes on why it does not know", () => {
      assert.deepStrictEqual(BuildxInspect.read(ran(1, "", "ERROR: no builder \"nosuch\" found\n")), {
        _tag: "Unknown",
        why: "no builder \"nosuch\" found"
      })
      assert.deepStrictEqual(
        BuildxInspect.read(ran(0, "Name:   default\nDriver: \nError:  Cannot connect to the Docker daemon\n")),
        { _tag: "Unknown", why: "Cannot connect to the Docker daemon" }
      )
      assert.deepStrictEqual(BuildxInspect.read(ran(1, "", "\n  \nERROR: first\nERROR: second\n")), {
        _tag: "Unknown",
        why: "first"
      })
      assert.deepStrictEqual(BuildxInspect.read(ran(3, "", "")), {
        _tag: "Unknown",
        why: "docker buildx inspect ended with status 3"
      })
      assert.deepStrictEqual(BuildxInspect.read(ran(0, "")), {
        _tag: "Unknown",
        why: "docker buildx inspect names no driver"
      })
    })
  })
})
