/**
 * Stands in for `node:os`.
 */
import { process } from "../Process.ts"
import { numbers } from "../Signals.ts"
import * as Processes from "../system/Processes.ts"

export const EOL = "\n"
export const constants = { signals: numbers }
export const tmpdir = (): string => {
  const { env } = process
  const directory = [env["TMPDIR"], env["TMP"], env["TEMP"], "/tmp"].find((one) => one !== undefined && one !== "") ??
    "/tmp"
  return directory.length > 1 && directory.endsWith("/") ? directory.slice(0, -1) : directory
}
export const homedir = (): string => process.env["HOME"] ?? "/"
export const hostname = (): string => Processes.uname()[1] ?? ""
export const type = (): string => Processes.uname()[0] ?? ""
export const release = (): string => Processes.uname()[2] ?? ""
export const machine = (): string => Processes.uname()[4] ?? ""
export const platform = (): string => "linux"
export const arch = (): string => process.arch
export const userInfo = () => ({
  uid: process.getuid(),
  gid: process.getgid(),
  username: process.env["USER"] ?? "",
  homedir: homedir(),
  shell: null
})
export const availableParallelism = (): number => 1

export const setPriority = (process: number, nice: number): void => Processes.setPriority(process, nice)

export default {
  setPriority,
  EOL,
  constants,
  tmpdir,
  homedir,
  hostname,
  type,
  release,
  machine,
  platform,
  arch,
  userInfo,
  availableParallelism
}
