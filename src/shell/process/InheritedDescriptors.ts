/**
 * The descriptors above the standard streams that the shim was started with, and that its child has to get as well
 * (`docker compose -f /dev/fd/3 3<file`).
 */
import * as fs from "node:fs"
import { attempt } from "../files/Attempt.ts"

/**
 * Descriptors that Node, at its start, marked to be closed when another program is started.
 *
 * **Details**
 *
 * Node does so for every descriptor from 0 up, and stops at the first above 15 that is not open (libuv 1.46,
 * `uv_disable_stdio_inheritance`); those behind are passed on by themselves, as bash's `<(…)` on 63 is. What Node opened
 * for itself carries the same mark; it is told apart by what it is: event queues, pipes of which both ends are here, and
 * `/dev/null` opened for reading. What the shim opens carries it, too, such as directories of the shared cache, which are
 * nobody else's to write to; so this is what stood open when the program was loaded, before it opened anything.
 */
export const marked = (): ReadonlyArray<number> => atStart

const find = (): ReadonlyArray<number> => {
  const open = list()
  const writers = new Set(open.filter(({ reads }) => !reads).map(({ name }) => name))
  const readers = new Set(open.filter(({ reads }) => reads).map(({ name }) => name))
  return open.filter(({ closesOnExec, name, reads }) =>
    closesOnExec
    && !name.startsWith("anon_inode:")
    && !(name.startsWith("pipe:") && readers.has(name) && writers.has(name))
    && !(name === "/dev/null" && reads)
  ).map(({ descriptor }) => descriptor)
}

/** What stands between the standard streams and the highest descriptor that Node marks. */
const list = () => {
  const descriptors = attempt(() => fs.readdirSync("/proc/self/fd")) ?? []
  return descriptors.map(Number).filter((one) => one > 2).sort((a, b) => a - b).flatMap((descriptor) => {
    const name = attempt(() => fs.readlinkSync(`/proc/self/fd/${descriptor}`))
    const info = attempt(() => fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))
    const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info ?? "")?.[1] ?? "", 8)
    return name === undefined || Number.isNaN(flags)
      ? []
      : [{ descriptor, name, closesOnExec: (flags & closeOnExec) !== 0, reads: (flags & 3) === fs.constants.O_RDONLY }]
  })
}

/** `O_CLOEXEC` of Linux. */
const closeOnExec = 0o2000000

const atStart = find()
