/**
 * Where collection puts what it takes out, before it deletes it.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as Files from "../files/Files.ts"

/**
 * What is taken out lies in as many directories, which are deleted side by side: a file system waits more than it works
 * where files are deleted one after the other (ext4: 8,000 files in 4.6 s by one, in 1.4 s by eight).
 */
const parts = Array.from({ length: 8 }, (_, at) => `.part${at}`)

/** With fewer blobs and entries than this, starting programs costs more than it saves. */
const many = 1_000

/** Where a blob or an entry is when it was taken out: `name` is its digest or key. */
export const place = (directory: string, name: string): string =>
  `${CacheLayout.trash(directory)}/${parts[name.charCodeAt(name.length - 1) % parts.length] ?? ""}/${name}`

/** Makes the trash, unless it is there. Throws the system's error. */
export const open = (directory: string): void => {
  const trash = CacheLayout.trash(directory)
  Files.makeDirectory(directory, trash)
  for (const part of parts) Files.makeDirectory(directory, `${trash}/${part}`)
}

/**
 * Deletes what is in the trash, of which so many blobs and entries were put there just now. Throws the system's error.
 *
 * @category running
 * @since 0.1.0
 */
export const empty = (directory: string, count: number): void => {
  const trash = CacheLayout.trash(directory)
  // what that leaves, or all of it where there is no `rm`, is deleted below
  if (count >= many) {
    const places = parts.map((part) => `${trash}/${part}`)
    spawnSync("sh", ["-c", "for part do rm -rf -- \"$part\" & done; wait", "sh", ...places], { stdio: "ignore" })
  }
  for (const name of fs.readdirSync(trash)) fs.rmSync(`${trash}/${name}`, { recursive: true, force: true })
}
