/**
 * Carries installation steps out, and undoes them.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Root from "./Root.ts"
import type { Step } from "./Step.ts"

/**
 * Carries one step out below a root. Throws Node's error where it cannot be.
 *
 * **Details**
 *
 * A program that is replaced is there under its name at every moment: it gets its second name first, and the link takes
 * its place by a rename.
 *
 * @category running
 * @since 0.1.0
 */
export const carryOut = (root: string, step: Step): void => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  switch (step._tag) {
    case "MakeDirectory":
      return fs.mkdirSync(at(step.path), { mode: 0o755 })
    case "Copy": {
      const partial = `${at(step.path)}.partial`
      fs.copyFileSync(at(step.from), partial)
      fs.chmodSync(partial, 0o755)
      return fs.renameSync(partial, at(step.path))
    }
    case "Link":
      return fs.symlinkSync(step.target, at(step.path))
    case "Move":
      requireAbsent(at(step.to))
      return fs.renameSync(at(step.path), at(step.to))
    case "Replace": {
      fs.linkSync(at(step.path), at(step.aside))
      const link = path.join(path.dirname(at(step.path)), `.docker-shim-new.${path.basename(step.path)}`)
      fs.symlinkSync(step.target, link)
      return fs.renameSync(link, at(step.path))
    }
    case "Divert":
      return divert(root, ["--add", "--divert", step.aside, step.path])
  }
}

/**
 * Undoes one step below a root, as far as it was carried out; what somebody else changed since is left, and said.
 *
 * @category running
 * @since 0.1.0
 */
export const undo = (root: string, step: Step): string | undefined => {
  const at = (absolute: string): string => Root.onMachine(root, absolute)
  switch (step._tag) {
    case "MakeDirectory":
      return removeDirectory(at(step.path)) ? undefined : `${step.path} is not empty and stays`
    case "Copy":
      fs.rmSync(`${at(step.path)}.partial`, { force: true })
      fs.rmSync(at(step.path), { force: true })
      return undefined
    case "Link":
      if (readLink(at(step.path)) === step.target) fs.rmSync(at(step.path))
      else if (isThere(at(step.path))) return `${step.path} is not what was installed and stays`
      return undefined
    case "Move":
      if (isThere(at(step.to)) && !isThere(at(step.path))) fs.renameSync(at(step.to), at(step.path))
      return undefined
    case "Replace":
      return undoReplace(step, at)
    case "Divert":
      if (isDiverted(root, step.path, step.aside)) divert(root, ["--remove", "--divert", step.aside, step.path])
      return undefined
  }
}

const undoReplace = (
  step: Extract<Step, { readonly _tag: "Replace" }>,
  at: (absolute: string) => string
): string | undefined => {
  fs.rmSync(path.join(path.dirname(at(step.path)), `.docker-shim-new.${path.basename(step.path)}`), { force: true })
  if (!isThere(at(step.aside))) return undefined
  if (!isThere(at(step.path)) || readLink(at(step.path)) === step.target) {
    fs.renameSync(at(step.aside), at(step.path))
    return undefined
  }
  const isCutOff = fs.lstatSync(at(step.path)).ino === fs.lstatSync(at(step.aside)).ino
  fs.rmSync(at(step.aside))
  return isCutOff ? undefined : `${step.path} was replaced since and stays; ${step.aside}, which is older, goes`
}

/**
 * Whether what a step made is there as it was made.
 *
 * @category predicates
 * @since 0.1.0
 */
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

const readLink = (file: string): string | undefined => {
  try {
    return fs.readlinkSync(file)
  } catch {
    return undefined
  }
}

/** False where it holds something. */
const removeDirectory = (directory: string): boolean => {
  try {
    fs.rmdirSync(directory)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT"
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
