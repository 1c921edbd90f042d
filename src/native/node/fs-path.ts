/**
 * What `node:fs` takes for the path of a file, and for its mode.
 */
import { name } from "docker-shim:host"

/** Where a file is: a text, its bytes, or a `file:` address. */
export type Path = string | Uint8Array | { readonly href: string }

/** A path as text; bytes that are no UTF-8 are kept as the host does. */
export const text = (path: Path): string =>
  typeof path === "string"
    ? path
    : path instanceof Uint8Array
    ? name(path, 0, path.length)
    : decodeURIComponent(path.href.slice("file://".length))

/** A mode such as `0o700` or `"700"`. */
export const number = (mode: string | number): number => typeof mode === "number" ? mode : Number.parseInt(mode, 8)
