/** Reads descriptors that can be read only once, and keeps their content. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { buffer } from "node:stream/consumers"
import type { Input } from "../../core/ExecPlan.ts"
import * as InputFiles from "../process/InputFiles.ts"

/**
 * The content of descriptors that nobody can read a second time, such as 0 for `docker compose -f - up`.
 *
 * **Details**
 *
 * Each is read to its end when it is first needed, and remembered. A descriptor that can be read again, or not at all, is left
 * alone.
 *
 * **Example** (A file given to Compose on descriptor 0)
 *
 * ```ts
 * import { StandardInput } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const input = Effect.flatMap(StandardInput, (standardInput) => standardInput.read([0]))
 * ```
 * @category services
 */
export class StandardInput extends Context.Tag("docker-shim/shell/services/StandardInput")<StandardInput, {
  /** The content of those descriptors that can be read only once. */
  readonly read: (descriptors: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<Input>>
}>() {
  static readonly make = Effect.sync(() => {
    const known = new Map<number, ReadonlyArray<Input>>()
    const readOne = (descriptor: number): Effect.Effect<ReadonlyArray<Input>> => {
      const input = known.get(descriptor)
      if (input !== undefined) return Effect.succeed(input)
      return Effect.promise(() => toEnd(descriptor)).pipe(
        Effect.map((content) => content === undefined ? [] : [{ descriptor, content }]),
        Effect.tap((read) => Effect.sync(() => known.set(descriptor, read)))
      )
    }
    return StandardInput.of({
      read: (descriptors) =>
        Effect.map(Effect.forEach(descriptors.filter(InputFiles.isReadOnce), readOne), (read) => read.flat())
    })
  })
}

/** A descriptor that cannot be read is left as it is: the program itself reports it. */
const toEnd = (descriptor: number): Promise<Uint8Array | undefined> =>
  buffer(fs.createReadStream("", { fd: descriptor, autoClose: false })).catch(() => undefined)
