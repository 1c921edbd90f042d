/**
 * The value of `--volume`, such as `./src:/app:ro`: `[source:]target[:options]`.
 * @module
 */

/**
 * A `--volume` value taken apart.
 *
 * **Details**
 *
 * - `Bind`: the source is a path of the daemon's. `rest` is all behind the first colon, as written.
 * - `Named`: the source is a volume's name.
 * - `Anonymous`: there is a target only.
 * - `Refused`: docker will refuse it; it is kept as written.
 * @category models
 */
export type VolumeSpec =
  | { readonly _tag: "Bind"; readonly source: string; readonly rest: string }
  | { readonly _tag: "Named"; readonly source: string; readonly rest: string }
  | { readonly _tag: "Anonymous"; readonly target: string }
  | { readonly _tag: "Refused"; readonly text: string }

/**
 * Parses a `--volume` value; any text has a reading, and `print` gives it back.
 *
 * **Details**
 *
 * The source ends at the first colon, but a single letter in front of it is a Windows drive and belongs to the target.
 * It is a path when it begins with `.`, `/`, `~` or `\`, else a name. One or two characters are a target. More than three
 * sections and empty ones are refused.
 * Same rules as docker/cli 28.5.2, `internal/volumespec/volumespec.go` and `cli/command/container/opts.go`; and as
 * moby 28.5.2, `daemon/volume/mounts/linux_parser.go`, which knows no drives, so refuses a source such as `C:\a` and
 * every value with more than two colons, in a message that is to show it as written.
 *
 * **Example** (A path and a name)
 *
 * ```ts
 * import { VolumeSpec } from "docker-shim"
 *
 * VolumeSpec.parse("./src:/app:ro") // { _tag: "Bind", source: "./src", rest: "/app:ro" }
 * VolumeSpec.parse("data:/app") // { _tag: "Named", source: "data", rest: "/app" }
 * VolumeSpec.withSource("./src:/app:ro", "/data/src") // "/data/src:/app:ro"
 * ```
 * @category parsing
 */
export const parse = (text: string): VolumeSpec => {
  if (text === "") return { _tag: "Refused", text }
  const colon = text.indexOf(":")
  if (colon < 0 || (text.length <= 4 && Array.from(text).length <= 2)) return { _tag: "Anonymous", target: text }
  const source = text.slice(0, colon)
  const second = text.indexOf(":", colon + 1)
  if (isLetter(source)) return second < 0 ? { _tag: "Anonymous", target: text } : { _tag: "Refused", text }
  if (source === "" || !isTarget(text, colon + 1, second)) return { _tag: "Refused", text }
  return { _tag: isPath(source) ? "Bind" : "Named", source, rest: text.slice(colon + 1) }
}

/**
 * Prints a `--volume` value.
 * Example: `VolumeSpec.print({ _tag: "Named", source: "data", rest: "/app:ro" }) // "data:/app:ro"`
 * @category printing
 */
export const print = (spec: VolumeSpec): string => {
  switch (spec._tag) {
    case "Bind":
    case "Named":
      return `${spec.source}:${spec.rest}`
    case "Anonymous":
      return spec.target
    case "Refused":
      return spec.text
  }
}

/**
 * The path of the daemon's in a `--volume` value, such as `./src` of `./src:/app`.
 * Example: `VolumeSpec.source("./src:/app") // "./src"`, `VolumeSpec.source("data:/app") // undefined`
 * @category accessors
 */
export const source = (text: string): string | undefined => {
  const spec = parse(text)
  return spec._tag === "Bind" ? spec.source : undefined
}

/**
 * A `--volume` value with another path; `undefined` if the syntax cannot hold it, because there is a colon in it.
 * Example: `VolumeSpec.withSource("./src:/app:ro", "/data/src") // "/data/src:/app:ro"`
 * @category rewriting
 */
export const withSource = (text: string, path: string): string | undefined => {
  const spec = parse(text)
  return spec._tag === "Bind" && !path.includes(":") ? `${path}:${spec.rest}` : undefined
}

/** Whether what begins at `start` is a target, or, if there is a `second` colon, a target and options. */
const isTarget = (text: string, start: number, second: number): boolean => {
  if (second < 0) return start < text.length
  if (text.includes(":", second + 1)) return false
  // a drive keeps its colon, and there are no options
  return (second > start && second + 1 < text.length) || isLetter(text.slice(start, second))
}

/** A letter is one or two UTF-16 units. */
const isLetter = (text: string): boolean => text.length <= 2 && /^\p{L}$/u.test(text)

const isPath = (text: string): boolean => text !== "" && "./~\\".includes(text.charAt(0))
