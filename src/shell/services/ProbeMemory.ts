/**
 * Remembers on disk what probes answered, for as long as nothing changed that the answer depends on.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { Environment } from "./Environment.ts"

/** More answers than one user's contexts, builders and programs give. The oldest go first. */
const mostAnswers = 128

/**
 * An answer that may be remembered.
 *
 * **Details**
 *
 * - `subject`: what is asked, with all that is plain data in it; `files`: the files that the answer depends on;
 * - `longest`: how long it may be remembered, in milliseconds;
 * - `decode`: reads an answer back, `undefined` where it is none; `isWorth`: whether an answer is to be remembered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Memory<A> {
  readonly subject: unknown
  readonly files: ReadonlyArray<string | undefined>
  readonly longest: number
  readonly decode: (value: unknown) => A | undefined
  readonly isWorth: (answer: A) => boolean
}

/**
 * Remembers answers.
 *
 * **Details**
 *
 * An answer is found again only while its subject is the same and the files it depends on are the same (device, inode,
 * size, time of change): a daemon that was started again, as for another image store, has a new socket. The memory is a
 * directory of the user's own, `docker-shim` in `$XDG_CACHE_HOME` or `$HOME/.cache`; where it cannot be used, every
 * question is asked anew.
 *
 * @category services
 * @since 0.1.0
 */
export class ProbeMemory extends Context.Tag("docker-shim/shell/services/ProbeMemory")<ProbeMemory, {
  readonly remember: <A, E>(memory: Memory<A>, ask: Effect.Effect<A, E>) => Effect.Effect<A, E>
  readonly forget: <A>(memory: Memory<A>) => Effect.Effect<void>
}>() {
  static readonly layer = Layer.effect(
    ProbeMemory,
    Effect.map(Environment, ({ invocation }) => {
      const directory = memoryDirectory(invocation.env)
      const place = <A>(memory: Memory<A>, within: string): string => {
        const depends = [memory.subject, memory.files.map(identity)]
        return path.join(within, `${createHash("sha256").update(JSON.stringify(depends)).digest("hex")}.json`)
      }
      return {
        remember: <A, E>(memory: Memory<A>, ask: Effect.Effect<A, E>) =>
          Effect.gen(function*() {
            if (directory === undefined) return yield* ask
            const file = place(memory, directory)
            const now = yield* Clock.currentTimeMillis
            const remembered = read(file, now - memory.longest, memory.decode)
            if (remembered !== undefined) return remembered
            const answer = yield* ask
            if (memory.isWorth(answer)) write(directory, file, answer)
            return answer
          }),
        forget: (memory) =>
          Effect.sync(() => {
            if (directory !== undefined) fs.rmSync(place(memory, directory), { force: true })
          })
      }
    })
  )
}

const memoryDirectory = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const base = env["XDG_CACHE_HOME"]?.startsWith("/") === true
    ? env["XDG_CACHE_HOME"]
    : env["HOME"]?.startsWith("/") === true
    ? path.join(env["HOME"], ".cache")
    : undefined
  return base === undefined ? undefined : path.join(base, "docker-shim", "probes")
}

const identity = (file: string | undefined): ReadonlyArray<string | undefined> => {
  const stat = file === undefined ? undefined : fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? [file] : [file, ...[stat.dev, stat.ino, stat.size, stat.ctimeNs].map(String)]
}

const read = <A>(file: string, notBefore: number, decode: Memory<A>["decode"]): A | undefined => {
  try {
    if (fs.statSync(file).mtimeMs < notBefore) return undefined
    return decode(JSON.parse(fs.readFileSync(file, "utf8")))
  } catch {
    return undefined
  }
}

/** Node's own `recursive` never ends where the parent is there and still nothing can be made in it, as in `/proc`. */
const makeDirectory = (directory: string): void => {
  if (fs.existsSync(directory)) return
  makeDirectory(path.dirname(directory))
  fs.mkdirSync(directory, { mode: 0o700 })
}

/** Whole or not at all; what cannot be written is asked for again the next time. */
const write = (directory: string, file: string, answer: unknown): void => {
  const partial = `${file}.${process.pid}`
  try {
    makeDirectory(directory)
    fs.writeFileSync(partial, JSON.stringify(answer), { mode: 0o600, flag: "wx" })
    fs.renameSync(partial, file)
    const files = fs.readdirSync(directory).map((name) => path.join(directory, name))
    if (files.length > mostAnswers) {
      const byAge = files.map((one) => ({ one, time: fs.statSync(one).mtimeMs })).sort((a, b) => a.time - b.time)
      for (const { one } of byAge.slice(0, files.length - mostAnswers)) fs.rmSync(one, { force: true })
    }
  } catch {
    fs.rmSync(partial, { force: true })
  }
}
