/** Reads a daemon's description of itself: the answer to `GET /info`. */
import * as JsonObject from "../syntax/JsonObject.ts"
import type { Builder } from "./Builder.ts"
import * as BuildxInspect from "./BuildxInspect.ts"

/**
 * Whether a daemon keeps images in containerd's store. Only then can its own BuildKit export cache. The daemon reports
 * `["driver-type", "io.containerd.snapshotter.v1"]` in `DriverStatus` (moby 28.5.2, `daemon/containerd/service.go`,
 * `LayerStoreStatus`).
 */
export const storesInContainerd = (info: unknown): boolean =>
  JsonObject.list(info, "DriverStatus").some((pair) =>
    Array.isArray(pair) && pair[0] === "driver-type" && pair[1] === "io.containerd.snapshotter.v1"
  )

/** The daemon as a builder of driver `docker`; `undefined` if the answer is not a daemon's. */
export const builder = (info: unknown): Builder | undefined => {
  if (JsonObject.text(info, "ServerVersion") === undefined) return undefined
  return storesInContainerd(info) ? { _tag: "Exporting", driver: "docker" } : BuildxInspect.classicStore
}
