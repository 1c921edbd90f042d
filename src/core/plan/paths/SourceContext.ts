/**
 * What translating a source depends on, from the settings and the facts known so far.
 */
import * as Facts from "../../Facts.ts"
import type * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type { Settings } from "../../Settings.ts"

/**
 * The context of a translation; `cwd` is what relative sources are made absolute against.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (settings: Settings, cwd: string, facts: Facts.Facts): SourceTranslation.Context => {
  // commands of hundreds of mounts ask for the same few paths
  const known = new Map<string, SourceTranslation.RealPath | undefined>()
  const ask = facts.lookUp ?? ((path) => {
    const asked = Facts.ask(facts, { _tag: "RealPath", path })
    return asked._tag === "Open" ? undefined : asked.answer
  })
  return {
    mappings: settings.mappings,
    daemonSocket: settings.daemonSocket,
    ...(settings.elsewhere === undefined ? {} : { elsewhere: settings.elsewhere }),
    socket: settings.sessionSocket,
    cwd,
    realPath: (path) => {
      if (!known.has(path)) known.set(path, ask(path))
      return known.get(path)
    }
  }
}
