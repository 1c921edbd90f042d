/** Answers the questions of planning about a Dockerfile and its context before a build. */
import * as fs from "node:fs"
import * as DockerIgnore from "../../core/cache/DockerIgnore.ts"
import type * as Question from "../../core/facts/Question.ts"
import * as PosixPath from "../../core/paths/PosixPath.ts"
import { attempt } from "../files/Attempt.ts"
import * as Sha256 from "../files/Sha256.ts"
import * as DockerfileText from "./DockerfileText.ts"

/**
 * Answers for one Dockerfile. A `Dockerfile` that is not there may be called `dockerfile` (buildkit 0.25,
 * `frontend/dockerui/config.go`). Throws only if its time is over (`TimeBudget.cutting`).
 */
export const read = (
  { cache, context, path }: Question.Of<"BuildFiles">,
  readFile: DockerfileText.Read = DockerfileText.readBytes
): Question.Answers["BuildFiles"] => ({
  digest: path === undefined
    ? undefined
    : digestOf(path, readFile) ?? digestOf(path.replace(/\/Dockerfile$/, "/dockerfile"), readFile),
  sendsCache: context !== undefined && sends(context, path, cache)
})

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
const sends = (context: string, dockerfile: string | undefined, cache: string): boolean => {
  const [root, place] = [context, cache].map((one) => attempt(() => fs.realpathSync(one)))
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
