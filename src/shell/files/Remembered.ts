/**
 * Answers that are kept between runs, one file each, such as `~/.cache/docker-shim/probes/<hash>.json`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as UserCache from "../../core/paths/UserCache.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import { attempt } from "./Attempt.ts"
import * as OwnDirectory from "./OwnDirectory.ts"
import * as Ownership from "./Ownership.ts"
import * as SafePlace from "./SafePlace.ts"
import * as Sha256 from "./Sha256.ts"

/**
 * What the answers are about: builders and programs, the names that Compose files give, those that projects are given, steps
 * that builds imported, notices that were printed, models of projects.
 */
type Kind = "probes" | "names" | "projects" | "steps" | "said" | "models"

/**
 * The most answers of a kind that are kept; one user's contexts, builders, programs or projects give fewer. The oldest go
 * first.
 */
const mostAnswers = 128

/**
 * The user's own directory for answers of all kinds, such as `/home/retro/.cache/docker-shim`, in `$XDG_CACHE_HOME` or
 * `$HOME/.cache`; none if neither is an absolute path.
 */
export const home = UserCache.directory

/** The directory for answers of a kind. */
export const directory = (env: Readonly<Record<string, string | undefined>>, kind: Kind): string | undefined => {
  const all = home(env)
  return all === undefined ? undefined : path.join(all, kind)
}

/** The file in a directory for the answer to a question. */
export const place = (within: string, question: unknown): string =>
  path.join(within, `${Sha256.hex(JSON.stringify(question))}.json`)

/** An answer about a file is true as long as these stay the same: device, inode, size and time of change. */
export const identity = ({ ctimeNs, dev, ino, size }: fs.BigIntStats): ReadonlyArray<string> =>
  [dev, ino, size, ctimeNs].map(String)

/** In bytes. The largest answer, the model of a project of 1,000 services, has some hundred kilobytes. */
const longestAnswer = 1024 * 1024

/**
 * Reads an answer that is not older than `notBefore` (milliseconds since 1970); `undefined` if there is none, or if somebody
 * else could have put it there.
 */
export const read = <A>(file: string, notBefore: number, decode: (value: unknown) => A | undefined): A | undefined =>
  attempt(() =>
    OwnDirectory.within(path.dirname(file), (directory) => {
      const descriptor = fs.openSync(`${directory}/${path.basename(file)}`, reading)
      try {
        const stat = fs.fstatSync(descriptor)
        if (!stat.isFile() || !Ownership.isOwn(stat) || stat.size > longestAnswer) return undefined
        return stat.mtimeMs < notBefore ? undefined : decode(JsonObject.parse(fs.readFileSync(descriptor, "utf8")))
      } finally {
        fs.closeSync(descriptor)
      }
    })
  )

/** Follows no link, and does not wait for the writer of a pipe. */
const reading = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/**
 * Keeps an answer, whole or not at all. If it cannot be written, or is too long to be read, the shim asks again the next time.
 */
export const write = (file: string, answer: unknown): void => {
  if (!keeps) return
  const content = Buffer.from(JSON.stringify(answer))
  if (content.length > longestAnswer) return
  const name = path.basename(file)
  // without a directory of this user's own nothing is kept, and every question is asked again
  attempt(() => {
    OwnDirectory.ensure(path.dirname(file))
    OwnDirectory.within(path.dirname(file), (directory) => {
      const partial = `${directory}/${name}.${process.pid}`
      try {
        fs.writeFileSync(partial, content, { mode: 0o600, flag: "wx" })
        fs.renameSync(partial, `${directory}/${name}`)
      } catch (error) {
        fs.rmSync(partial, { force: true })
        throw error
      }
      forgetOldest(directory)
    })
  })
}

let keeps = true

/** From now on nothing is written: `docker-shim explain` only looks. */
export const onlyRead = (): void => {
  keeps = false
}

/** Whether answers are kept. */
export const isKeeping = (): boolean => keeps

const forgetOldest = (directory: string): void => {
  const files = fs.readdirSync(directory).filter((name) => answerName.test(name)).map((name) => `${directory}/${name}`)
  if (files.length <= mostAnswers) return
  const byAge = files.flatMap((one) => {
    const stat = fs.lstatSync(one, { throwIfNoEntry: false })
    return stat?.isFile() === true ? [{ one, time: stat.mtimeMs }] : []
  }).sort((a, b) => a.time - b.time)
  for (const { one } of byAge.slice(0, files.length - mostAnswers)) fs.rmSync(one, { force: true })
}

/** A finished answer, or one of a process that was killed while it wrote. The shim removes nothing else there. */
const answerName = /\.json(?:\.\d+)?$/

/** Removes an answer. */
export const forget = (file: string): void => {
  if (!keeps) return
  // without a directory of this user's own the answer was never written
  attempt(() =>
    OwnDirectory.within(
      path.dirname(file),
      (directory) => fs.rmSync(`${directory}/${path.basename(file)}`, { force: true })
    )
  )
}

/**
 * Removes all answers of all kinds, and tells whether they are gone. Leaves them if others could change where the path leads.
 */
export const forgetAll = (env: Readonly<Record<string, string | undefined>>): boolean => {
  const all = home(env)
  if (all === undefined || !SafePlace.isSafe(all)) return false
  fs.rmSync(all, { recursive: true, force: true })
  return true
}
