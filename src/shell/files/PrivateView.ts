/** Writes the files of an OCI layout in the run's own temporary directory, where nobody else can change a path. */
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import { attempt } from "./Attempt.ts"
import type * as SharedDirectory from "./SharedDirectory.ts"

/** Makes the directory for a layout that another program writes. Throws the system's error. */
export const create = (view: string): void => fs.mkdirSync(view, { mode: 0o700 })

/**
 * Makes a layout with this index, and without blobs. `other` is a view whose files can be used again, as far as they are the same
 * in every layout. Throws the system's error.
 */
export const createLayout = (view: string, index: string, other?: string): void => {
  create(view)
  if (!isShared(other, view, "oci-layout")) write(view, "oci-layout", CacheLayout.ociLayout)
  write(view, "index.json", index)
}

/**
 * Gives a file or a link of another view a second name in this one (link(2) does not follow links); whether that worked. A file
 * system takes longer to make and remove a file than a name, and a command can have hundreds of views. Nobody writes to the file.
 */
const isShared = (other: string | undefined, view: string, name: string): boolean =>
  other !== undefined && attempt(() => (fs.linkSync(`${other}/${name}`, `${view}/${name}`), true)) === true

/** Makes the layout's `blobs/sha256`, for documents and links to blobs. Throws the system's error. */
export const createStore = (view: string): void => {
  fs.mkdirSync(`${view}/blobs`, { mode: 0o700 })
  fs.mkdirSync(`${view}/blobs/sha256`, { mode: 0o700 })
}

/** Makes `blobs/sha256` a link to another directory. Throws the system's error. */
export const linkStore = (view: string, target: string): void => {
  fs.mkdirSync(`${view}/blobs`, { mode: 0o700 })
  link(view, "blobs/sha256", target)
}

/** Writes a new file, such as `blobs/sha256/9f3c…`. Throws the system's error. */
export const write = (view: string, name: string, content: string): void =>
  fs.writeFileSync(`${view}/${name}`, content, { mode: 0o600, flag: "wx" })

/** Makes a link. Throws the system's error, also where the name is taken. */
export const link = (view: string, name: string, target: string): void => fs.symlinkSync(target, `${view}/${name}`)

/** The same for a link that another view may have already. Throws the system's error, also where the name is taken. */
export const linkAgain = (view: string, name: string, target: string, other: string | undefined): void => {
  if (!isShared(other, view, name)) link(view, name, target)
}

/** Whether the name is taken. Throws the system's error. */
export const has = (view: string, name: string): boolean =>
  fs.lstatSync(`${view}/${name}`, { throwIfNoEntry: false }) !== undefined

/**
 * The text of a file of at most `maxSize` bytes. Empty if it is larger, cannot be read or is no file; `undefined` if nothing is
 * there, or a link.
 */
export const read = (view: string, name: string, maxSize: number): string | undefined => {
  const descriptor = attempt(() => fs.openSync(`${view}/${name}`, reading))
  if (descriptor === undefined) return undefined
  try {
    const stat = fs.fstatSync(descriptor)
    return stat.isFile() && stat.size <= maxSize ? fs.readFileSync(descriptor, "utf8") : ""
  } catch {
    // the builder's index is then no index, which its reader says
    return ""
  } finally {
    fs.closeSync(descriptor)
  }
}

const reading = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/**
 * A path to an open file that other programs can follow too. `/proc` lists this process by its number in the namespace for
 * which it was mounted. If that path leads elsewhere, the path by which the file was opened.
 */
export const linkTo = ({ descriptor, path }: Pick<SharedDirectory.SharedDirectory, "descriptor" | "path">): string => {
  if (descriptors !== undefined) return `${descriptors}/${descriptor}`
  const place = `/proc/${attempt(() => fs.readlinkSync("/proc/self")) ?? ""}/fd`
  const link = `${place}/${descriptor}`
  const [open, found] = [fs.fstatSync(descriptor), attempt(() => fs.statSync(link))]
  if (found?.dev !== open.dev || found.ino !== open.ino) return path
  descriptors = place
  return link
}

/** Where `/proc` lists the descriptors of this process, once it was seen to have one of them. */
let descriptors: string | undefined
