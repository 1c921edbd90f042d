/**
 * A gateway's settings, with the mappings that it finds for its daemon (`DOCKER_SHIM_PATH_MAP=auto`).
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Env } from "../../core/Invocation.ts"
import type { Settings } from "../../core/settings/Settings.ts"
import type { EngineInfo } from "../services/EngineInfo.ts"
import * as OwnMounts from "../services/OwnMounts.ts"

/**
 * `current` gives the settings as they are now, `last` those that it gave last. `asks` tells whether it may have to ask the
 * daemon.
 */
export interface FoundSettings {
  readonly asks: boolean
  readonly current: () => Promise<Settings>
  readonly last: () => Settings
}

/**
 * Settings for the daemon at a socket. A problem with them is reported when it changes.
 *
 * **Details**
 *
 * Each request asks again. Certain mappings are remembered until the daemon's socket or a mount changes; others may have become
 * certain. Without `auto` it asks nothing.
 */
export const make = (
  engine: Context.Tag.Service<EngineInfo>,
  settings: Settings,
  socket: string,
  env: Env,
  report: (line: string) => void
): FoundSettings => {
  let last = settings.auto === undefined ? settings : { ...settings, auto: undefined }
  let said = ""
  const ask = OwnMounts.settle(engine, settings, socket, env).pipe(Effect.map((outcome) => {
    const text = outcome.notices.map((notice) => notice.text).join("; ")
    if (text !== said && text !== "") report(text)
    said = text
    last = outcome.settings
    return last
  }))
  return {
    asks: settings.auto !== undefined,
    current: () => settings.auto === undefined ? Promise.resolve(settings) : Effect.runPromise(ask),
    last: () => last
  }
}
