/**
 * Translates one path that the daemon opens from where the user sees it to where the daemon does.
 */
import * as Settings from "../Settings.ts"
import * as PathMapping from "./PathMapping.ts"
import * as PosixPath from "./PosixPath.ts"

/**
 * What an absolute path resolves to in the client's file system: with its symbolic links followed as far as it exists,
 * the rest appended.
 *
 * @category models
 * @since 0.1.0
 */
export interface RealPath {
  readonly resolved: string
  readonly exists: boolean
}

/**
 * What translating depends on. `realPath` answers from the facts known so far, `undefined` where a path was not looked
 * at yet; `cwd` is empty where the working directory was deleted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Context {
  readonly mappings: ReadonlyArray<PathMapping.PathMapping>
  readonly daemonSocket: string | undefined
  readonly cwd: string
  readonly realPath: (path: string) => RealPath | undefined
}

/**
 * The outcome: the source stays as written, becomes another one, or paths have to be looked at first.
 *
 * @category models
 * @since 0.1.0
 */
export type Translation =
  | { readonly _tag: "Unchanged" }
  | { readonly _tag: "Translated"; readonly source: string; readonly why: string }
  | { readonly _tag: "Asks"; readonly paths: ReadonlyArray<string> }

/** Docker's own socket, under both names that `/var/run -> /run` gives it. */
const dockerSockets: ReadonlyArray<string> = ["/var/run/docker.sock", "/run/docker.sock"]

/**
 * Translates a source such as `/home/retro/work/app` or `./app`.
 *
 * **Details**
 *
 * A relative source begins with `.` and is made absolute against the working directory, as docker/cli 28.2 does
 * (`cli/command/container/opts.go`); others are no paths. Then, in this order:
 * 1. Docker's socket, as written or at the end of links, becomes this session's own.
 * 2. What lies under a mapping, its links followed, is mapped, by the longest mapping that it is in.
 * 3. What lies under a mapping's target, its links followed, is given in that form: the daemon sees it there.
 * 4. What lies under a mapping only as written is mapped as written.
 * 5. Everything else stays byte for byte.
 *
 * Mapping a mapped path again changes nothing, as long as no mapping's target lies under a mapping, nor a mapping under a
 * target.
 *
 * @category planning
 * @since 0.1.0
 */
export const translate = (source: string, context: Context): Translation => {
  const { cwd, daemonSocket, mappings, realPath } = context
  if (!Settings.mapsPaths(context)) return unchanged
  if (!PosixPath.isAbsolute(source) && (!source.startsWith(".") || cwd === "")) return unchanged
  const written = PosixPath.join(cwd, source)
  if (daemonSocket !== undefined && dockerSockets.includes(written)) return toSocket(source, daemonSocket)

  const asked = [written, ...mappings.map((mapping) => mapping.from)]
  const open = asked.filter((path) => realPath(path) === undefined)
  if (open.length > 0) return { _tag: "Asks", paths: open }
  const real = (path: string): string => realPath(path)?.resolved ?? path
  if (daemonSocket !== undefined && dockerSockets.includes(real(written))) return toSocket(source, daemonSocket)
  return map(source, written, real, mappings)
}

/** Rules 2 to 5, when all that has to be looked at is known. */
const map = (
  source: string,
  written: string,
  real: (path: string) => string,
  mappings: ReadonlyArray<PathMapping.PathMapping>
): Translation => {
  const resolved = real(written)
  const isLinked = mappings.some(({ from }) => real(from) !== from)
  const linked = isLinked ? mappings.map((mapping) => ({ ...mapping, from: real(mapping.from) })) : []
  const mapping = PathMapping.longestMatch([...mappings, ...linked], resolved)
  if (mapping !== undefined) return mapped(source, mapping, resolved)
  const seen = mappings.find((one) => PosixPath.isWithin(resolved, one.to))
  if (seen !== undefined) {
    return to(source, resolved, `the path with its links followed is one that the daemon has (${seen.origin})`)
  }
  const asWritten = PathMapping.longestMatch(mappings, written)
  return asWritten === undefined ? unchanged : mapped(source, asWritten, written)
}

const unchanged: Translation = { _tag: "Unchanged" }

const to = (source: string, translated: string, why: string): Translation =>
  translated === source ? unchanged : { _tag: "Translated", source: translated, why }

const toSocket = (source: string, socket: string): Translation =>
  to(source, socket, "this session's own Docker socket (DOCKER_SHIM_DAEMON_SOCKET)")

const mapped = (source: string, mapping: PathMapping.PathMapping, path: string): Translation =>
  to(
    source,
    PathMapping.apply(mapping, path) ?? path,
    `the daemon sees ${mapping.from} at ${mapping.to} (${mapping.origin})`
  )
