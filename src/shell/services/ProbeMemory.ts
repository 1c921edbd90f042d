/** Remembers the answers of probes on disk, as long as nothing changed that they depend on. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as Remembered from "../files/Remembered.ts"
import * as SystemError from "../files/SystemError.ts"
import { Environment } from "./Environment.ts"

/**
 * An answer that may be remembered.
 *
 * **Details**
 *
 * - `subject`: the question, as plain data; `files`: the files that the answer depends on;
 * - `longest`: how long it may be remembered, in milliseconds;
 * - `decode`: reads an answer back, `undefined` if it is none; `isWorth`: whether an answer should be remembered.
 * @category models
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
 * An answer is found again only if its subject and the files that it depends on are the same (device, inode, size, time of
 * change). A daemon that was restarted, for another image store say, has a new socket. If the user's cache directory cannot be
 * used, every question is asked again.
 *
 * **Example** (An answer that is good for an hour)
 *
 * ```ts
 * import { ProbeMemory } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const version = Effect.flatMap(ProbeMemory, (memory) =>
 *   memory.remember({
 *     subject: "version",
 *     files: ["/usr/bin/docker"],
 *     longest: 3600_000,
 *     decode: (value) => typeof value === "string" ? value : undefined,
 *     isWorth: (answer) => answer !== ""
 *   }, Effect.succeed("28.5.2")))
 * ```
 * @category services
 */
export class ProbeMemory extends Context.Tag("docker-shim/shell/services/ProbeMemory")<ProbeMemory, {
  /** The remembered answer, or else the answer of `ask`, which is then remembered if it is worth it. */
  readonly remember: <A, E>(memory: Memory<A>, ask: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Forgets an answer. */
  readonly forget: <A>(memory: Memory<A>) => Effect.Effect<void>
}>() {
  static readonly make = Effect.map(Environment, ({ invocation }) => {
    const directory = Remembered.directory(invocation.env, "probes")
    const place = <A>(memory: Memory<A>, within: string): string =>
      Remembered.place(within, [memory.subject, memory.files.map(identity)])
    return ProbeMemory.of({
      remember: <A, E>(memory: Memory<A>, ask: Effect.Effect<A, E>) =>
        Effect.gen(function*() {
          if (directory === undefined) return yield* ask
          const file = place(memory, directory)
          const now = yield* Clock.currentTimeMillis
          const remembered = Remembered.read(file, now - memory.longest, memory.decode)
          if (remembered !== undefined) return remembered
          const answer = yield* ask
          if (memory.isWorth(answer)) Remembered.write(file, answer)
          return answer
        }),
      forget: (memory) =>
        Effect.sync(() => {
          if (directory !== undefined) Remembered.forget(place(memory, directory))
        })
    })
  })
}

/** A file that cannot be looked at, such as one below somebody else's directory, differs from a missing one. */
const identity = (file: string | undefined): ReadonlyArray<string | undefined> => {
  try {
    const stat = file === undefined ? undefined : fs.statSync(file, { bigint: true, throwIfNoEntry: false })
    return stat === undefined ? [file] : [file, ...Remembered.identity(stat)]
  } catch (error) {
    return [file, SystemError.code(error)]
  }
}
