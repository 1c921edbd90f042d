/**
 * Names of Compose projects.
 */
import type { Settings } from "../settings/Settings.ts"

/**
 * A name as Compose makes it of a directory's or of `name:`, such as `myprojx_1-` of `My Proj.X_1-é`; empty if nothing
 * is left, which Compose refuses.
 *
 * **Details**
 *
 * Same rules as compose-spec/compose-go 2.9.0, `loader/loader.go`, `NormalizeProjectName`.
 */
export const normalize = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_-]/g, "").replace(/^[_-]+/, "")

/**
 * The name that a project has in this session, such as `helix-task-12-shop` for `shop`; `undefined` if names stay.
 *
 * **Details**
 *
 * With the scope `session` all projects of a session are one, and their own names do not matter. A name that belongs to the
 * session already stays, as in `docker compose config | docker compose -f - up`, where the first call prints it.
 */
export const ofSession = (own: string, settings: Settings): string | undefined => {
  const { projectScope, session } = settings
  if (session === undefined || projectScope === "off") return undefined
  const prefix = `${session.prefix}-`
  const isOfSession = normalize(own).startsWith(normalize(prefix))
  const name = normalize(projectScope === "session" ? session.prefix : isOfSession ? own : `${prefix}${normalize(own)}`)
  return name === "" || (projectScope !== "session" && normalize(own) === "") ? undefined : name
}
