/**
 * The words of `docker run` for many mounts.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** All of one directory. */
export const ofOne = (directory, count) => Array.from({ length: count }, (_, one) => ["-v", `${directory}:/m${one}`]).flat()

/** Each of a directory of its own below this one, in which the command runs. */
export const ofTheirOwn = (directory, count) =>
  Array.from({ length: count }, (_, one) => {
    fs.mkdirSync(path.join(directory, `d${one}`), { recursive: true })
    return ["-v", `./d${one}:/m${one}`]
  }).flat()
