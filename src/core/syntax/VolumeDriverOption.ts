/**
 * The value of `docker volume create --opt`, such as `device=/home/retro/work/data`.
 */
import * as PosixPath from "../paths/PosixPath.ts"

const device = "device="

/**
 * The path of the daemon's in an option of a volume driver. One that is not absolute (`:/export` of NFS, `tmpfs`) is
 * none: Docker does not resolve it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const source = (text: string): string | undefined => {
  const path = text.startsWith(device) ? text.slice(device.length) : ""
  return PosixPath.isAbsolute(path) ? path : undefined
}

/**
 * The option with another path.
 *
 * @category rewriting
 * @since 0.1.0
 */
export const withSource = (_text: string, path: string): string | undefined => `${device}${path}`
