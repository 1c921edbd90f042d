/**
 * A setting of a plugin, such as `data.source=/var/lib/data`: a word of `docker plugin set` and `docker plugin install`.
 */
import * as PosixPath from "../paths/PosixPath.ts"

/**
 * A mount's source or a device's path, which the daemon opens; a setting without a field can be a variable's value as well,
 * and is left (moby 28.5.2, `daemon/pkg/plugin/v2/settable.go`).
 */
const setting = /^([^=]*\.(?:source|path)=)(.*)$/s

/** The value of a setting without a field, which may be a path of the daemon's. */
export const possibleSource = (text: string): string | undefined => /^[^=.]+=(\/.*)$/s.exec(text)?.[1]

/** The path of the daemon's in a setting. */
export const source = (text: string): string | undefined => {
  const path = setting.exec(text)?.[2]
  return path !== undefined && PosixPath.isAbsolute(path) ? path : undefined
}

/** The setting with another path. */
export const withSource = (text: string, path: string): string | undefined =>
  text.replace(setting, (_, name: string) => `${name}${path}`)
