/**
 * Tells build contexts apart by what BuildKit would be sent of them.
 */
import { createHash } from "node:crypto"
import type { Hash } from "node:crypto"
import * as fs from "node:fs"
import * as DockerIgnore from "../../core/cache/DockerIgnore.ts"
import type * as Facts from "../../core/Facts.ts"

/** A context of more files, or of more bytes, would take longer to read than the answer can save. */
const maxFiles = 3_000
const maxSize = 64 * 1024 * 1024

/**
 * Answers for the contexts of one command: with a digest of what a build can read, which is the Dockerfile, the files that
 * `.dockerignore` leaves in the context, their permissions and links; with `undefined` where that cannot be told, or not
 * cheaply.
 *
 * **Details**
 *
 * Times, owners and extended attributes do not count: BuildKit's own checksums leave the first two out, and the third is
 * no part of most. A `Dockerfile` that is not there may be called `dockerfile`, and a `.dockerignore` named after it comes
 * before that of the context (buildkit 0.25, `frontend/dockerui/config.go`). Only regular files are opened.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reader = (): (question: Facts.Of<"BuildContext">) => string | undefined => {
  // services of one project often have one context, and Dockerfiles of their own
  const trees = new Map<string, string | undefined>()
  const treeOf = (directory: string, ignored: string): string | undefined => {
    const name = `${directory}\0${ignored}`
    if (!trees.has(name)) trees.set(name, readTree(directory, DockerIgnore.parse(ignored)))
    return trees.get(name)
  }
  return ({ directory, dockerfile }) => {
    try {
      const hash = createHash("sha256")
      const named = dockerfile === undefined ? undefined : existing(dockerfile)
      if (named !== undefined) addFile(hash, "Dockerfile", named, fs.statSync(named))
      const ignored = [...(named === undefined ? [] : [`${named}.dockerignore`]), `${directory}/.dockerignore`]
        .find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true)
      const text = ignored === undefined ? "" : fs.readFileSync(ignored, "utf8")
      const tree = treeOf(directory, text)
      return tree === undefined ? undefined : hash.update(`${text}\0${tree}`).digest("hex")
    } catch {
      return undefined
    }
  }
}

const existing = (dockerfile: string): string =>
  fs.existsSync(dockerfile) ? dockerfile : dockerfile.replace(/\/Dockerfile$/, "/dockerfile")

/** Throws the system's error. */
const readTree = (root: string, patterns: ReadonlyArray<DockerIgnore.Pattern> | undefined): string | undefined => {
  if (patterns === undefined) return undefined
  const hash = createHash("sha256")
  let files = 0
  let size = 0
  const mayReturn = patterns.some(({ isException }) => isException)
  /** Whether all could be read within the limits. */
  const add = (directory: string, matchedAbove: ReadonlyArray<boolean>): boolean => {
    for (const entry of fs.readdirSync(`${root}/${directory}`, { withFileTypes: true }).sort(byName)) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`
      const { isIgnored, matched } = DockerIgnore.match(patterns, path, matchedAbove)
      if (isIgnored && !(mayReturn && entry.isDirectory())) continue
      files += 1
      const stat = fs.lstatSync(`${root}/${path}`)
      if (stat.isFile() && !isIgnored) size += stat.size
      if (files > maxFiles || size > maxSize) return false
      if (!isIgnored) addFile(hash, path, `${root}/${path}`, stat)
      if (stat.isDirectory() && !add(path, matched)) return false
    }
    return true
  }
  return add("", []) ? hash.digest("hex") : undefined
}

const byName = ({ name: one }: fs.Dirent, { name: other }: fs.Dirent): number => one < other ? -1 : 1

const addFile = (hash: Hash, path: string, file: string, stat: fs.Stats): void => {
  hash.update(`${path}\0${stat.mode.toString(8)}\0`)
  if (stat.isSymbolicLink()) hash.update(`${fs.readlinkSync(file)}\0`)
  if (stat.isFile()) hash.update(`${stat.size}\0`).update(fs.readFileSync(file))
}
