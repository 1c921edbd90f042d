/**
 * Random machines: a daemon with file systems of its own, containers of it with mounts of all kinds, and what processes in
 * them mount since. A path is looked up as the kernel does it, name by name, so that the code under test has another judge.
 */
import * as FastCheck from "effect/FastCheck"
import * as path from "node:path"

/** A place in a file system. */
export interface Place {
  readonly system: string
  readonly inner: string
}

interface Mounted {
  readonly id: number
  readonly parent: number
  /** Where in its parent's file system it covers a directory. */
  readonly at: string
  readonly point: string
  readonly system: string
  readonly type: string
  readonly root: string
  readonly options?: string
}

/** Mounts with those below them. */
interface Tree {
  readonly mounted: Mounted
  readonly below: ReadonlyArray<Tree>
}

const root: Mounted = { id: 1, parent: 0, at: "", point: "/", system: "", type: "overlay", root: "/" }

/** The mounts of a process, and who sees what. */
export class Namespace {
  readonly mounts: Array<Mounted> = []
  private next = 100

  constructor(system: string, options?: string) {
    this.mounts.push({ ...root, system, ...(options === undefined ? {} : { options }) })
  }

  /** The mount and the place there that a path leads to. */
  lookUp(target: string): { readonly mount: Mounted; readonly inner: string } {
    let mount = this.covering(this.mounts[0] ?? root)
    let inner = mount.root
    for (const name of target.split("/").filter((one) => one !== "")) {
      inner = path.posix.join(inner, name)
      const crossed = this.mounts.find(({ at, parent }) => parent === mount.id && at === inner)
      if (crossed !== undefined) {
        mount = this.covering(crossed)
        inner = mount.root
      }
    }
    return { mount, inner }
  }

  /** The uppermost of mounts on one another. */
  private covering(mount: Mounted): Mounted {
    const over = this.mounts.find(({ at, parent }) => parent === mount.id && at === mount.root)
    return over === undefined ? mount : this.covering(over)
  }

  place(target: string): Place {
    const { inner, mount } = this.lookUp(target)
    return { system: mount.system, inner }
  }

  /** Mounts a place of a file system at a path. */
  mount(point: string, { inner, system }: Place, type: string): Mounted {
    const { inner: at, mount } = this.lookUp(point)
    const made = { id: this.next++, parent: mount.id, at, point, system, type, root: inner }
    this.mounts.push(made)
    return made
  }

  /** Binds what another namespace has at a path, with what is mounted below it unless told otherwise. */
  bind(point: string, other: Namespace, source: string, isRecursive: boolean): void {
    const { inner, mount } = other.lookUp(source)
    // a tree is copied before it is mounted, which may be within itself
    const below = isRecursive ? other.below(mount, inner) : []
    this.attach(this.mount(point, { system: mount.system, inner }, mount.type), below)
  }

  private below(mount: Mounted, inner: string): ReadonlyArray<Tree> {
    return this.mounts.filter(({ at, parent }) => parent === mount.id && at !== inner && at.startsWith(slashed(inner)))
      .map((one) => ({ mounted: one, below: this.below(one, "") }))
  }

  private attach(onto: Mounted, trees: ReadonlyArray<Tree>): void {
    for (const { below, mounted } of trees) {
      const point = path.posix.join(onto.point, path.posix.relative(onto.root, mounted.at))
      const made = { ...mounted, id: this.next++, parent: onto.id, point }
      this.mounts.push(made)
      this.attach(made, below)
    }
  }

  /** Takes the uppermost mount at a path away, if it is one and nothing is mounted in it. */
  unmount(point: string): void {
    const { mount } = this.lookUp(point)
    const isUsed = this.mounts.some(({ parent }) => parent === mount.id)
    if (mount.point === point && point !== "/" && !isUsed) this.mounts.splice(this.mounts.indexOf(mount), 1)
  }

  /** As `/proc/self/mountinfo`. */
  print(): string {
    const systems = this.mounts.map(({ system }) => system)
    return this.mounts.map((one) =>
      `${one.id} ${one.parent} 0:${systems.indexOf(one.system)} ${escape(one.root)} ${
        escape(one.point)
      } rw,relatime master:1 - ${one.type} none ${one.options ?? "rw"}\n`
    ).join("")
  }
}

const slashed = (directory: string): string => directory === "/" ? "/" : `${directory}/`
const escape = (text: string): string => text.replaceAll(" ", "\\040")

/** One container: the answer of the daemon about it, and what its processes see. */
export interface Made {
  readonly answer: Readonly<Record<string, unknown>>
  readonly seen: Namespace
}

export interface Machine {
  readonly daemon: Namespace
  /** The containers that have the first one's `/etc/hostname`, that one included. */
  readonly containers: ReadonlyArray<Made>
  /** The one whose processes ask. */
  readonly own: Made
  readonly isChanged: boolean
}

const name = FastCheck.constantFrom("a", "b", "ws", "my ws", "_data")
const directory = FastCheck.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`)
/** Places in a container: few, so that they lie in one another. */
const place = FastCheck.array(FastCheck.constantFrom("w", "a", "b", "ws"), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join("/")}`)

const kinds = ["bind", "bind", "bind", "volume", "volume", "tmpfs", "flat", "part", "foreign"] as const

const wish = FastCheck.record({
  kind: FastCheck.constantFrom(...kinds),
  source: directory,
  destination: place,
  name
})
type Wish = typeof wish extends FastCheck.Arbitrary<infer A> ? A : never

const change = FastCheck.record({
  kind: FastCheck.constantFrom("tmpfs", "bind", "unmount", "empty"),
  point: place,
  other: place
})

/** Machines, of which some processes changed the mounts since their container began. */
export const machine: FastCheck.Arbitrary<Machine> = FastCheck.record({
  systems: FastCheck.array(FastCheck.record({ point: directory, inner: FastCheck.constantFrom("/", "/", "/sub") }), {
    maxLength: 3
  }),
  own: FastCheck.array(wish, { maxLength: 5 }),
  others: FastCheck.array(FastCheck.array(wish, { maxLength: 4 }), { maxLength: 2 }),
  asks: FastCheck.nat(2),
  tellsUpper: FastCheck.boolean(),
  changes: FastCheck.oneof(FastCheck.constant([]), FastCheck.array(change, { maxLength: 3 }))
}).map(({ asks, changes, others, own, systems, tellsUpper }) => {
  const daemon = new Namespace("daemon")
  systems.forEach(({ inner, point }, at) => daemon.mount(point, { system: `disk${at}`, inner }, "ext4"))
  const containers = [own, ...others].map((wishes, at) => container(daemon, wishes, at, tellsUpper))
  const asking = containers[asks % containers.length] ?? container(daemon, [], 0, tellsUpper)
  for (const { kind, other, point } of changes) {
    if (kind === "tmpfs") asking.seen.mount(point, { system: `own ${point}`, inner: "/" }, "tmpfs")
    if (kind === "bind") asking.seen.bind(point, asking.seen, other, true)
    if (kind === "unmount") asking.seen.unmount(point)
    if (kind === "empty") {
      asking.seen.unmount(point)
      asking.seen.mount(point, { system: `new ${point}`, inner: "/" }, "tmpfs")
    }
  }
  return { daemon, containers, own: asking, isChanged: changes.length > 0 }
})

export const idOf = (at: number): string => String(at + 1).repeat(64)

const container = (daemon: Namespace, wishes: ReadonlyArray<Wish>, at: number, tellsUpper: boolean): Made => {
  const upper = `/var/lib/docker/overlay2/layer${at}/diff`
  const seen = new Namespace(`container${at}`, `rw,lowerdir=/l,upperdir=${upper},workdir=/w`)
  for (const one of ["proc", "sys", "dev"]) seen.mount(`/${one}`, { system: one, inner: "/" }, one)
  const host = `/var/lib/docker/containers/${idOf(0)}/hostname`
  seen.mount("/etc/hostname", { system: "daemon", inner: host }, "overlay")
  // docker mounts each place once, the shorter first
  const placed = [...new Map(wishes.map((one) => [one.destination, one])).values()]
    .sort((one, other) => one.destination.split("/").length - other.destination.split("/").length)
  const known = placed.map((one) => realize(daemon, seen, one))
  return {
    seen,
    answer: {
      Id: idOf(at),
      State: { Running: true },
      GraphDriver: tellsUpper ? { Name: "overlay2", Data: { UpperDir: upper } } : { Name: "overlayfs", Data: null },
      HostConfig: {
        NetworkMode: at === 0 ? "bridge" : `container:${idOf(0)}`,
        Mounts: known.flatMap(({ asked }) => asked === undefined ? [] : [asked])
      },
      Mounts: known.map(({ told }) => told)
    }
  }
}

/** Mounts as docker does, and says so. */
const realize = (
  daemon: Namespace,
  seen: Namespace,
  { destination, kind, name: volume, source }: Wish
): { readonly told: unknown; readonly asked?: unknown } => {
  const data = `/var/lib/docker/volumes/${volume.replace(" ", "")}/_data`
  const told = { Type: "volume", Name: volume, Driver: "local", Source: data, Destination: destination }
  switch (kind) {
    case "tmpfs":
      seen.mount(destination, { system: `tmpfs ${destination}`, inner: "/" }, "tmpfs")
      return { told: { Type: "tmpfs", Source: "", Destination: destination } }
    case "volume":
      seen.bind(destination, daemon, data, true)
      return { told }
    case "part":
      seen.bind(destination, daemon, `${data}/${volume}`, true)
      return { told, asked: { Target: destination, VolumeOptions: { Subpath: volume } } }
    case "foreign":
      seen.mount(destination, { system: "net", inner: "/" }, "nfs")
      return { told: { ...told, Driver: "nfs" } }
    case "bind":
    case "flat": {
      const isFlat = kind === "flat"
      seen.bind(destination, daemon, source, !isFlat)
      const bind = { Type: "bind", Source: source, Destination: destination }
      return isFlat
        ? { told: bind, asked: { Target: destination, BindOptions: { NonRecursive: true } } }
        : { told: bind }
    }
  }
}
