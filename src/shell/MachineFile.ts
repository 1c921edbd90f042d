/**
 * The file of the machine's settings, `/etc/docker-shim.env`.
 */
import * as fs from "node:fs"
import * as MachineSettings from "../core/settings/MachineSettings.ts"
import { attempt } from "./files/Attempt.ts"
import * as SystemError from "./files/SystemError.ts"

/** Where the file is: a fixed place of root's, as who may name another could set what the shim does. */
const place = "/etc/docker-shim.env"

/** In bytes; all settings together have a few hundred. */
const largest = 64 * 1024

/**
 * Reads the settings, only if the file is root's and nobody else may write it.
 *
 * **Details**
 *
 * Costs one `stat` where there is no such file. A file that is not used is never taken for an absent one: the
 * result says why it is ignored.
 */
export const read = (file: string = place): MachineSettings.MachineSettings => {
  try {
    // an error costs ten times as much as this question
    if (attempt(() => fs.statSync(file, { throwIfNoEntry: false }) === undefined) === true) return MachineSettings.none
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    try {
      const ignored = fault(fs.fstatSync(descriptor))
      return ignored === undefined
        ? MachineSettings.parse(file, fs.readFileSync(descriptor, "utf8"))
        : { file, values: {}, ...ignored }
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (error) {
    return SystemError.code(error) === "ENOENT"
      ? MachineSettings.none
      : {
        file,
        values: {},
        ignored: SystemError.describe(error, "it"),
        hasWrongRights: denied.has(SystemError.code(error))
      }
  }
}

const denied: ReadonlySet<string> = new Set(["EACCES", "EPERM"])

type Fault = Required<Pick<MachineSettings.MachineSettings, "ignored" | "hasWrongRights">>

const fault = (stat: fs.Stats): Fault | undefined => {
  const rights = (ignored: string): Fault => ({ ignored, hasWrongRights: true })
  const content = (ignored: string): Fault => ({ ignored, hasWrongRights: false })
  if (!stat.isFile()) return content("it is not a regular file")
  if (stat.uid !== 0) return rights(`it belongs to user ${String(stat.uid)}, not to root`)
  if ((stat.mode & 0o022) !== 0) return rights("users other than root may write it; chmod 644 it")
  return stat.size > largest ? content(`it is larger than ${String(largest >> 10)} KiB`) : undefined
}
