/**
 * Opens a directory by a path that the user gave, such as `/buildkit-cache` of `DOCKER_SHIM_CACHE_DIR`.
 *
 * Others may write to a directory on the way: a link that they put there would lead the shim wherever they like. So this module
 * walks the path from `/`, name by name, with each directory open. It follows a link only if this user or root owns it, and
 * nobody else can change it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as SafePlace from "./SafePlace.ts"
import { codes, errorAt, orAbsent, placed, SharedDirectoryError } from "./SharedDirectoryError.ts"
import * as SystemError from "./SystemError.ts"
import * as TimeBudget from "./TimeBudget.ts"

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants

/** Names a directory or a link without opening it; asm-generic/fcntl.h. Node has no name for it. */
const O_PATH = 0o10000000

/**
 * Opens a directory. The caller closes the descriptor. Throws a `SharedDirectoryError`: `EUNTRUSTED` for a link that others
 * could change.
 */
export const open = (directory: string): number => walk(directory, () => false)

/** The same, but makes missing directories, as `mkdir -p` does. */
export const create = (directory: string): number =>
  walk(directory, (parent, name) => {
    try {
      fs.mkdirSync(below(parent, name))
    } catch (error) {
      // another process made it meanwhile
      if (orAbsent(() => fs.lstatSync(below(parent, name))) === undefined) throw error
    }
    return true
  })

/** Makes a name; whether it did. */
type Make = (parent: number, name: string) => boolean

const walk = (directory: string, make: Make): number => {
  let parent = openRoot(directory)
  let place = ""
  let links = SafePlace.mostLinks
  try {
    const names = namesOf(path.isAbsolute(directory) ? directory : `${process.cwd()}/${directory}`)
    while (names.length > 0) {
      const name = names.shift() ?? ""
      TimeBudget.check(directory)
      // an error names the whole path, which is what the user knows
      const next = placed(directory, () => openName(parent, name, make))
      const status = placed(directory, () => statusOf(next))
      if (status.isSymbolicLink()) {
        fs.closeSync(next)
        links -= 1
        const target = targetOf(parent, name, `${place}/${name}`, status, links)
        names.unshift(...namesOf(target))
        if (path.isAbsolute(target)) {
          parent = replace(parent, openRoot(directory))
          place = ""
        }
      } else {
        parent = replace(parent, next)
        place = `${place}/${name}`
      }
    }
    // the directory itself is opened for reading, those on the way are not
    return placed(directory, () => fs.openSync(below(parent, "."), O_RDONLY | O_DIRECTORY))
  } finally {
    fs.closeSync(parent)
  }
}

/** The status of an open file; closes it if that fails. */
const statusOf = (descriptor: number): fs.Stats => {
  try {
    return fs.fstatSync(descriptor)
  } catch (error) {
    fs.closeSync(descriptor)
    throw error
  }
}

const namesOf = (text: string): Array<string> => text.split("/").filter((name) => name !== "" && name !== ".")

const below = (parent: number, name: string): string => `/proc/self/fd/${parent}/${name}`

const replace = (closed: number, opened: number): number => {
  fs.closeSync(closed)
  return opened
}

/** Opens `/`. Fails without `/proc`: the shim then cannot name a file by its descriptor, and no other way is safe. */
const openRoot = (directory: string): number => {
  const root = placed(directory, () => fs.openSync("/", O_PATH | O_DIRECTORY))
  try {
    const { dev, ino } = fs.fstatSync(root)
    const named = fs.statSync(below(root, "."), { throwIfNoEntry: false })
    if (named?.dev !== dev || named.ino !== ino) throw new SharedDirectoryError(codes.proc, directory)
    return root
  } catch (error) {
    fs.closeSync(root)
    throw errorAt(directory, error)
  }
}

/** Opens a name without following a link. */
const openName = (parent: number, name: string, make: Make): number => {
  const openIt = (): number => fs.openSync(below(parent, name), O_PATH | O_NOFOLLOW)
  try {
    return openIt()
  } catch (error) {
    if (SystemError.code(error) === "ENOENT" && make(parent, name)) return openIt()
    throw error
  }
}

const targetOf = (parent: number, name: string, place: string, link: fs.Stats, links: number): string => {
  if (links < 0) throw new SharedDirectoryError("ELOOP", place)
  if (!SafePlace.isTrusted(link) || !SafePlace.keepsNames(fs.fstatSync(parent))) {
    throw new SharedDirectoryError(codes.link, place)
  }
  // the checks above rule out that somebody else replaces it now
  return placed(place, () => fs.readlinkSync(below(parent, name)))
}
