/**
 * The value of `docker volume create --opt`, such as `device=/home/retro/work/data` or `o=lowerdir=/a,upperdir=/b`.
 * @module
 */
import * as PosixPath from "../paths/PosixPath.ts"
import * as OverlayOptions from "./OverlayOptions.ts"

const device = "device="
const options = "o="

/**
 * The paths of the daemon's in an option of a volume driver. A device that is not absolute (`:/export` of NFS, `tmpfs`) is
 * none: the daemon passes it to `mount` as it is (moby 28.5.2, `daemon/volume/local/local_unix.go`).
 *
 * **Example** (An overlay's directories)
 *
 * ```ts
 * import { VolumeDriverOption } from "docker-shim"
 *
 * VolumeDriverOption.sources("device=/home/retro/work/data") // ["/home/retro/work/data"]
 * VolumeDriverOption.sources("o=lowerdir=/a,upperdir=/b") // ["/a", "/b"]
 * ```
 * @category accessors
 */
export const sources = (text: string): ReadonlyArray<string> => {
  if (text.startsWith(options)) return OverlayOptions.sources(text.slice(options.length))
  const path = text.startsWith(device) ? text.slice(device.length) : ""
  return PosixPath.isAbsolute(path) ? [path] : []
}

/**
 * The option with other paths.
 * Example: `VolumeDriverOption.withSources("device=/a", ["/data/a"]) // "device=/data/a"`
 * @category rewriting
 */
export const withSources = (text: string, paths: ReadonlyArray<string>): string =>
  text.startsWith(options)
    ? `${options}${OverlayOptions.withSources(text.slice(options.length), paths)}`
    : `${device}${paths[0] ?? ""}`
