/**
 * Keeps the override files of commands that leave containers behind, such as
 * `~/.cache/docker-shim/overrides/shop-6d0f61ba4bd64a4d.yaml`.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as FileList from "../../core/compose/FileList.ts"
import * as KeptOverride from "../../core/compose/KeptOverride.ts"
import type { KeptFile } from "../../core/ExecPlan.ts"
import type { Env } from "../../core/Invocation.ts"
import { attempt } from "../files/Attempt.ts"
import * as OwnDirectory from "../files/OwnDirectory.ts"
import * as Ownership from "../files/Ownership.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"

/** More than the projects that one user has. The oldest go first. */
const most = 256

/** In bytes. The first line names a project's files; one that is longer is of no project that the shim knows. */
const longestHeader = 64 * 1024

/** In bytes: most first lines are shorter. */
const usualHeader = 1024

/** A kept file in use: `end` gives it the content that it keeps, unless another command has replaced it. */
export interface Used {
  readonly path: string
  readonly end: () => void
}

/**
 * Writes a project's override to its place, whole or not at all, and removes those of projects that are gone; `undefined` if no
 * place belongs to this user alone.
 */
export const put = (file: KeptFile, content: string, env: Env): Used | undefined => {
  const directory = KeptOverride.directory(env)
  // without such a place the override is a temporary one, as that of any other command
  return directory === undefined ? undefined : attempt(() => {
    OwnDirectory.ensure(directory)
    return OwnDirectory.within(directory, (opened): Used => {
      const written = replace(opened, file.name, file.header + content)
      sweep(opened, file.name)
      const end = (): void => {
        if (content === file.content) return
        // what cannot be written keeps its caches, which a build finds missing, warns of and does without
        attempt(() =>
          OwnDirectory.within(directory, (again) => {
            const stat = fs.lstatSync(`${again}/${file.name}`)
            // its number alone may be that of a newer one
            if (SharedFile.isSame(written, stat) && stat.mtimeMs === written.mtimeMs) {
              replace(again, file.name, file.header + file.content)
            }
          })
        )
      }
      return { path: `${directory}/${file.name}`, end }
    })
  })
}

/** The overrides that are kept in a directory, with the projects that they are of. */
export const list = (directory: string): ReadonlyArray<KeptOverride.KeptOverride> =>
  attempt(() => OwnDirectory.within(directory, (opened) => listOpened(opened))) ?? []

/** Removes kept overrides. */
export const remove = (names: ReadonlyArray<string>, env: Env): void => {
  const directory = KeptOverride.directory(env)
  if (directory === undefined) return
  // what cannot be removed goes when its project's files are gone
  attempt(() =>
    OwnDirectory.within(directory, (opened) => {
      for (const name of names) fs.rmSync(`${opened}/${path.basename(name)}`, { force: true })
    })
  )
}

/** Writes a file beside its place and moves it there. */
const replace = (opened: string, name: string, text: string): fs.Stats => {
  const partial = `${opened}/${name}.${process.pid}`
  fs.rmSync(partial, { force: true })
  try {
    const descriptor = fs.openSync(partial, "wx", 0o600)
    try {
      // the mask may have taken rights away that the owner needs
      fs.fchmodSync(descriptor, 0o600)
      fs.writeFileSync(descriptor, text)
      fs.renameSync(partial, `${opened}/${name}`)
      return fs.fstatSync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch (error) {
    fs.rmSync(partial, { force: true })
    throw error
  }
}

/** Removes the overrides of projects whose files are gone, and of the others the oldest above the limit. */
const sweep = (opened: string, current: string): void => {
  for (const { file, ...project } of listOpened(opened, current)) {
    if (isGone(project)) fs.rmSync(`${opened}/${file}`, { force: true })
  }
  const names = fs.readdirSync(opened).filter((name) => /\.yaml(?:\.\d+)?$/.test(name) && name !== current)
  if (names.length < most) return
  const byAge = names.flatMap((name) => {
    const stat = fs.lstatSync(`${opened}/${name}`, { throwIfNoEntry: false })
    return stat?.isFile() === true ? [{ name, time: stat.mtimeMs }] : []
  }).sort((a, b) => a.time - b.time)
  for (const { name } of byAge.slice(0, names.length - most + 1)) fs.rmSync(`${opened}/${name}`, { force: true })
}

/** Those that are kept but for one. */
const listOpened = (opened: string, other?: string): ReadonlyArray<KeptOverride.KeptOverride> =>
  fs.readdirSync(opened).filter(KeptOverride.isFileName).slice(0, 2 * most).flatMap((file) => {
    if (file === other) return []
    // what is no file of this user's own, or cannot be read, is not the shim's
    const project = attempt(() => KeptOverride.parse(firstLine(`${opened}/${file}`)))
    return project === undefined ? [] : [{ file, ...project }]
  })

/** A link is not followed, and a pipe that has no writer is not waited for. */
const firstLine = (file: string): string => {
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
  try {
    const stat = fs.fstatSync(descriptor)
    if (!stat.isFile() || !Ownership.isOwn(stat)) return ""
    const first = textOf(descriptor, Math.min(stat.size, usualHeader))
    return first.includes("\n") ? first : textOf(descriptor, Math.min(stat.size, longestHeader))
  } finally {
    fs.closeSync(descriptor)
  }
}

/** The first bytes of an open file. */
const textOf = (descriptor: number, length: number): string => {
  const bytes = Buffer.alloc(length)
  return bytes.toString("utf8", 0, fs.readSync(descriptor, bytes, 0, length, 0))
}

/** Whether none of a project's files is there any more; of one that was read from descriptors, its directory. */
const isGone = ({ directory, files }: KeptOverride.Project): boolean => {
  const own = files.filter((file) => FileList.descriptorsOf([file]).length === 0)
  return (own.length === 0 ? [directory] : own).every(isMissing)
}

/** An error says nothing of whether a file is there. */
const isMissing = (file: string): boolean => {
  try {
    fs.statSync(file)
    return false
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(SystemError.code(error))
  }
}
