/**
 * The settings of the shared cache.
 */
import * as PosixPath from "../paths/PosixPath.ts"
import * as Quantity from "../syntax/Quantity.ts"
import type { CacheLimits } from "./CacheLimits.ts"
import type { SettingReader } from "./SettingReader.ts"

/**
 * Where the cache of builds is shared: a directory of this machine, or a repository prefix of a registry such as
 * `registry.example/cache`.
 */
export type CacheBackend =
  | { readonly _tag: "Local" }
  | { readonly _tag: "Registry"; readonly prefix: string }

/**
 * The settings of the shared cache.
 *
 * **Details**
 *
 * `origins` say which settings decided where it is and how much is exported, in words: `DOCKER_SHIM_CACHE_DIR`, or
 * `/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR`. `mode` is `undefined` if that variable is not set.
 */
export interface CacheSettings {
  readonly use: "on" | "read-only" | "off"
  readonly directory: string
  /** More cache directories, searched after that one and only read. */
  readonly readDirectories: ReadonlyArray<string>
  readonly backend: CacheBackend
  readonly mode: "max" | "min"
  readonly limits: CacheLimits
  readonly origins: { readonly place: string; readonly mode: string | undefined }
}

/** The shared cache directory where `DOCKER_SHIM_CACHE_DIR` does not name another. */
export const defaultCacheDirectory = "/buildkit-cache"

/** 50 GB: some tens of images with all their stages, and a fraction of the disk of a machine that runs sessions. */
export const defaultMaxSize = "50GB"

/** 30 days: a project nobody built for a month is built cold again. */
export const defaultMaxAge = "30d"

/** Decodes the settings of the cache, `DOCKER_SHIM_CACHE` and those that begin with it. */
export const decode = (reader: SettingReader): CacheSettings => {
  const { choice, path, setting } = reader
  const directory = path("DOCKER_SHIM_CACHE_DIR") ?? defaultCacheDirectory
  const readDirectories = setting("DOCKER_SHIM_CACHE_READ_DIRS", "", "absolute paths, separated by :", absolutePaths) ??
    []
  return {
    use: choice("DOCKER_SHIM_CACHE", ["on", "read-only", "off"]),
    directory,
    readDirectories: readDirectories.filter((one) => one !== PosixPath.normalize(directory)),
    backend: setting("DOCKER_SHIM_CACHE_BACKEND", "local", "local, registry:<repository prefix>", backend)
      ?? { _tag: "Local" },
    mode: choice("DOCKER_SHIM_CACHE_MODE", ["max", "min"]),
    limits: {
      maxSize: setting("DOCKER_SHIM_CACHE_MAX_SIZE", defaultMaxSize, "a size such as 20GB", Quantity.parseSize) ?? 0,
      maxAge: setting("DOCKER_SHIM_CACHE_MAX_AGE", defaultMaxAge, "an age such as 14d or 36h", Quantity.parseAge) ?? 0
    },
    origins: origins(reader)
  }
}

const absolutePaths = (value: string): ReadonlyArray<string> | undefined => {
  const paths = value.split(":").filter((path) => path !== "")
  return paths.every(PosixPath.isAbsolute) ? [...new Set(paths.map(PosixPath.normalize))] : undefined
}

const backend = (value: string): CacheBackend | undefined => {
  if (value === "local") return { _tag: "Local" }
  const prefix = /^registry:([a-z0-9][a-z0-9._:/-]*[a-z0-9])$/.exec(value)?.[1]
  return prefix === undefined ? undefined : { _tag: "Registry", prefix }
}

const origins = ({ origin, text }: SettingReader): CacheSettings["origins"] => ({
  place: backend(text("DOCKER_SHIM_CACHE_BACKEND") ?? "")?._tag === "Registry"
    ? origin("DOCKER_SHIM_CACHE_BACKEND")
    : text("DOCKER_SHIM_CACHE_DIR") === undefined
    ? `${defaultCacheDirectory}, the default of DOCKER_SHIM_CACHE_DIR`
    : origin("DOCKER_SHIM_CACHE_DIR"),
  mode: text("DOCKER_SHIM_CACHE_MODE") === undefined ? undefined : origin("DOCKER_SHIM_CACHE_MODE")
})
