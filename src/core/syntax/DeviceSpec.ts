/**
 * The value of `--device`, such as `/dev/snd:/dev/snd:rwm`: `host[:container][:permissions]`, or a CDI name.
 * @module
 */
import * as PosixPath from "../paths/PosixPath.ts"

/**
 * The device's path on the daemon's side; a CDI name (`vendor.com/class=name`) is none.
 * Example: `DeviceSpec.source("/dev/snd:rwm") // "/dev/snd"`, `DeviceSpec.source("vendor.com/class=gpu0") // undefined`
 * @category accessors
 */
export const source = (text: string): string | undefined => {
  const host = text.split(":")[0] ?? ""
  return PosixPath.isAbsolute(host) ? host : undefined
}

/**
 * A `--device` value with another path on the daemon's side; `undefined` if there is a colon in that.
 *
 * **Details**
 *
 * Without a path in the container the device keeps the daemon's, so that one is written out then. The second of two
 * parts is the permissions when it consists of `r`, `w` and `m`, each at most once.
 * Same rules as docker/cli 28.5.2, `cli/command/container/opts.go`, `parseLinuxDevice`.
 *
 * **Example** (A device with its permissions)
 *
 * ```ts
 * import { DeviceSpec } from "docker-shim"
 *
 * DeviceSpec.source("/dev/snd:/dev/snd:rwm") // "/dev/snd"
 * DeviceSpec.withSource("/dev/snd:rwm", "/dev/other") // "/dev/other:/dev/snd:rwm"
 * ```
 * @category rewriting
 */
export const withSource = (text: string, path: string): string | undefined => {
  if (path.includes(":")) return undefined
  const [host = "", ...rest] = text.split(":")
  const hasTarget = rest.length > 1 || (rest.length === 1 && !arePermissions(rest[0] ?? ""))
  return [path, ...(hasTarget ? [] : [host]), ...rest].join(":")
}

const arePermissions = (text: string): boolean => /^(?!.*(.).*\1)[rwm]+$/.test(text)
