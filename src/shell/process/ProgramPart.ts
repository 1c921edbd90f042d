/**
 * The parts of the program for Node, as scripts (scripts/release/build.mjs). Node compiles a module anew in each process, which takes
 * longer than most commands need; of a script, V8 also takes code that it compiled earlier (docs/decisions/0023-compiled-parts.md).
 */
import * as vm from "node:vm"
import { attempt } from "../files/Attempt.ts"

/** The ending of a part's file. */
export const ending = ".cjs"

/** The ending of the compiled code of a part. */
export const compiledEnding = ".compiled"

/** The file beside a part in which its compiled code is for this Node: only the very same V8 takes it. */
export const compiledFile = (file: string): string =>
  `${file.slice(0, -ending.length)}.${process.version}-${process.arch}${compiledEnding}`

/** What a part is given: where its exports go, what it requires others with, and the URL of the program. */
type Body = (exports: object, require: (name: string) => unknown, module: { exports: object }, url: string) => void

/** A part as a script; with `compiled`, V8 does not compile it, if it can use that. */
export const script = (file: string, source: string, compiled?: Buffer): vm.Script =>
  new vm.Script(`(function (exports, require, module, url) {${source}\n})`, {
    filename: `file://${file}`,
    ...(compiled === undefined ? {} : { cachedData: compiled })
  })

/**
 * Loads a part, and what it requires, once each.
 *
 * **Details**
 *
 * `read` gives the content of a file, `builtIn` one of Node's own modules. Without compiled code, or with that of another Node, the part is
 * compiled.
 */
export const loader = (
  url: string,
  read: (file: string) => Buffer,
  builtIn: (name: string) => unknown
): (file: string) => object => {
  const loaded = new Map<string, { exports: object }>()
  const load = (file: string): object => {
    const known = loaded.get(file)
    if (known !== undefined) return known.exports
    const part = { exports: {} }
    loaded.set(file, part)
    const compiled = attempt(() => read(compiledFile(file)))
    // the bundler writes all but ASCII as escapes
    const body = script(file, read(file).toString("latin1"), compiled).runInThisContext() as Body
    const directory = file.slice(0, file.lastIndexOf("/"))
    body(
      part.exports,
      (name) => name.startsWith("./") ? load(`${directory}/${name.slice(2)}`) : builtIn(name),
      part,
      url
    )
    return part.exports
  }
  return load
}
