/** Replaces `DOCKER_SHIM_PATH_MAP=auto` by the mappings that the shim finds. */
import type { Notice } from "../../ExecPlan.ts"
import type * as OwnMounts from "../../facts/OwnMounts.ts"
import * as PathMapping from "../../paths/PathMapping.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/**
 * The settings as `SessionDaemon.settle` gives them, with the mappings that are found for that daemon. Asks nothing if no
 * setting wants them, or for another daemon.
 */
export const settle = (settings: Settings, situation: Situation): Planning.Planning<Settings> => {
  const { auto, elsewhere, sessionSocket } = settings
  if (auto === undefined) return Planning.of(settings)
  if (elsewhere !== undefined) return Planning.of({ ...settings, auto: undefined })
  const asked = sessionSocket === undefined
    ? Planning.of(noSocket)
    : Planning.ask(situation, { _tag: "OwnMounts", socket: sessionSocket })
  return Planning.flatMap(asked, (answer) => {
    const { notices, settings: settled } = apply(settings, answer)
    return Planning.of(settled, { notices })
  })
}

/** The answer for a daemon that has no socket here. */
export const noSocket: OwnMounts.Answer = {
  _tag: "Unknown",
  why: "its daemon is not at a unix socket, so it can be any machine's"
}

/**
 * The settings with the mappings that were found, and the notices about them.
 *
 * **Details**
 *
 * What the user set for one path in `DOCKER_SHIM_PATH_MAP` stays. `WORKSPACE_DIR` counts only while nothing is known: if what
 * was found differs, one line says so. If nothing could be found and nothing is set, one line says so, once.
 */
export const apply = (
  settings: Settings,
  answer: OwnMounts.Answer
): { readonly settings: Settings; readonly notices: ReadonlyArray<Notice> } => {
  const { auto = "", mappings } = settings
  const named = mappings.filter(({ origin }) => !isWorkspace(origin))
  const [workspace] = mappings.filter(({ origin }) => isWorkspace(origin))
  const settled = (all: ReadonlyArray<PathMapping.PathMapping>, why: string): Settings => ({
    ...settings,
    auto: undefined,
    mappings: all,
    notFound: `${why} (${auto})`
  })
  switch (answer._tag) {
    case "Mapped": {
      const { doubtful = [] } = answer
      // of what is not certain WORKSPACE_DIR may be right
      const isOpen = workspace !== undefined && placeOf(workspace, answer.mappings) === undefined
        && doubtful.some((one) => PosixPath.isWithin(workspace.from, one))
      const all = [...named, ...(isOpen ? [workspace] : []), ...answer.mappings]
      return {
        settings: {
          ...settled(all, "the daemon has none of this container's files"),
          ...(doubtful.length === 0 ? {} : { doubtful })
        },
        notices: isOpen ? [] : contradiction(workspace, placeOf(workspace, answer.mappings), auto)
      }
    }
    case "Same":
      return {
        settings: settled(named, "the daemon sees the same files"),
        notices: contradiction(workspace, workspace?.from, auto)
      }
    case "Gateway":
      return { settings: settled([], "the gateway at this socket translates paths itself"), notices: [] }
    case "Unknown": {
      const why = `the shim cannot tell where the daemon has the files seen here: ${answer.why}`
      const text = `${auto}: no path is translated: ${why}; see 'docker-shim doctor'`
      return { settings: settled(mappings, why), notices: mappings.length > 0 ? [] : [{ text, isOnce: true }] }
    }
  }
}

const isWorkspace = (origin: string): boolean => origin.startsWith("WORKSPACE_DIR")

/** Where the daemon has the user's directory, by what was found. */
const placeOf = (
  workspace: PathMapping.PathMapping | undefined,
  found: ReadonlyArray<PathMapping.PathMapping>
): string | undefined => {
  const mapping = workspace === undefined ? undefined : PathMapping.longestMatch(found, workspace.from)
  return workspace === undefined || mapping === undefined || PathMapping.holeOf(mapping, workspace.from) !== undefined
    ? undefined
    : PathMapping.apply(mapping, workspace.from)
}

/** A line for a `WORKSPACE_DIR` that does not name the place. */
export const contradiction = (
  workspace: PathMapping.PathMapping | undefined,
  place: string | undefined,
  auto: string
): ReadonlyArray<Notice> =>
  workspace === undefined || (place !== undefined && PosixPath.normalize(place) === workspace.to) ? [] : [{
    text: `${workspace.origin} says that the daemon has ${workspace.from} at ${workspace.to}, but it has ${
      place === undefined ? "it nowhere" : `it at ${place}`
    }, by what ${auto} found, which is used; unset ${workspace.origin}`,
    isOnce: true
  }]
