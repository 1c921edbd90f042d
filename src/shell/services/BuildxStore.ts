/**
 * What buildx keeps on disk of builders: which ones there are, and which is selected for what.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as JsonObject from "../../core/compose/JsonObject.ts"
import * as RealProgram from "../front/RealProgram.ts"

/**
 * All that the choice of a builder, and what it can do, depend on; equal for as long as that stays.
 *
 * **Details**
 *
 * Contents, not times: without a builder of its own buildx writes `current` anew each time it looks for the selected one,
 * with an empty `Name`, which selects none (docker/buildx 0.29.1, `store/store.go`, `Current` and `reset`). The directory is
 * `$BUILDX_CONFIG`, else `buildx` in docker's own.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (env: Readonly<Record<string, string | undefined>>): unknown => {
  const directory = env["BUILDX_CONFIG"] || path.join(RealProgram.configDirectory(env), "buildx")
  return {
    current: selected(path.join(directory, "current")),
    defaults: files(path.join(directory, "defaults")),
    instances: files(path.join(directory, "instances"))
  }
}

const selected = (file: string): unknown => {
  try {
    const current: unknown = JSON.parse(fs.readFileSync(file, "utf8"))
    return JsonObject.text(current, "Name") === "" ? undefined : current
  } catch {
    return undefined
  }
}

/** Those that are written at this moment have names that begin with a dot. */
const files = (directory: string): ReadonlyArray<readonly [name: string, content: string]> => {
  try {
    return fs.readdirSync(directory).filter((name) => !name.startsWith(".")).sort().map((name) =>
      [name, fs.readFileSync(path.join(directory, name), "utf8")] as const
    )
  } catch {
    return []
  }
}
