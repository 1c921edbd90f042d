/**
 * Finds out which of a container's files its daemon has, and where, when the client itself runs in that container.
 *
 * A wrong mapping is worse than none. So the shim compares the daemon's description of the container with the mounts that this
 * process sees. Anything that differs gives no mapping. The reasons are in docs/decisions/0021-own-mounts.md.
 */
import * as MountTable from "./MountTable.ts"
import type * as PathMapping from "./PathMapping.ts"
import * as PosixPath from "./PosixPath.ts"

/**
 * A container as its daemon describes it: `upper` is the directory that its own files are written to, where the daemon tells.
 */
export interface Container {
  readonly id: string
  readonly isRunning: boolean
  readonly upper: string | undefined
  readonly mounts: ReadonlyArray<ContainerMount>
}

/**
 * A mount of a container: `destination` is where the container has it. `source` is where the daemon has the same files;
 * `undefined` if it has them nowhere, or not certainly the same ones.
 */
export interface ContainerMount {
  readonly destination: string
  readonly source: string | undefined
}

/**
 * The result: mappings, or a clause that says why there are none. `doubtful` are places where the container has a mount, but
 * the daemon may not have the same files where it says.
 */
export type Verdict =
  | {
    readonly _tag: "Mapped"
    readonly container: string
    readonly mappings: ReadonlyArray<PathMapping.PathMapping>
    readonly doubtful?: ReadonlyArray<string>
  }
  | { readonly _tag: "Doubtful"; readonly why: string }

/** The files that a container runtime gives every container, each from a directory that has the container's name. */
const given: ReadonlyArray<string> = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"]

/**
 * The container that this process seems to be in, by what is mounted at `/etc/hostname`: docker mounts
 * `/var/lib/docker/containers/ID/hostname` there (moby 28.5.2, `daemon/container_operations_unix.go`), Podman
 * `…/ID/userdata/hostname`. Containers that share a network share these files, from one of them.
 */
export const containerOf = (table: MountTable.MountTable): string | undefined => {
  const ids = given.flatMap((point) => {
    const mount = MountTable.visible(table, point)
    if (mount?.point !== point) return []
    return /\/([0-9a-f]{64})\/(?:userdata\/)?(?:hostname|hosts|resolv\.conf)$/.exec(mount.root)?.[1] ?? []
  })
  const [first, ...others] = new Set(ids)
  return others.length > 0 ? undefined : first
}

/**
 * The mappings of the one among `candidates` that this process is in; `resolve` follows the links of a path here.
 *
 * **Details**
 *
 * Candidates are the container that {@link containerOf} names and all that share its network. The root's overlay directory
 * tells them apart where the daemon says it; else all that agree with the mounts seen here must give the same mappings.
 */
export const judge = (
  candidates: ReadonlyArray<Container>,
  table: MountTable.MountTable,
  resolve: (path: string) => string
): Verdict => {
  const running = candidates.filter(({ isRunning }) => isRunning)
  const upper = MountTable.visible(table, "/")?.upper
  const sure = running.filter((one) => isUpper(one, upper) === true)
  const possible = sure.length > 0 ? sure : running.filter((one) => isUpper(one, upper) !== false)
  const isSure = possible.length === 1 && (sure.length === 1 || running.length === 1)
  const verdicts = possible.map((one) => place(one, table, resolve, isSure))
  const mapped = verdicts.filter((one) => one._tag === "Mapped")
  const [first] = mapped
  if (first === undefined) return verdicts[0] ?? doubtful("none of its containers is the one that this process is in")
  const isSame = mapped.every(({ mappings }) => text(mappings) === text(first.mappings))
  return isSame
    ? first
    : doubtful(`it cannot be told which of ${possible.map(({ id }) => short(id)).join(", ")} this is`)
}

const text = (mappings: ReadonlyArray<PathMapping.PathMapping>): string =>
  JSON.stringify(mappings.map(({ from, holes, to }) => [from, to, holes]).sort())

const doubtful = (why: string): Verdict & { readonly _tag: "Doubtful" } => ({ _tag: "Doubtful", why })

/** A container's name in words, as docker shortens it. */
export const short = (id: string): string => id.slice(0, 12)

/**
 * Whether the root of this process is the container's own overlay directory; `undefined` if one of both is unknown. docker
 * writes a directory relative to its own if there are many layers.
 */
const isUpper = ({ upper }: Container, seen: string | undefined): boolean | undefined =>
  upper === undefined || seen === undefined
    ? undefined
    : upper === seen || (!PosixPath.isAbsolute(seen) && upper.endsWith(`/${seen}`))

/**
 * The mappings of a container. If it may be another container, there are mappings only if all mounts that this process sees are
 * its.
 */
const place = (
  { id, mounts }: Container,
  table: MountTable.MountTable,
  resolve: (path: string) => string,
  isSure: boolean
): Verdict => {
  const doubtfulPlaces: Array<string> = []
  const found: Array<{ readonly from: string; readonly to: string; readonly mount: MountTable.Mount }> = []
  const placed = mounts.map((one) => ({ ...one, from: resolve(PosixPath.normalize(one.destination)) }))
  for (const { destination, from, source } of placed) {
    const mount = MountTable.visible(table, from)
    if (mount?.point !== from) {
      return doubtful(`container ${short(id)} has a mount at ${destination}, and this process sees none there`)
    }
    const to = source === undefined ? undefined : PosixPath.normalize(source)
    const isSeen = to !== undefined && isEnd(mount, to) && isDockers(table, mount)
    if (isSeen) found.push({ from, to, mount })
    else if (to !== undefined && !isSure) {
      return doubtful(`container ${short(id)} has ${to} at ${from}, and this process sees something else there`)
    } else if (to !== undefined) doubtfulPlaces.push(from)
  }
  const foreign = isSure ? undefined : table.find((one) => !isExplained(one, placed.map(({ from }) => from)))
  if (foreign !== undefined) {
    return doubtful(`container ${short(id)} has no mount at ${foreign.point}, and this process sees one there`)
  }
  const froms = new Set(found.map(({ from }) => from))
  const origin = `found: mounts of container ${short(id)}`
  const mappings = found.map(({ from, mount, to }): PathMapping.PathMapping => ({
    from,
    to,
    origin,
    holes: MountTable.within(table, mount).map(({ point }) => point).filter((point) => !froms.has(point)).sort()
  }))
  return {
    _tag: "Mapped",
    container: id,
    mappings,
    ...(doubtfulPlaces.length === 0 ? {} : { doubtful: doubtfulPlaces.sort() })
  }
}

/** Whether a mount is one that every container has, with `--init` too, or lies in one of these places. */
const isExplained = ({ point, type }: MountTable.Mount, places: ReadonlyArray<string>): boolean =>
  point === "/" || type === "tmpfs" || [...given, "/sbin/docker-init"].includes(point)
  || [...places, "/proc", "/sys", "/dev"].some((one) => PosixPath.isWithin(point, one))

/**
 * Whether a mount may come from the daemon's path `source`. The daemon has that file system mounted somewhere, so both paths
 * end alike. If only the last name is equal, that proves nothing, unless the mount's path has no more names. A whole tmpfs may
 * just as well have been mounted here.
 */
const isEnd = ({ root, type }: MountTable.Mount, source: string): boolean => {
  const [one, other] = [root, source].map((path) => path.split("/").filter((name) => name !== ""))
  if (one === undefined || other === undefined) return false
  let alike = 0
  while (alike < Math.min(one.length, other.length) && one.at(-1 - alike) === other.at(-1 - alike)) alike += 1
  return alike >= 2 || (alike === one.length && !(one.length === 0 && type === "tmpfs"))
}

/**
 * Whether docker can have made a mount: nothing else was mounted in the same place, before or since, and it is not a part of
 * the container's own files that a process bound to another place.
 */
const isDockers = (table: MountTable.MountTable, { device, point }: MountTable.Mount): boolean =>
  table.filter((one) => one.point === point).length === 1 && device !== MountTable.visible(table, "/")?.device
