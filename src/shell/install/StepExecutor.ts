/**
 * Carries installation steps out, and undoes them.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { attempt } from "../files/Attempt.ts"
import * as SystemError from "../files/SystemError.ts"
import * as Root from "./Root.ts"
import type { Step } from "./Step.ts"

/**
 * Carries out one step below a root. Throws Node's error if it fails.
 *
 * **Details**
 *
 * A replaced name always has a program: the real one gets its second name first, then a rename puts the link in its place.
 */
export const carryOut = (root: string, step: Step): void => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  switch (step._tag) {
    case "MakeDirectory":
      fs.mkdirSync(at(step.path))
      // other users need what is in it, whatever the umask
      return fs.chmodSync(at(step.path), 0o755)
    case "Copy":
      return copy(at(step.from), at(step.path))
    case "Link":
      return fs.symlinkSync(step.target, at(step.path))
    case "Move":
      requireAbsent(at(step.to))
      return fs.renameSync(at(step.path), at(step.to))
    case "Replace": {
      if (readLink(at(step.path)) === step.target) throw new Error(`${step.aside} is gone`)
      fs.linkSync(at(step.path), at(step.aside))
      const link = newLink(at(step.path))
      fs.symlinkSync(step.target, link)
      return fs.renameSync(link, at(step.path))
    }
    case "Divert":
      return divert(root, ["--add", "--divert", step.aside, step.path])
  }
}

/** Copies an executable to its place in one step: commands that start at that moment get the old one or the new one. */
export const copy = (from: string, to: string): void => {
  const partial = `${to}.partial`
  fs.rmSync(partial, { force: true })
  try {
    fs.copyFileSync(from, partial, fs.constants.COPYFILE_EXCL)
    fs.chmodSync(partial, 0o755)
    fs.renameSync(partial, to)
  } catch (error) {
    fs.rmSync(partial, { force: true })
    throw error
  }
}

/** The result of undoing a step: whether it was undone, and a note for the user. */
export interface Undone {
  readonly isDone: boolean
  readonly note?: string
}

const done: Undone = { isDone: true }
const nothing: Undone = { isDone: false }
const left = (note: string): Undone => ({ isDone: false, note })

/** Undoes one step below a root, as far as it was carried out. Leaves what somebody changed since, and says so in a note. */
export const undo = (root: string, step: Step): Undone => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  switch (step._tag) {
    case "MakeDirectory":
      if (!isThere(at(step.path))) return nothing
      return removeDirectory(at(step.path)) ? done : left(`${step.path} is not empty and stays`)
    case "Copy": {
      const wasThere = isThere(at(step.path))
      fs.rmSync(`${at(step.path)}.partial`, { force: true })
      fs.rmSync(at(step.path), { force: true })
      return wasThere ? done : nothing
    }
    case "Link":
      if (readLink(at(step.path)) !== step.target) {
        return isThere(at(step.path)) ? left(`${step.path} is not what was installed and stays`) : nothing
      }
      fs.rmSync(at(step.path))
      return done
    case "Move":
      return undoMove(step, at)
    case "Replace":
      return undoReplace(step, at)
    case "Divert":
      if (!isDiverted(root, step.path, step.aside)) return nothing
      divert(root, ["--remove", "--divert", step.aside, step.path])
      return done
  }
}

type At = (absolute: string) => string

const undoMove = (step: Extract<Step, { readonly _tag: "Move" }>, at: At): Undone => {
  const isBack = isThere(at(step.path))
  if (!isThere(at(step.to))) return isBack ? nothing : left(`${step.to} is gone, so ${step.path} cannot come back`)
  if (isBack) return left(`${step.path} is there again and stays; so does ${step.to}`)
  fs.renameSync(at(step.to), at(step.path))
  return done
}

const undoReplace = (step: Extract<Step, { readonly _tag: "Replace" }>, at: At): Undone => {
  const wasCutOff = isThere(newLink(at(step.path)))
  fs.rmSync(newLink(at(step.path)), { force: true })
  const isOurs = readLink(at(step.path)) === step.target
  if (!isThere(at(step.aside))) {
    if (!isOurs) return nothing
    fs.rmSync(at(step.path))
    return left(`${step.aside} is gone, so there is nothing to put back; removed ${step.path}, the link to the shim`)
  }
  if (isOurs || !isThere(at(step.path))) {
    fs.renameSync(at(step.aside), at(step.path))
    return done
  }
  const isSame = fs.lstatSync(at(step.path)).ino === fs.lstatSync(at(step.aside)).ino
  fs.rmSync(at(step.aside))
  if (isSame) return wasCutOff ? done : nothing
  return left(`${step.path} was replaced since and stays; removed ${step.aside}, which is older`)
}

/** The temporary name of a link. */
const newLink = (file: string): string => path.join(path.dirname(file), `.docker-shim-new.${path.basename(file)}`)

/**
 * Carries out a step again, over what is left of it. If a program took the place of the link since, as in an upgrade, that one
 * is kept aside. Throws if it fails.
 */
export const redo = (root: string, step: Step): void => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  if (step._tag === "Replace" && !isThere(at(step.aside)) && readLink(at(step.path)) === step.target) {
    throw new Error(`${step.aside} is gone; install docker again, or run 'docker-shim uninstall'`)
  }
  const { note } = undo(root, step)
  if (step._tag === "Link" && note !== undefined) throw new Error(note)
  carryOut(root, step)
}

/** Whether the result of a step is still there, unchanged. */
export const stands = (root: string, step: Step): boolean => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  switch (step._tag) {
    case "MakeDirectory":
    case "Copy":
      return isThere(at(step.path))
    case "Link":
      return readLink(at(step.path)) === step.target
    case "Move":
      return isThere(at(step.to))
    case "Replace":
      return readLink(at(step.path)) === step.target && isThere(at(step.aside))
    case "Divert":
      return isDiverted(root, step.path, step.aside)
  }
}

const isThere = (file: string): boolean => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined

const requireAbsent = (file: string): void => {
  if (isThere(file)) throw new Error(`${file} is there`)
}

/** `undefined` if the file is no link. */
const readLink = (file: string): string | undefined => attempt(() => fs.readlinkSync(file))

/** False if it is not empty. */
const removeDirectory = (directory: string): boolean => {
  try {
    fs.rmdirSync(directory)
    return true
  } catch (error) {
    return SystemError.code(error) === "ENOENT"
  }
}

const divertArguments = (root: string): ReadonlyArray<string> => [
  "--admindir",
  path.join(root, "/var/lib/dpkg"),
  "--quiet",
  "--local",
  "--no-rename"
]

const divert = (root: string, words: ReadonlyArray<string>): void => {
  const ran = spawnSync("/usr/bin/dpkg-divert", [...divertArguments(root), ...words], { encoding: "utf8" })
  if (ran.status !== 0) throw new Error(ran.error?.message ?? ran.stderr.trim())
}

const isDiverted = (root: string, absolute: string, aside: string): boolean => {
  const ran = spawnSync("/usr/bin/dpkg-divert", ["--admindir", path.join(root, "/var/lib/dpkg"), "--list", absolute], {
    encoding: "utf8"
  })
  return ran.status === 0 && ran.stdout.includes(`local diversion of ${absolute} to ${aside}`)
}
