/** The parts that the cache commands share: the directory and limits in the settings, and how failures are reported. */
import * as Effect from "effect/Effect"
import type * as CacheSettings from "../../../core/settings/CacheSettings.ts"
import * as Settings from "../../../core/settings/Settings.ts"
import * as CollectionLock from "../../cache/CollectionLock.ts"
import type { Failure } from "../../Failure.ts"
import * as SystemError from "../../files/SystemError.ts"
import type { Call } from "../Call.ts"

/** The settings of the cache, or the setting that is not accepted. */
export const settings = (call: Call): Effect.Effect<CacheSettings.CacheSettings, Failure> =>
  Effect.suspend(() => {
    const decoded = Settings.decode(call.invocation.env, call.invocation.machine)
    return "_tag" in decoded ? Effect.fail(decoded) : Effect.succeed(decoded.cache)
  })

/** The line for keys that have no entry. */
export const noEntry = (keys: ReadonlyArray<string>): string =>
  `there is no entry ${keys.join(", ")}; 'docker-shim cache ls' lists the entries`

/** Runs something that throws the system's errors about a directory. */
export const attempt = <A>(directory: string, run: () => A | Promise<A>): Effect.Effect<A, Failure> =>
  Effect.tryPromise({
    try: async () => run(),
    catch: (error): Failure =>
      SystemError.code(error) === CollectionLock.busy
        ? { _tag: "CacheBusy", directory }
        : {
          _tag: "CacheUnusable",
          why: SystemError.describe(error, directory),
          // a mount is read-only as a whole
          isInside: SystemError.code(error) !== "EROFS"
            && SystemError.placeOf(error)?.startsWith(`${directory}/`) === true
        }
  })
