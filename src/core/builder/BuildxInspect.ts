/**
 * Reads what `docker buildx inspect` prints.
 * @module
 */
import type { Builder } from "./Builder.ts"

/**
 * Reads the builder from the result of `docker buildx inspect`.
 *
 * **Details**
 *
 * The `docker` driver can export cache only on the containerd image store, and only there does its worker carry the label
 * `org.mobyproject.buildkit.worker.snapshotter` (moby 26.1 to 28.5, `builder/builder-next/worker`). The drivers
 * `docker-container` and `kubernetes` run a BuildKit of the user's own and can; `remote` and `cloud` use one that is shared.
 *
 * **Example** (A builder in a container)
 *
 * ```ts
 * import { BuildxInspect } from "docker-shim"
 *
 * const stdout = "Name:   ci\nDriver: docker-container\n\nNodes:\nName:   ci0\nStatus: running\n"
 *
 * BuildxInspect.read({ code: 0, stdout, stderr: "" }) // { _tag: "Exporting", driver: "docker-container" }
 * ```
 * @category parsing
 */
export const read = (ran: { readonly code: number; readonly stdout: string; readonly stderr: string }): Builder => {
  if (ran.code !== 0) {
    return /is not a docker command|unknown command/.test(ran.stderr)
      ? { _tag: "Legacy", why: "docker has no buildx plugin" }
      : { _tag: "Unknown", why: firstLine(ran.stderr) || `docker buildx inspect ended with status ${ran.code}` }
  }
  const driver = field(ran.stdout, "Driver")
  const error = field(ran.stdout, "Error")
  if (error !== "" || driver === "") return { _tag: "Unknown", why: error || "docker buildx inspect names no driver" }
  if (isShared(driver)) {
    return {
      _tag: "Shared",
      why: `a builder of the driver ${driver} keeps a cache of its own, which all who use it share`
    }
  }
  if (driver !== "docker" || /^ org\.mobyproject\.buildkit\.worker\.snapshotter:/m.test(ran.stdout)) {
    return { _tag: "Exporting", driver }
  }
  return classicStore
}

/**
 * Whether somebody else runs a driver's builders, for many users: `remote` (buildx 0.29.1, `driver/remote`) and `cloud` (Docker
 * Build Cloud).
 * Example: `BuildxInspect.isShared("remote") // true`, `BuildxInspect.isShared("docker-container") // false`
 * @category predicates
 */
export const isShared = (driver: string): boolean => driver === "remote" || driver === "cloud"

/**
 * A daemon's own builder without the containerd image store.
 * @category constructors
 */
export const classicStore: Builder = {
  _tag: "ImportOnly",
  why: "the daemon's classic image store cannot export cache (it can with the containerd image store)"
}

const field = (text: string, name: string): string =>
  text.split("\n").find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim() ?? ""

const firstLine = (text: string): string =>
  (text.split("\n").find((line) => line.trim() !== "") ?? "").replace(/^ERROR: /, "").trim()
