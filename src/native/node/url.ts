/**
 * Stands in for `node:url`.
 */

/** The path of a `file:` address. */
export const fileURLToPath = (url: string | { readonly href: string }): string => {
  const text = typeof url === "string" ? url : url.href
  if (!text.startsWith("file://")) throw new TypeError("The URL must be of scheme file")
  const path = text.slice("file://".length)
  return path.includes("%") ? decodeURIComponent(path) : path
}

/** The `file:` address of a path. */
export const pathToFileURL = (path: string): { readonly href: string } => ({
  href: `file://${path.split("/").map(encodeURIComponent).join("/")}`
})

export default { fileURLToPath, pathToFileURL }
