/**
 * What belongs to somebody else, beside a cache directory that is attacked.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** Makes it in a directory; its files have the names of files in a cache. */
export const make = (home: string): string => {
  const outside = path.join(home, "outside")
  fs.mkdirSync(path.join(outside, "sub"), { recursive: true })
  for (const name of ["alive", "started", "index.json", "sub/file"]) {
    fs.writeFileSync(path.join(outside, name), "theirs", { mode: 0o600 })
  }
  return outside
}

/** All that is there, with rights, owners and content. */
export const tree = (outside: string): ReadonlyArray<string> =>
  [outside, ...fs.readdirSync(outside, { recursive: true, encoding: "utf8" }).map((name) => path.join(outside, name))]
    .sort().map((file) => {
      const { gid, mode, mtimeMs, uid } = fs.lstatSync(file)
      return [file, mode, uid, gid, mtimeMs, fs.lstatSync(file).isFile() ? fs.readFileSync(file, "utf8") : ""].join(" ")
    })
