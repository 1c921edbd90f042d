/**
 * Stands in for `node:fs/promises`.
 */
import * as fs from "./fs.ts"

const later = <Args extends ReadonlyArray<never>, A>(call: (...args: Args) => A) => (...args: Args): Promise<A> =>
  Promise.resolve().then(() => call(...args))

export const stat = later(fs.statSync)
export const lstat = later(fs.lstatSync)
export const access = later(fs.accessSync)
export const realpath = later(fs.realpathSync)
export const readlink = later(fs.readlinkSync)
export const readFile = later(fs.readFileSync)
export const writeFile = later(fs.writeFileSync)
export const appendFile = later(fs.appendFileSync)
export const readdir = later(fs.readdirSync)
export const mkdir = later(fs.mkdirSync)
export const mkdtemp = later(fs.mkdtempSync)
export const rmdir = later(fs.rmdirSync)
export const unlink = later(fs.unlinkSync)
export const rm = later(fs.rmSync)
export const rename = later(fs.renameSync)
export const link = later(fs.linkSync)
export const symlink = later(fs.symlinkSync)
export const copyFile = later(fs.copyFileSync)
export const chmod = later(fs.chmodSync)
export const utimes = later(fs.utimesSync)
export const statfs = later(fs.statfsSync)
export const constants = fs.constants
