/**
 * Answers that are kept between runs, one file each, such as `~/.cache/docker-shim/probes/<hash>.json`.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"

/** What the answers are about: builders and programs, the names that Compose files give, or those that projects are given. */
type Kind = "probes" | "names" | "projects"

/** More answers of a kind than one user's contexts, builders, programs or projects give. The oldest go first. */
const mostAnswers = 128

/**
 * The user's own directory for answers of all kinds, such as `/home/retro/.cache/docker-shim`, in `$XDG_CACHE_HOME` or
 * `$HOME/.cache`; none where neither is an absolute path.
 *
 * @category accessors
 * @since 0.1.0
 */
export const home = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const base = env["XDG_CACHE_HOME"]?.startsWith("/") === true
    ? env["XDG_CACHE_HOME"]
    : env["HOME"]?.startsWith("/") === true
    ? path.join(env["HOME"], ".cache")
    : undefined
  return base === undefined ? undefined : path.join(base, "docker-shim")
}

/**
 * The directory for answers of a kind.
 *
 * @category accessors
 * @since 0.1.0
 */
export const directory = (env: Readonly<Record<string, string | undefined>>, kind: Kind): string | undefined => {
  const all = home(env)
  return all === undefined ? undefined : path.join(all, kind)
}

/**
 * The file in a directory for the answer to a question.
 *
 * @category accessors
 * @since 0.1.0
 */
export const place = (within: string, question: unknown): string =>
  path.join(within, `${createHash("sha256").update(JSON.stringify(question)).digest("hex")}.json`)

/**
 * What a file has to keep for an answer about it to be true: device, inode, size and time of change.
 *
 * @category accessors
 * @since 0.1.0
 */
export const identity = ({ ctimeNs, dev, ino, size }: fs.BigIntStats): ReadonlyArray<string> =>
  [dev, ino, size, ctimeNs].map(String)

/**
 * Reads an answer that is not older than a time (in milliseconds since 1970); `undefined` where there is none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = <A>(file: string, notBefore: number, decode: (value: unknown) => A | undefined): A | undefined => {
  try {
    if (fs.statSync(file).mtimeMs < notBefore) return undefined
    return decode(JSON.parse(fs.readFileSync(file, "utf8")))
  } catch {
    return undefined
  }
}

/**
 * Keeps an answer, whole or not at all. What cannot be written is asked for again the next time.
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = (file: string, answer: unknown): void => {
  const within = path.dirname(file)
  const partial = `${file}.${process.pid}`
  try {
    makeDirectory(within)
    fs.writeFileSync(partial, JSON.stringify(answer), { mode: 0o600, flag: "wx" })
    fs.renameSync(partial, file)
    const files = fs.readdirSync(within).map((name) => path.join(within, name))
    if (files.length > mostAnswers) {
      const byAge = files.map((one) => ({ one, time: fs.statSync(one).mtimeMs })).sort((a, b) => a.time - b.time)
      for (const { one } of byAge.slice(0, files.length - mostAnswers)) fs.rmSync(one, { force: true })
    }
  } catch {
    forget(partial)
  }
}

/**
 * Removes an answer. `force` of `rmSync` is for what does not exist; below a file, such as a home of `/dev/null/x`, it is
 * an error all the same.
 *
 * @category destructors
 * @since 0.1.0
 */
export const forget = (file: string): void => {
  try {
    fs.rmSync(file, { force: true })
  } catch {
    // It was never written.
  }
}

/**
 * Node's own `recursive` never ends where the parent is there and still nothing can be made in it, as in `/proc`. Another
 * call may make a directory between any look at it and the attempt: that it is there is no error.
 */
const makeDirectory = (wanted: string): void => {
  if (fs.existsSync(wanted)) return
  makeDirectory(path.dirname(wanted))
  try {
    fs.mkdirSync(wanted, { mode: 0o700 })
  } catch (error) {
    if (!fs.existsSync(wanted)) throw error
  }
}
