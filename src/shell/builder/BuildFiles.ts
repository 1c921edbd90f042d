/** Answers the questions of planning about a Dockerfile and its context before a build. */
import * as fs from "node:fs"
import * as DockerIgnore from "../../core/cache/DockerIgnore.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as PosixPath from "../../core/paths/PosixPath.ts"
import { attempt } from "../files/Attempt.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as DockerfileText from "./DockerfileText.ts"

/**
 * Answers for the Dockerfiles of one command, under their other names too. Throws only if its time is over
 * (`TimeBudget.cutting`).
 */
export const reader = (
  readFile: DockerfileText.Read = DockerfileText.readBytes
): (question: Question.Of<"BuildFiles">) => Question.Answers["BuildFiles"] => {
  // the cache is the same for all builds of a command, and often the context too
  const places = new Map<string, string | undefined>()
  const placeOf = (directory: string): string | undefined => {
    if (!places.has(directory)) places.set(directory, attempt(() => fs.realpathSync(directory)))
    return places.get(directory)
  }
  return ({ cache, context, path }) => ({
    digest: path === undefined
      ? undefined
      : digestOf(path, readFile) ?? digestOf(DockerfileText.otherName(path), readFile),
    sendsCache: context !== undefined && sends(placeOf(context), path, placeOf(cache))
  })
}

/**
 * The digest of a file's text; larger ones are told apart by their size. The file may be a pipe, which the shim must not wait for.
 * A file that cannot be read has none, and makes no difference: the build itself reports it.
 */
const digestOf = (file: string, readFile: DockerfileText.Read): string | undefined => {
  const content = readFile(file, DockerfileText.maxSize)
  if (content !== undefined) return Sha256.hex(content)
  const stat = attempt(() => fs.statSync(file))
  return stat?.isFile() === true && stat.size > DockerfileText.maxSize ? `size:${stat.size}` : undefined
}

/** Whether the cache directory is in the context, and no `.dockerignore` leaves it out. */
const sends = (root: string | undefined, dockerfile: string | undefined, place: string | undefined): boolean => {
  if (root === undefined || place === undefined || !PosixPath.isWithin(place, root)) return false
  const below = place.slice(root.length).replace(/^\//, "")
  if (below === "") return true
  const ignored = [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), `${root}/.dockerignore`]
    .map(readText).find((text) => text !== undefined)
  const patterns = DockerIgnore.parse(ignored ?? "")
  return patterns === undefined || !isIgnored(patterns, below.split("/"))
}

/** Whether patterns leave out a directory with all that is in it. */
const isIgnored = (patterns: ReadonlyArray<DockerIgnore.Pattern>, segments: ReadonlyArray<string>): boolean => {
  let above: ReadonlyArray<boolean> = []
  return segments.some((_, at) => {
    const path = segments.slice(0, at + 1).join("/")
    const match = DockerIgnore.match(patterns, path, above)
    above = match.matched
    return match.isIgnored && !DockerIgnore.mayTakeBack(patterns, path, match)
  })
}

const readText = (file: string): string | undefined =>
  DockerfileText.readBytes(file, DockerfileText.maxSize)?.toString("utf8")
