/**
 * Whether projects of different sessions can meet on one daemon, and so need names of their own.
 */
import type { Settings } from "../settings/Settings.ts"

/**
 * The scope in force, by the settings as they hold for the daemon that the command goes to (`SessionDaemon.settle`).
 *
 * **Details**
 *
 * `auto` is `off` on the session's daemon if a setting says that the session has one of its own (`DOCKER_SHIM_DOCKER_HOST`,
 * `DOCKER_SHIM_DAEMON_SOCKET`), and `project` elsewhere.
 */
export const inForce = (
  { daemonSocket, dockerHost, elsewhere, projectScope }: Settings
): Exclude<Settings["projectScope"], "auto"> => {
  if (projectScope !== "auto") return projectScope
  const hasOwn = dockerHost !== undefined || daemonSocket !== undefined
  return hasOwn && elsewhere === undefined ? "off" : "project"
}
