/** Reads buildx's files about builders: which ones exist, and which one is selected for what. */
import * as fs from "node:fs"
import * as path from "node:path"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import { attempt } from "../files/Attempt.ts"

/**
 * The builders, each file's name and content, and the selected one: by `buildx use`, and for an endpoint by
 * `buildx use --default`.
 */
export interface BuildxStore {
  readonly current: unknown
  readonly defaults: ReadonlyArray<File>
  readonly instances: ReadonlyArray<File>
}

type File = readonly [name: string, content: string]

/**
 * Everything that the choice of a builder, and its abilities, depend on; equal as long as nothing changes.
 *
 * **Details**
 *
 * Contents, not times: without a builder of its own buildx writes `current` anew each time it looks for the selected one, with
 * an empty `Name`, which selects none (docker/buildx 0.29.1, `store/store.go`, `Current` and `reset`). The directory is
 * `$BUILDX_CONFIG`, else `buildx` in docker's own.
 */
export const read = (env: Readonly<Record<string, string | undefined>>): BuildxStore => {
  const directory = env["BUILDX_CONFIG"] || path.join(RealProgram.configDirectory(env), "buildx")
  return {
    current: selected(path.join(directory, "current")),
    defaults: files(path.join(directory, "defaults")),
    instances: files(path.join(directory, "instances"))
  }
}

/**
 * Whether the builder is the daemon of the current context itself: no builder is selected, or the context is named as one.
 *
 * **Details**
 *
 * `default` is another name for the current context, and a builder of that name comes first (docker/buildx 0.29.1,
 * `store/storeutil/storeutil.go`, `GetCurrentInstance` and `GetNodeGroup`).
 */
export const isContext = (store: BuildxStore, name: string | undefined, context: string): boolean => {
  const isFree = name !== undefined || store.current === undefined && store.defaults.length === 0
  const wanted = name ?? context
  return isFree && (wanted === context || wanted === "default")
    && !store.instances.some(([instance]) => instance === wanted.toLowerCase())
}

const selected = (file: string): unknown => {
  const current = JsonObject.parse(attempt(() => fs.readFileSync(file, "utf8")) ?? "")
  return JsonObject.text(current, "Name") === undefined ? undefined : current
}

/** Those that are written at this moment have names that begin with a dot. */
const files = (directory: string): ReadonlyArray<File> =>
  attempt(() =>
    fs.readdirSync(directory).filter((name) => !name.startsWith(".")).sort().map((name) =>
      [name, fs.readFileSync(path.join(directory, name), "utf8")] as const
    )
  ) ?? []
