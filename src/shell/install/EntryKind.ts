/**
 * Tells what a file at a docker's place is: the shim, an older wrapper, or a program.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as SystemError from "../files/SystemError.ts"
import * as Root from "./Root.ts"
import type { Entry } from "./Site.ts"

/** The names that older wrappers call. No docker from 20.10 to 28.5 contains such a word. */
const wrapperWord = /docker(?:-compose)?\.real(?![A-Za-z])/

/** A word in every build of the shim: the executable has the first, the Node form the second, in its first line. */
const shimWord = /DOCKER_SHIM_DEPTH|DOCKER_SHIM_NODE_OPTIONS/

/**
 * In bytes: a docker CLI has twice as many, the Go shim half. Read whole, because a Go program keeps its texts near its end.
 */
const largestWrapper = 20_000_000

/**
 * What is at a path below a root; `shim` is the shim's own file on this machine.
 *
 * **Details**
 *
 * The shim is recognised by device and inode, a copy of it by its content. What is in a directory that this user may not search
 * is absent: shells and docker go on to the next directory. A program that this user may run but not read is a program.
 */
export const identify = (root: string, absolute: string, shim: string): Entry => {
  const file = Root.onMachine(root, absolute)
  if (permitted(() => fs.lstatSync(file, { throwIfNoEntry: false })) === undefined) return { _tag: "Absent" }
  const real = path.join(root, Root.resolve(root, absolute))
  const stat = permitted(() => fs.statSync(real, { throwIfNoEntry: false }))
  if (stat === undefined) return { _tag: "Other", what: "a link that leads nowhere" }
  if (!stat.isFile()) return { _tag: "Other", what: stat.isDirectory() ? "a directory" : "no file" }
  if (permitted(() => isShim(real, shim)) === true) return { _tag: "Shim" }
  if ((stat.mode & 0o111) === 0) return { _tag: "Other", what: "a file that cannot be run" }
  if (stat.size > largestWrapper) return { _tag: "Program" }
  const content = permitted(() => fs.readFileSync(real, "latin1"))
  if (content === undefined) return { _tag: "Program" }
  if (shimWord.test(content)) return { _tag: "OtherShim" }
  return { _tag: wrapperWord.test(content) ? "Wrapper" : "Program" }
}

/** What a call gives; `undefined` if this user lacks a right for it. */
const permitted = <A>(call: () => A): A | undefined => {
  try {
    return call()
  } catch (error) {
    if (SystemError.code(error) === "EACCES") return undefined
    throw error
  }
}

/** Whether a file is the shim's file, or a copy of it. */
export const isShim = (file: string, shim: string): boolean => {
  const one = fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  const other = fs.statSync(shim, { bigint: true, throwIfNoEntry: false })
  if (one === undefined || other === undefined) return false
  if (one.dev === other.dev && one.ino === other.ino) return true
  return one.size === other.size && fs.readFileSync(file).equals(fs.readFileSync(shim))
}
