/**
 * Paths as all sessions have them.
 */
import * as PosixPath from "../../paths/PosixPath.ts"
import type { Settings } from "../../settings/Settings.ts"

/**
 * A path of the user's without the part that differs between sessions: `shop` for `/home/retro/work/shop`. So a session whose
 * daemon sees the same files, such as one inside a container, shares with sessions whose daemon does not.
 */
export const print = (path: string, { mappings, userPath }: Pick<Settings, "mappings" | "userPath">): string => {
  const daemons = mappings.find(({ origin }) => origin.startsWith("WORKSPACE_DIR"))?.to
  const root = [userPath, daemons].find((one) => one !== undefined && PosixPath.isWithin(path, one))
  return root === undefined ? path : PosixPath.normalize(`./${path.slice(root.length)}`)
}
