/**
 * Translates a path that the daemon opens from the user's file system to the daemon's.
 * @module
 */
import * as PathMapping from "./PathMapping.ts"
import * as PosixPath from "./PosixPath.ts"

/**
 * An absolute path as it resolves in the client's file system: symbolic links are followed as far as the path exists, and the
 * rest is appended.
 * @category models
 */
export interface RealPath {
  readonly resolved: string
  readonly exists: boolean
  /** Only if a link on the way leads to nothing: the path with the links before that one followed, such as `/work/latest`. */
  readonly link?: string
}

/**
 * What translating depends on. `cwd` makes relative sources absolute; it is empty if the working directory was deleted. `socket`
 * is the client's path of the session's Docker socket, if its endpoint is one. `elsewhere` is why nothing is translated for the
 * daemon that the command goes to. `auto` is the setting that asks for mappings that the shim has yet to find, `notFound` why it
 * found none, and `doubtful` are paths that the daemon may have, but not certainly where.
 * @category models
 */
export interface Context {
  readonly mappings: ReadonlyArray<PathMapping.PathMapping>
  readonly daemonSocket: string | undefined
  readonly socket?: string | undefined
  readonly elsewhere?: string | undefined
  readonly auto?: string | undefined
  readonly notFound?: string | undefined
  readonly doubtful?: ReadonlyArray<string> | undefined
  readonly cwd: string
}

/**
 * The result: the source stays as written, or is replaced. `why` is the reason in words. If the container gets something other
 * than the user sees, `warning` says so in a clause, such as `the container gets the daemon's /home/retro, …`.
 * @category models
 */
export type Translation =
  | { readonly _tag: "Unchanged"; readonly why: string; readonly warning?: string }
  | { readonly _tag: "Translated"; readonly source: string; readonly why: string; readonly warning?: string }

/** Docker's own socket, under both names that `/var/run -> /run` gives it. */
const dockerSockets: ReadonlyArray<string> = ["/var/run/docker.sock", "/run/docker.sock"]

/**
 * Why a path stays if no setting maps anything.
 * @category printing
 */
export const unmapped = "no mapping is set: WORKSPACE_DIR and DOCKER_SHIM_PATH_MAP are empty"

/**
 * Whether any path is different for the daemon.
 * Example: `SourceTranslation.mapsPaths({ mappings: [], daemonSocket: undefined }) // false`
 * @category predicates
 */
export const mapsPaths = (context: Omit<Context, "cwd">): boolean => {
  const { auto, daemonSocket, doubtful = [], elsewhere, mappings } = context
  return elsewhere === undefined && (mappings.length + doubtful.length > 0 || (daemonSocket ?? auto) !== undefined)
}

/**
 * Why all paths stay, if {@link mapsPaths} is false.
 * Example: `SourceTranslation.whyUnmapped({ elsewhere: "it goes to another daemon" }) // "it goes to another daemon"`
 * @category printing
 */
export const whyUnmapped = ({ elsewhere, notFound }: Pick<Context, "elsewhere" | "notFound">): string =>
  elsewhere ?? notFound ?? unmapped

/**
 * Translates a source such as `/home/retro/work/app` or `./app`; `realPath` tells where the paths lead that
 * {@link begin} names.
 *
 * **Details**
 *
 * A relative source begins with `.` and is made absolute against the working directory, as docker/cli 28.2 does
 * (`cli/command/container/opts.go`); others are no paths. Then, in this order:
 * 1. Docker's socket, as written or at the end of links, becomes this session's own; so does the socket of the session's
 *    endpoint.
 * 2. What lies under a mapping, its links followed, is mapped, by the longest mapping that it is in. A link that leads to
 *    nothing is not followed: the daemon refuses it, as it does where client and daemon see the same files.
 * 3. What lies under a mapping's target, its links followed, is given in that form: the daemon sees it there.
 * 4. What lies under a mapping only as written is mapped as written.
 * 5. Everything else stays byte for byte.
 *
 * Rules 3 and 4 apply only to mappings that are set. One that the shim found maps only what really lies in it.
 *
 * Mapping a mapped path again changes nothing, as long as no mapping's target lies under a mapping, nor a mapping under a
 * target.
 *
 * **Example** (A relative source)
 *
 * ```ts
 * import { PathMapping, SourceTranslation } from "docker-shim"
 *
 * const context: SourceTranslation.Context = {
 *   mappings: [PathMapping.make("/home/retro/work", "/data/workspaces/ses1", "WORKSPACE_DIR")],
 *   daemonSocket: undefined,
 *   cwd: "/home/retro/work"
 * }
 * const translation = SourceTranslation.translate("./app", context, (path) => ({ resolved: path, exists: true }))
 *
 * translation._tag === "Translated" && translation.source // "/data/workspaces/ses1/app"
 * ```
 * @category planning
 */
export const translate = (source: string, context: Context, realPath: (path: string) => RealPath): Translation => {
  const begun = begin(context)(source)
  if (begun._tag !== "Linked") return begun
  return follow(source, begun.written, realPath(begun.written), survey(context, realPath))
}

/**
 * A source whose translation depends on links, `written` as an absolute path, which has to be looked at first, as do the
 * {@link landmarks}.
 * @category models
 */
export interface Linked {
  readonly _tag: "Linked"
  readonly written: string
}

/**
 * Translates the sources of a command that do not depend on links; gives what {@link follow} needs for the others.
 * Example:
 * `SourceTranslation.begin({ mappings: [], daemonSocket: "/s", cwd: "/w" })("./a") // { _tag: "Linked", written: "/w/a" }`
 * @category planning
 */
export const begin = (context: Context): (source: string) => Translation | Linked => {
  const { cwd, daemonSocket } = context
  if (!mapsPaths(context)) return () => unchanged(whyUnmapped(context))
  const sockets = socketNames(context)
  const absolute = PosixPath.joinTo(PosixPath.normalize(cwd))
  return (source) => {
    if (!PosixPath.isAbsolute(source) && (!source.startsWith(".") || cwd === "")) {
      return unchanged(cwd === "" ? "it is relative, and the working directory is gone" : "it is a name, not a path")
    }
    const written = absolute(source)
    if (daemonSocket !== undefined && sockets.includes(written)) return toSocket(source, daemonSocket)
    return { _tag: "Linked", written }
  }
}

/**
 * The paths that have to be looked at for any source: where the mappings begin, and the session's socket.
 * Example:
 * `SourceTranslation.landmarks({ mappings: [], daemonSocket: "/s", socket: "/run/d.sock", cwd: "/" }) // ["/run/d.sock"]`
 * @category accessors
 */
export const landmarks = ({ daemonSocket, mappings, socket }: Context): ReadonlyArray<string> => [
  ...mappings.map(({ from }) => from),
  // without a socket for containers the endpoint's is not looked at
  ...(daemonSocket === undefined || socket === undefined ? [] : [socket])
]

/**
 * What {@link follow} compares sources with, the same for all sources of a command. `realPath` is called for {@link landmarks}.
 * Example:
 * `SourceTranslation.survey({ mappings: [], daemonSocket: "/s", cwd: "/" }, (path) => ({ resolved: path, exists: true }))
 * .socketEnds // ["/var/run/docker.sock", "/run/docker.sock"]`
 * @category planning
 */
export const survey = (context: Context, realPath: (path: string) => RealPath): Places => {
  const { daemonSocket, doubtful = [], mappings, socket } = context
  const sockets = socketNames(context)
  const ends = daemonSocket === undefined || socket === undefined ? [] : [realPath(socket).resolved]
  const linked = mappings.map((mapping) => ({ ...mapping, from: realPath(mapping.from).resolved }))
    .filter(({ from }, at) => from !== mappings[at]?.from)
  const all = linked.length === 0 ? mappings : [...mappings, ...linked]
  const own = [...all.flatMap(({ from, holes = [] }) => [from, ...holes]), ...doubtful, ...sockets]
  return {
    daemonSocket,
    sockets,
    doubtful,
    socketEnds: [...sockets, ...ends],
    targets: mappings.filter(({ holes }) => holes === undefined),
    mappings: all,
    above: new Set(own.flatMap(PosixPath.parents))
  }
}

const socketNames = ({ socket }: Context): ReadonlyArray<string> =>
  socket === undefined ? dockerSockets : [...dockerSockets, PosixPath.normalize(socket)]

/**
 * What a path is compared with: the mappings, also by what their links lead to, `targets` those that were set; the names of
 * the session's socket, and `socketEnds` where these lead; and `above`, the directories of all that the client has of its own.
 * @category models
 */
export interface Places extends Pick<Context, "daemonSocket" | "mappings"> {
  readonly sockets: ReadonlyArray<string>
  readonly socketEnds: ReadonlyArray<string>
  readonly doubtful: ReadonlyArray<string>
  readonly targets: ReadonlyArray<PathMapping.PathMapping>
  readonly above: ReadonlySet<string>
}

/**
 * The rules of {@link translate} from the end of links on, for a source that is `written` as an absolute path.
 * Example: `SourceTranslation.follow("./a", "/w/a", { resolved: "/w/a", exists: true }, SourceTranslation.survey(
 * { mappings: [], daemonSocket: "/s", cwd: "/w" }, (path) => ({ resolved: path, exists: true })))._tag // "Unchanged"`
 * @category planning
 */
export const follow = (
  source: string,
  written: string,
  { link, resolved }: RealPath,
  places: Places
): Translation => {
  const { daemonSocket, mappings, socketEnds, targets } = places
  if (daemonSocket !== undefined && socketEnds.includes(resolved)) return toSocket(source, daemonSocket)
  const mapping = PathMapping.longestMatch(mappings, resolved)
  if (mapping !== undefined) {
    const ofLink = link === undefined ? undefined : PathMapping.longestMatch(mappings, link)
    const hole = PathMapping.holeOf(mapping, resolved)
    if (hole !== undefined) return inHole(mapping, hole)
    if (link === undefined || ofLink === undefined) return mapped(source, mapping, resolved, places)
    const warning = `${link} is a link to ${resolved}, which does not exist`
    return warned(mapped(source, ofLink, link, places), warning)
  }
  const seen = targets.find((one) => PosixPath.isWithin(resolved, one.to))
  if (seen !== undefined) {
    return to(source, resolved, `the path with its links followed is one that the daemon has (${seen.origin})`)
  }
  const asWritten = PathMapping.longestMatch(targets, written)
  if (asWritten !== undefined) return mapped(source, asWritten, written, places)
  const doubt = places.doubtful.find((one) => PosixPath.isWithin(resolved, one))
  return doubt === undefined
    ? warned(unchanged("it lies outside every mapping"), lacking(resolved, written, resolved, places))
    : inDoubt(doubt)
}

/**
 * Says what of the session's own the user sees below a path, and the daemon does not have there: `place` is the path for
 * the daemon, `written` and `resolved` what it is called in the client.
 */
const lacking = (
  place: string,
  written: string,
  resolved: string,
  { above, daemonSocket, doubtful, mappings, sockets }: Places
): string | undefined => {
  // true of nearly every path, and a command can have thousands
  if (!above.has(written) && !above.has(resolved)) return undefined
  const seen = [written, resolved]
  const isBelow = (path: string): boolean => seen.some((one) => path !== one && PosixPath.isWithin(path, one))
  const directories = mappings.filter(({ from, to: target }) =>
    isBelow(from) && !seen.some((one) => PathMapping.apply(PathMapping.make(one, place, ""), from) === target)
  ).map(({ from }) => from)
  const holes = [...mappings.flatMap((one) => one.holes ?? []), ...doubtful].filter(isBelow)
  const socket = sockets.find((one) => daemonSocket !== undefined && isBelow(one) && one !== daemonSocket)
  if (directories.length === 0 && holes.length === 0 && socket === undefined) return undefined
  const missing = [...new Set([...directories, ...(socket === undefined ? [] : [socket])])]
  const advice = missing.length === 0
    ? ""
    : `; mount ${missing.length === 1 ? "that path itself" : "those paths themselves"}`
  const all = [...missing, ...new Set(holes)]
  return `the daemon's own ${place} is used, without this session's ${listed(all)}${advice}`
}

/** As many as a line has room for: all of a machine can be mounted below one directory. */
const mostListed = 4

const listed = (paths: ReadonlyArray<string>): string =>
  paths.length <= mostListed
    ? paths.join(" and ")
    : `${paths.slice(0, mostListed).join(", ")} and ${String(paths.length - mostListed)} more`

const warned = (translation: Translation, warning: string | undefined): Translation =>
  warning === undefined ? translation : { ...translation, warning }

const unchanged = (why: string): Translation & { readonly _tag: "Unchanged" } => ({ _tag: "Unchanged", why })

/** A path that the daemon does not have: what stands at its own is something else. */
const inHole = ({ from }: PathMapping.PathMapping, hole: string): Translation => ({
  ...unchanged(`${hole} is mounted over ${from} here, and the daemon does not have it`),
  warning: `the daemon does not have ${hole}: it is mounted over ${from} in this container only`
})

/** A path of a mount that could not be proved to be what the daemon says of it. */
const inDoubt = (place: string): Translation => ({
  ...unchanged(`where the daemon has ${place} is not certain`),
  warning: `where the daemon has ${place} is not certain, so the path stays; name the place in DOCKER_SHIM_PATH_MAP`
})

const to = (source: string, path: string, why: string): Translation =>
  path === source ? unchanged("the daemon has it under this path") : { _tag: "Translated", source: path, why }

const toSocket = (source: string, socket: string): Translation =>
  to(source, socket, "this session's own Docker socket (DOCKER_SHIM_DAEMON_SOCKET)")

const mapped = (source: string, mapping: PathMapping.PathMapping, path: string, places: Places): Translation => {
  const place = PathMapping.apply(mapping, path) ?? path
  const why = `the daemon sees ${mapping.from} at ${mapping.to} (${mapping.origin})`
  return warned(to(source, place, why), lacking(place, path, path, places))
}
