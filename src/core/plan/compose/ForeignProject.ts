/**
 * A project on another daemon than the session's: it is left alone.
 */
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as Settings from "../../Settings.ts"
import * as Revision from "../Revision.ts"
import * as SessionDaemon from "../SessionDaemon.ts"

/**
 * Tells which daemon a call goes to, where anything of it would be changed for the session's: a name, paths, builds.
 *
 * @category planning
 */
export const ask = (
  call: ComposeCall.ComposeCall,
  need: Exclude<ComposeCall.Need, "nothing">,
  invocation: Invocation,
  settings: Settings.Settings,
  facts: Facts.Facts
): Facts.Asked<SessionDaemon.Daemon> =>
  concerns(need, settings)
    ? SessionDaemon.ask(ComposeCall.endpoint(call), settings, invocation, facts)
    : Facts.answered({ _tag: "Session", endpoint: settings.dockerHost ?? "" })

const concerns = (need: Exclude<ComposeCall.Need, "nothing">, settings: Settings.Settings): boolean =>
  settings.session !== undefined
  || (need === "model" && (Settings.mapsPaths(settings) || settings.cache.use !== "off"))

/**
 * The line as it is. One line says so where paths would have been translated.
 *
 * @category constructors
 */
export const leave = (
  line: CommandLine,
  need: Exclude<ComposeCall.Need, "nothing">,
  why: string,
  settings: Settings.Settings
): Revision.Revision<CommandLine> =>
  Revision.of(line, {
    leftAlone: [{ what: "project", value: "", why }],
    notices: need === "model" && Settings.mapsPaths(settings)
      ? [{ text: `the project is left as it is, its paths too: ${why}` }]
      : []
  })
