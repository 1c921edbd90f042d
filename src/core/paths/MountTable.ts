/**
 * The mounts that a process sees, as `/proc/self/mountinfo` lists them: proc_pid_mountinfo(5).
 */
import * as PosixPath from "./PosixPath.ts"

/**
 * One mount: `point` is where this process sees it, `root` which path of its own file system stands there, such as
 * `/var/lib/docker/containers/0123…/hostname`; `device` tells file systems apart. `upper` is an overlay's own directory, as
 * whoever mounted it wrote it.
 */
export interface Mount {
  readonly id: string
  readonly parent: string
  readonly device: string
  readonly root: string
  readonly point: string
  readonly type: string
  readonly upper?: string
}

/** All mounts, in the order in which the kernel lists them. */
export type MountTable = ReadonlyArray<Mount>

/**
 * Parses the text of `mountinfo`; `undefined` if one line is not understood, because half a table could hide a mount.
 *
 * **Details**
 *
 * A line is `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`, with any number of optional
 * fields before the `-`. Blanks, tabs, line ends and backslashes in paths are written in octal: `\040`.
 */
export const parse = (text: string): MountTable | undefined => {
  const mounts: Array<Mount> = []
  for (const line of text.split("\n")) {
    if (line === "") continue
    const [, id, parent, device, root, point, type, options] =
      /^(\d+) (\d+) (\d+:\d+) (\S+) (\S+) \S+(?: [^ -]\S*)* - (\S+) \S* (\S+)$/.exec(line) ?? []
    if (id === undefined || parent === undefined || root === undefined || point === undefined) return undefined
    if (device === undefined || type === undefined || options === undefined) return undefined
    const [, upper] = /(?:^|,)upperdir=([^,]*)/.exec(options) ?? []
    mounts.push({
      id,
      parent,
      device,
      root: unescape(root),
      point: unescape(point),
      type,
      ...(upper === undefined ? {} : { upper: unescape(upper) })
    })
  }
  return mounts
}

const unescape = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))

/**
 * The mount that a normalised path without links is in, by the kernel's rule: a look-up crosses each mount point that it
 * comes to, beginning at the root. What another mount covers is not seen. `undefined` if the table does not tell, as in a
 * `chroot` whose root is no mount.
 */
export const visible = (table: MountTable, path: string): Mount | undefined => {
  let at = root(table)
  for (let left = table.length; at !== undefined && left > 0; left -= 1) {
    const next = nearest(table, at, path)
    if (next === "none") return at
    at = next
  }
  return undefined
}

/** The mounts directly inside another mount. What they cover of it is not seen. */
export const within = (table: MountTable, mount: Mount): ReadonlyArray<Mount> =>
  table.filter((one) => one.parent === mount.id && one.id !== mount.id)

/** The first mount point below a mount on the way to a path; `undefined` if there are two in one place. */
const nearest = (table: MountTable, at: Mount, path: string): Mount | "none" | undefined => {
  const crossed = within(table, at).filter(({ point }) => PosixPath.isWithin(path, point))
  const shortest = Math.min(...crossed.map(({ point }) => point.length))
  const [first, second] = crossed.filter(({ point }) => point.length === shortest)
  if (first === undefined) return "none"
  return second === undefined ? first : undefined
}

/** The mount at `/` whose parent this process does not see. */
const root = (table: MountTable): Mount | undefined => {
  const ids = new Set(table.map(({ id }) => id))
  const [first, second] = table.filter(({ id, parent, point }) => point === "/" && (parent === id || !ids.has(parent)))
  return second === undefined ? first : undefined
}
