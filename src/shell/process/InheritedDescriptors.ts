/**
 * The descriptors, besides the standard streams, that the shim was started with. Its child gets them too (`docker compose -f
 * /dev/fd/3 3<file`).
 */
import * as fs from "node:fs"
import { attempt } from "../files/Attempt.ts"

/**
 * The descriptors that Node marked at its start to be closed when it starts another program.
 *
 * **Details**
 *
 * Node does so for every descriptor from 0 up, and stops at the first above 15 that is not open (libuv 1.46,
 * `uv_disable_stdio_inheritance`); later ones, such as bash's `<(…)` on 63, are passed on anyway. Descriptors that Node opened
 * itself have the same mark; the shim recognises them by their kind: event queues, pipes with both ends in this process, and
 * `/dev/null` opened for reading. The shim's own descriptors have the mark too, such as directories of the shared cache, and no
 * child may write to those. So this list is made when the program is loaded, before the shim opens anything.
 */
export const marked = (): ReadonlyArray<number> => atStart

const find = (): ReadonlyArray<number> => {
  const open = list()
  const writers = new Set(open.filter(({ reads }) => !reads).map(({ name }) => name))
  const readers = new Set(open.filter(({ reads }) => reads).map(({ name }) => name))
  return open.filter(({ closesOnExec, name, reads }) =>
    closesOnExec
    && !(name.startsWith("pipe:") && readers.has(name) && writers.has(name))
    && !(name === "/dev/null" && reads)
  ).map(({ descriptor }) => descriptor)
}

/** The descriptors between the standard streams and the highest one that Node marks, but for event queues. */
const list = () => {
  const descriptors = attempt(() => fs.readdirSync("/proc/self/fd")) ?? []
  return descriptors.map(Number).filter((one) => one > 2).sort((a, b) => a - b).flatMap((descriptor) => {
    const name = attempt(() => fs.readlinkSync(`/proc/self/fd/${descriptor}`))
    if (name === undefined || name.startsWith("anon_inode:")) return []
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(attempt(() => infoOf(descriptor)) ?? "")?.[1] ?? "", 8)
    return Number.isNaN(flags)
      ? []
      : [{ descriptor, name, closesOnExec: (flags & closeOnExec) !== 0, reads: (flags & 3) === fs.constants.O_RDONLY }]
  })
}

/**
 * What the kernel says first of a descriptor: its position and flags. Every command waits for this, and `fs.readFileSync`
 * would make two calls more.
 */
const infoOf = (descriptor: number): string => {
  const file = fs.openSync(`/proc/self/fdinfo/${descriptor}`, "r")
  try {
    return buffer.toString("latin1", 0, fs.readSync(file, buffer))
  } finally {
    fs.closeSync(file)
  }
}

/** Position and flags take at most 43 bytes. */
const buffer = Buffer.allocUnsafe(128)

/** `O_CLOEXEC` of Linux. */
const closeOnExec = 0o2000000

const atStart = find()
