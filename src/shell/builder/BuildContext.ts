/** Computes a digest of a build context: of everything that BuildKit would be sent. */
import type { Hash } from "node:crypto"
import * as fs from "node:fs"
import * as DockerIgnore from "../../core/cache/DockerIgnore.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as Sha256 from "../files/Sha256.ts"
import type * as TimeBudget from "../files/TimeBudget.ts"
import * as DockerfileText from "./DockerfileText.ts"

/** A context of more files, or of more bytes, would take longer to read than the answer can save. */
const maxFiles = 3_000
const maxSize = 64 * 1024 * 1024

/** The most names that are looked at, including ignored ones: listing and matching them takes time too. */
const maxNames = 10_000

/** A `.dockerignore` of people is some kilobytes. */
const maxPatternSize = 256 * 1024

/**
 * Answers for the contexts of one command: with a digest of what a build can read, which is the Dockerfile, the files that
 * `.dockerignore` leaves in the context, their permissions and links; with `undefined` if there is none, or it would take too
 * long.
 *
 * **Details**
 *
 * Times, owners and extended attributes do not count: BuildKit's own checksums leave out the first two, and most the third. A
 * `Dockerfile` that is not there may be called `dockerfile`, and a `.dockerignore` named after it comes before that of the
 * context (buildkit 0.25, `frontend/dockerui/config.go`). Only regular files are opened. A directory that is left out is not
 * looked into unless an exception could take back something below it.
 */
export const reader = (
  budget: TimeBudget.TimeBudget,
  readFile: DockerfileText.Read = DockerfileText.readBytes
): (question: Question.Of<"BuildContext">) => string | undefined => {
  const dockerfiles = new Set<string>()
  const add: Add = (hash, path, file, stat) => {
    const content = dockerfiles.has(file) && stat.isFile() ? readFile(file, DockerfileText.maxSize) : undefined
    return addFile(hash, path, file, stat, budget, content)
  }
  // services of one project often have one context, and Dockerfiles of their own
  const trees = new Map<string, string | undefined>()
  const treeOf = (directory: string, ignored: string): string | undefined => {
    const name = `${directory}\0${ignored}`
    if (!trees.has(name)) trees.set(name, new Tree(directory, DockerIgnore.parse(ignored), budget, add).read())
    return trees.get(name)
  }
  return ({ directory, dockerfile }) =>
    budget.during(() => {
      try {
        const hash = Sha256.begin()
        const named = dockerfile === undefined ? undefined : existing(dockerfile)
        if (named !== undefined) dockerfiles.add(named.file)
        const isRead = named === undefined || add(hash, "Dockerfile", named.file, named.stat)
        const ignored = [...(named === undefined ? [] : [`${named.file}.dockerignore`]), `${directory}/.dockerignore`]
          .find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true)
        const text = ignored === undefined ? "" : patternsIn(ignored)
        const tree = text === undefined || !isRead ? undefined : treeOf(directory, text)
        return tree === undefined ? undefined : hash.update(`${text}\0${tree}`).digest("hex")
      } catch {
        // what cannot be read has no digest: the build exports all it has
        return undefined
      }
    })
}

const existing = (dockerfile: string): { readonly file: string; readonly stat: fs.Stats } => {
  const stat = fs.statSync(dockerfile, { throwIfNoEntry: false })
  if (stat !== undefined) return { file: dockerfile, stat }
  const other = DockerfileText.otherName(dockerfile)
  return { file: other, stat: fs.statSync(other) }
}

const patternsIn = (file: string): string | undefined => {
  const chunks: Array<Buffer> = []
  const isWhole = readChunks(file, maxPatternSize, (chunk) => {
    chunks.push(Buffer.from(chunk))
    return false
  })
  return isWhole ? Buffer.concat(chunks).toString("utf8") : undefined
}

/** One walk through a context. */
class Tree {
  readonly #hash = Sha256.begin()
  readonly #root: string
  readonly #patterns: ReadonlyArray<DockerIgnore.Pattern> | undefined
  readonly #budget: TimeBudget.TimeBudget
  readonly #addFile: Add
  #names = 0
  #files = 0
  #size = 0

  constructor(
    root: string,
    patterns: ReadonlyArray<DockerIgnore.Pattern> | undefined,
    budget: TimeBudget.TimeBudget,
    add: Add
  ) {
    this.#root = root
    this.#patterns = patterns
    this.#budget = budget
    this.#addFile = add
  }

  /** Throws the system's error. */
  read(): string | undefined {
    return this.#patterns !== undefined && this.#add(this.#patterns, "", []) ? this.#hash.digest("hex") : undefined
  }

  /** Whether all could be read within the limits. */
  #add(patterns: ReadonlyArray<DockerIgnore.Pattern>, directory: string, above: ReadonlyArray<boolean>): boolean {
    for (const entry of this.#list(directory) ?? [undefined]) {
      if (entry === undefined || this.#budget.isSpent()) return false
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`
      const match = DockerIgnore.match(patterns, path, above)
      if (match.isIgnored) {
        const isKept = entry.isDirectory() && DockerIgnore.mayTakeBack(patterns, path, match)
        if (isKept && !this.#add(patterns, path, match.matched)) return false
        continue
      }
      if (!this.#addKept(path)) return false
      if (entry.isDirectory() && !this.#add(patterns, path, match.matched)) return false
    }
    return true
  }

  #addKept(path: string): boolean {
    const file = `${this.#root}/${path}`
    const stat = fs.lstatSync(file)
    this.#files += 1
    if (stat.isFile()) this.#size += stat.size
    if (this.#files > maxFiles || this.#size > maxSize) return false
    return this.#addFile(this.#hash, path, file, stat)
  }

  /** The names in a directory; `undefined` if there are too many. */
  #list(directory: string): ReadonlyArray<fs.Dirent> | undefined {
    const opened = fs.opendirSync(`${this.#root}/${directory}`)
    const entries: Array<fs.Dirent> = []
    try {
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
        this.#names += 1
        if (this.#names > maxNames) return undefined
        entries.push(entry)
      }
    } finally {
      opened.closeSync()
    }
    return entries.sort(byName)
  }
}

const byName = ({ name: one }: fs.Dirent, { name: other }: fs.Dirent): number => one < other ? -1 : 1

/** Adds a file to a digest; whether it could be read within the limits. */
type Add = (hash: Hash, path: string, file: string, stat: fs.Stats) => boolean

const addFile = (
  hash: Hash,
  path: string,
  file: string,
  stat: fs.Stats,
  budget: TimeBudget.TimeBudget,
  content: Buffer | undefined
): boolean => {
  hash.update(`${path}\0${stat.mode.toString(8)}\0`)
  if (stat.isSymbolicLink()) hash.update(`${fs.readlinkSync(file)}\0`)
  if (!stat.isFile()) return true
  hash.update(`${content?.length ?? stat.size}\0`)
  if (content !== undefined) {
    hash.update(content)
    return true
  }
  return readChunks(file, stat.size, (chunk) => {
    hash.update(chunk)
    return budget.isSpent()
  })
}

const chunkSize = 1024 * 1024

/**
 * Reads a regular file of at most `longest` bytes, until `take` says that it is enough; whether all was read. What was put
 * in its place since it was looked at is not waited for.
 */
const readChunks = (file: string, longest: number, take: (chunk: Uint8Array) => boolean): boolean => {
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    const stat = fs.fstatSync(descriptor)
    if (!stat.isFile()) return false
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, longest + 1))
    for (let done = 0;;) {
      const count = fs.readSync(descriptor, buffer, 0, buffer.length, null)
      if (count === 0) return true
      done += count
      if (done > longest || take(buffer.subarray(0, count))) return false
      // less than was asked for is the end of a file that has the size it said
      if (done === stat.size && count < buffer.length) return true
    }
  } finally {
    fs.closeSync(descriptor)
  }
}
