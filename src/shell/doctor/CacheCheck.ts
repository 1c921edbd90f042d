/**
 * Is the shared cache there, shared, writable, sound and within its limits?
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as path from "node:path"
import type { CacheDirectory } from "../../core/cache/CacheDirectory.ts"
import type { CacheSettings } from "../../core/settings/CacheSettings.ts"
import * as Quantity from "../../core/syntax/Quantity.ts"
import * as CacheInspection from "../cache/CacheInspection.ts"
import * as CacheLease from "../cache/CacheLease.ts"
import * as CacheOddities from "../cache/CacheOddities.ts"
import * as CacheSurvey from "../cache/CacheSurvey.ts"
import * as CacheTrial from "../cache/CacheTrial.ts"
import { attempt } from "../files/Attempt.ts"
import * as SharedDirectory from "../files/SharedDirectory.ts"
import * as SharedFile from "../files/SharedFile.ts"
import * as SystemError from "../files/SystemError.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"
import * as ReadDirectories from "./ReadDirectories.ts"
import * as RegistryCheck from "./RegistryCheck.ts"

/** Checks the cache directory and its contents. */
export const check: Check = ({ ask, invocation, settings }) =>
  Effect.gen(function*() {
    const { cache } = settings
    if (cache.use === "off") return [Finding.ok("cache", "off (DOCKER_SHIM_CACHE)")]
    if (cache.backend._tag === "Registry") {
      return [yield* RegistryCheck.examine(cache.backend.prefix, ask)]
    }
    const known = CacheInspection.inspect({
      _tag: "CacheDirectory",
      directory: cache.directory,
      readDirectories: [],
      wanted: []
    })
    if (known._tag === "Unusable") {
      return [
        Finding.warn("cache", known.why, making(cache.directory, known.why)),
        ...ReadDirectories.examine(cache.readDirectories)
      ]
    }
    const now = yield* Clock.currentTimeMillis
    return [
      orUnchecked("cache", cache.directory, () => directory(cache, invocation.env, known)),
      orUnchecked("cache mount", cache.directory, () => mount(cache.directory)),
      orUnchecked("cache space", cache.directory, () =>
        space(SharedDirectory.use(cache.directory, SharedDirectory.free))),
      ...places(cache.directory, now),
      ...content(cache, now),
      ...ReadDirectories.examine(cache.readDirectories)
    ]
  })

/** The directory may vanish at any moment. */
const orUnchecked = (part: string, directory: string, look: () => Finding.Finding): Finding.Finding => {
  try {
    return look()
  } catch (error) {
    return Finding.unchecked(part, SystemError.describe(error, directory))
  }
}

type Usable = Extract<CacheDirectory, { readonly _tag: "Usable" }>

const directory = (
  cache: CacheSettings,
  env: Examination["invocation"]["env"],
  { isFull, isReadOnly, unwritable }: Usable
): Finding.Finding => {
  const [status, evidence] = SharedDirectory.use(
    cache.directory,
    (root) => [SharedDirectory.ownStatus(root), ReadDirectories.describe(root)] as const
  )
  if (cache.use === "read-only") return Finding.ok("cache", `${evidence}, only read (DOCKER_SHIM_CACHE)`)
  if (isReadOnly === true) return Finding.ok("cache", `${evidence}, mounted read-only: builds import and store nothing`)
  const failed = unwritable ?? trial(cache.directory, env)
  const why = failed ?? sticky(status)
  if (why === undefined) return Finding.ok("cache", evidence)
  const next = failed === undefined
    ? opening(cache.directory, status.mode)
    : isFull === true
    ? room
    : nextStep(cache.directory, status.mode, failed)
  return Finding.warn("cache", `${evidence}: builds store nothing: ${why}`, next)
}

/** Does what a build does there, because permission bits do not tell everything. */
const trial = (directory: string, env: Examination["invocation"]["env"]): string | undefined => {
  try {
    SharedDirectory.use(directory, (root) => SharedDirectory.withinIfThere(root, [".leases"], SharedFile.now))
  } catch (error) {
    return SystemError.describe(error, directory)
  }
  return CacheTrial.run(directory, env)
}

/** In a directory with the sticky bit only a file's owner, the directory's, and root may rename or remove it (inode(7)). */
const sticky = ({ mode, uid }: fs.Stats): string | undefined => {
  const self = process.geteuid?.()
  return (mode & 0o1000) === 0 || self === 0 || self === uid
    ? undefined
    : "its sticky bit lets nobody replace what other users stored, so several users cannot share it"
}

const nextStep = (directory: string, mode: number, why: string): string => {
  if (SystemError.tells(why, "EACCES")) return opening(directory, mode)
  return SystemError.tells(why, "ENOSPC", "EDQUOT") ? room : "docker-shim cache verify --repair"
}

/** How to free space on the disk, and as much of the cache as possible. */
const room = "free disk space; 'docker-shim cache prune --max-size SIZE' leaves no more than that in the cache"

/** A session gets the machine's directory by a mount; a machine without containers makes its own. */
const making = (directory: string, why: string): string =>
  SystemError.tells(why, "EACCES")
    ? opening(directory, 0)
    : !SystemError.tells(why, "ENOENT")
    ? `make ${directory} a directory that this user can read`
    : path.basename(directory) === "buildkit-cache"
    ? "mount the machine's cache directory there ('docker-shim mounts --root DIR' prints how); without containers: "
      + `docker-shim cache init --root ${path.dirname(directory)}`
    : "mount the machine's cache directory there, or name another in DOCKER_SHIM_CACHE_DIR"

/**
 * Who may write there is the machine's decision. This step lets everybody write who may read already; a sticky bit would not.
 */
const opening = (directory: string, mode: number): string => {
  const wanted = ((mode & 0o6000) | 0o777).toString(8).padStart(4, "0")
  return path.basename(directory) === "buildkit-cache"
    ? `as root: docker-shim cache init --root ${path.dirname(directory)} --mode ${wanted} --repair`
    : `as root: chmod -R a+rwX ${directory}`
}

/** Fields 5 and, behind the dash, 9 and 10 of `/proc/self/mountinfo` (proc(5)). */
const mount = (directory: string): Finding.Finding => {
  const real = fs.realpathSync(directory)
  const lines = read("/proc/self/mountinfo").split("\n").map((line) => line.split(" "))
  const found = lines.filter((fields) => fields[4] === real).at(-1)
  const [type, source] = found === undefined ? [] : found.slice(found.indexOf("-") + 1)
  return found === undefined
    ? Finding.warn(
      "cache mount",
      `${directory} is not a mount: other sessions do not see it, and it goes when this container is removed`,
      "mount it into the container: 'docker-shim mounts --root DIR' prints how"
    )
    : Finding.ok("cache mount", `${type ?? ""} ${source ?? ""}`)
}

/** Things in the cache's own places that the shim did not make. */
const places = (directory: string, now: number): ReadonlyArray<Finding.Finding> => {
  const odd = attempt(() => SharedDirectory.use(directory, (root) => CacheOddities.find(root, now)))
  if (odd === undefined) return [Finding.warn("cache places", "cannot be read", opening(directory, 0))]
  if (odd.length === 0) return []
  return [
    Finding.warn(
      "cache places",
      odd.map(({ path, why }) => `${path}: ${why}`).join("; "),
      "as its owner or root: docker-shim cache verify --repair"
    )
  ]
}

/** The room that is left, in bytes. */
export const space = (free: number): Finding.Finding => {
  const evidence = `${Quantity.printSize(free)} free`
  return free < CacheInspection.minimumFree * 4
    ? Finding.warn("cache space", evidence, room)
    : Finding.ok("cache space", evidence)
}

const content = (cache: CacheSettings, now: number): ReadonlyArray<Finding.Finding> => {
  const survey = attempt(() => CacheSurvey.read(cache.directory, now))
  if (survey === undefined) return [Finding.warn("cache entries", "cannot be read", opening(cache.directory, 0))]
  const damaged = survey.entries.flatMap(({ graph, key }) => graph._tag === "Broken" ? [`${key}: ${graph.why}`] : [])
  const hidden = survey.entries.flatMap(({ graph, key }) => graph._tag === "Unreadable" ? [`${key}: ${graph.why}`] : [])
  const stored = CacheSurvey.count(survey)
  const stale = survey.leases.filter((lease) => CacheLease.isStale(lease, now))
  const size = survey.store.occupied
  const limit = cache.limits.maxSize
  const used = `${Quantity.printSize(size)} of ${Quantity.printSize(limit)}`
  return [
    damaged.length === 0
      ? Finding.ok("cache entries", `${stored}, none damaged`)
      : Finding.warn("cache entries", `damaged: ${damaged.join("; ")}`, "docker-shim cache verify --repair"),
    ...(hidden.length === 0
      ? []
      : [Finding.warn("cache entries", `not readable: ${hidden.join("; ")}`, opening(cache.directory, 0))]),
    stale.length === 0
      ? Finding.ok("cache leases", `${Quantity.printCount(survey.leases.length, "build")} running`)
      : Finding.warn(
        "cache leases",
        `${Quantity.printCount(stale.length, "lease")} of builds that are gone`,
        "docker-shim cache prune"
      ),
    size <= limit
      ? Finding.ok("cache size", used)
      : Finding.warn("cache size", `${used}, over the limit`, "docker-shim cache prune")
  ]
}

// eslint-disable-next-line no-restricted-syntax -- the kernel's own, in /proc
const read = (file: string): string => attempt(() => fs.readFileSync(file, "utf8")) ?? ""
