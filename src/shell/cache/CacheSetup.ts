/**
 * Creates the shared cache directory.
 */
import * as fs from "node:fs"
import { dirname } from "node:path"
import * as CacheLayout from "../../core/cache/CacheLayout.ts"
import * as CacheMount from "../../core/cache/CacheMount.ts"
import * as Files from "../files/Files.ts"

/**
 * How the directory is to be: `mode` are its permission bits; `owner` is left alone where it is not given.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheSetup {
  readonly root: string
  readonly mode: number
  readonly owner?: Files.Owner | undefined
  readonly repair: boolean
}

/**
 * What was done, and what is not as it should be and was left, each as a line.
 *
 * @category models
 * @since 0.1.0
 */
export interface CacheSetupResult {
  readonly directory: string
  readonly done: ReadonlyArray<string>
  readonly wrong: ReadonlyArray<string>
}

/** Root's daemons write it, everybody may read it. */
export const defaultMode = 0o755

/**
 * Creates `buildkit-cache` below a root, with the directories that all builds share, unless it is there. Modes and owners
 * of what is there are changed only with `repair`. Throws the system's error.
 *
 * @category constructors
 * @since 0.1.0
 */
export const init = (setup: CacheSetup): CacheSetupResult => {
  const { source: directory } = CacheMount.of(setup.root)
  const done: Array<string> = []
  const wrong: Array<string> = []
  const shared = [CacheLayout.blobs(directory), `${CacheLayout.blobs(directory)}/sha256`, CacheLayout.leases(directory)]
  for (const path of [directory, ...shared]) {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) {
      if (path === directory) fs.mkdirSync(dirname(path), { recursive: true })
      Files.makeWhole(path, setup)
      done.push(`created ${path}`)
    } else if (stat.isDirectory()) {
      const [what, mend] = difference(path, stat, setup)
      if (what === undefined) continue
      if (setup.repair) mend()
      if (setup.repair) done.push(`${path}: ${what}, changed`)
      else wrong.push(`${path}: ${what}`)
    } else {
      wrong.push(`${path}: not a directory`)
    }
  }
  return { directory, done, wrong }
}

const difference = (
  path: string,
  stat: fs.Stats,
  { mode, owner }: CacheSetup
): readonly [string | undefined, () => void] => {
  const has = stat.mode & 0o7777
  const isOwned = owner === undefined || (stat.uid === owner.uid && stat.gid === owner.gid)
  const parts = [
    ...(has === mode ? [] : [`mode ${octal(has)} instead of ${octal(mode)}`]),
    ...(isOwned ? [] : [`owner ${stat.uid}:${stat.gid} instead of ${owner.uid}:${owner.gid}`])
  ]
  return [parts.length === 0 ? undefined : parts.join(", "), () => {
    if (owner !== undefined) fs.chownSync(path, owner.uid, owner.gid)
    fs.chmodSync(path, mode)
  }]
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0")
