/** Keeps Compose files that contain only a project's name, such as `~/.cache/docker-shim/projects/helix-task-12-shop.json`. */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Answer } from "../../core/facts/NameFile.ts"
import { attempt } from "../files/Attempt.ts"
import * as Ownership from "../files/Ownership.ts"
import * as Remembered from "../files/Remembered.ts"
import * as SafePlace from "../files/SafePlace.ts"
import * as RawText from "../process/RawText.ts"

/**
 * The file for a name, which is made if there is no correct one; none if it cannot be made. `env` tells where the user's cache
 * directory is.
 *
 * **Details**
 *
 * Compose reads the file, so only this user may have been able to write it, and the shim checks it each time. Each use makes it
 * younger; the oldest files are removed first.
 */
export const place = (name: string, env: Readonly<Record<string, string | undefined>>): Answer => {
  const directory = Remembered.directory(env, "projects")
  // memories are kept under names that are UTF-8; here a program reads the file by its name
  if (directory === undefined || RawText.path(directory) !== directory) return { file: undefined }
  const file = path.join(directory, `${name}.json`)
  // an explanation names the file that a run would make
  if (!Remembered.isKeeping()) return { file: isUsable(directory) ? file : undefined }
  if (isKept(file, name)) {
    touch(file)
    return { file }
  }
  if (isUsable(directory)) Remembered.write(file, { name })
  return { file: isKept(file, name) ? file : undefined }
}

const isKept = (file: string, name: string): boolean => {
  const text = JSON.stringify({ name })
  const stat = look(file)
  return stat?.isFile() === true && Ownership.isOwn(stat) && stat.size === text.length
    && isOwnDirectory(look(path.dirname(file))) && SafePlace.isSafe(path.dirname(file))
    && attempt(() => fs.readFileSync(file, "utf8")) === text
}

/** Whether a directory is this user's own, or is still to be made: one look, as another call may make it meanwhile. */
const isUsable = (directory: string): boolean => {
  const stat = look(directory)
  return stat === undefined || isOwnDirectory(stat)
}

const isOwnDirectory = (stat: fs.Stats | undefined): boolean => stat?.isDirectory() === true && Ownership.isOwn(stat)

/** What a path is, without following links. */
const look = (file: string): fs.Stats | undefined => attempt(() => fs.lstatSync(file))

const touch = (file: string): void => {
  const now = Date.now() / 1000
  attempt(() => fs.utimesSync(file, now, now))
}
