/**
 * What `docker compose config --format json` prints, and what the shim may change of it, by a rule written down here once
 * more and apart from the shim's own.
 */
import * as path from "node:path"

/** A mapping of the model. */
export type Fields = { readonly [name: string]: unknown }

/** Where the two sides see the user's files, and how projects are named. */
export interface Setting {
  readonly userPath: string
  readonly daemonPath: string
  readonly daemonSocket: string | undefined
  /** Goes in front of a project's name, with a dash; `undefined` leaves it as it is. */
  readonly session: string | undefined
  /** The place of the cache directory. */
  readonly cache: string
}

/** Parses the model; the mounts of a service are there by target, since their order may differ. */
export const parse = (json: string): Fields =>
  inServices(fields(JSON.parse(json)), (service) => ({
    ...service,
    ...("volumes" in service ? { volumes: byTarget(list(service["volumes"])) } : {})
  }))

/** The model as it is to be with the shim in front. */
export const translate = (model: Fields, setting: Setting): Fields => {
  const source = (value: unknown) => typeof value === "string" ? translateSource(value, setting) : value
  const withSource = (name: string, entry: Fields): Fields =>
    name in entry ? { ...entry, [name]: source(entry[name]) } : entry
  const inMounts = inServices(model, (service) => ({
    ...service,
    ...("volumes" in service
      ? {
        volumes: mapValues(
          fields(service["volumes"]),
          (mount) => mount["type"] === "bind" ? withSource("source", mount) : mount
        )
      }
      : {}),
    ...("devices" in service ? { devices: list(service["devices"]).map((device) => withSource("source", device)) } : {})
  }))
  const inVolumes = within(
    inMounts,
    "volumes",
    (volume) =>
      isBind(volume) ? { ...volume, driver_opts: withSource("device", fields(volume["driver_opts"])) } : volume
  )
  const inFiles = ["secrets", "configs"].reduce<Fields>(
    (so, kind) => within(so, kind, (entry) => withSource("file", entry)),
    inVolumes
  )
  return rename(inFiles, setting.session)
}

/**
 * The model with values in some places, such as `volumes > data > driver_opts > device`. A place that is not there throws.
 */
export const withValues = (model: Fields, values: Readonly<Record<string, unknown>>): Fields =>
  Object.entries(values).reduce((so, [place, value]) => set(so, place.split(" > "), value, place), model)

/**
 * Takes what the shim adds for the build cache out of a model, with the entries that were found by service.
 *
 * **Details**
 *
 * An entry of the cache is `type=local` with `src=` or `dest=` of a view, which a plan has as the placeholder
 * `@docker-shim/cache-import/KEY/@` or `@docker-shim/cache-export/KEY/@`.
 */
export const withoutCache = (model: Fields): {
  readonly model: Fields
  readonly keys: Readonly<Record<string, { readonly from: ReadonlyArray<string>; readonly to: ReadonlyArray<string> }>>
} => {
  const keys: Record<string, { from: ReadonlyArray<string>; to: ReadonlyArray<string> }> = {}
  const keyOf = (entry: unknown): ReadonlyArray<string> => {
    const place = typeof entry === "string" ? /(?:^|,)(?:src|dest)=([^,]*)/.exec(entry)?.[1] : undefined
    const key = /^@docker-shim\/cache-(?:import|export)[^/]*\/(?:.*\/)?([^/]+)\/@$/.exec(place ?? "")?.[1]
    return key === undefined ? [] : [key]
  }
  const stripped = inServices(model, (service, name) => {
    const build = service["build"]
    if (typeof build !== "object" || build === null) return service
    const { cache_from: from, cache_to: to, ...rest } = fields(build)
    const found = { from: array(from).flatMap(keyOf), to: array(to).flatMap(keyOf) }
    if (found.from.length + found.to.length > 0) keys[name] = found
    const kept = (entries: unknown) => array(entries).filter((entry) => keyOf(entry).length === 0)
    return {
      ...service,
      build: {
        ...rest,
        ...(kept(from).length > 0 ? { cache_from: kept(from) } : {}),
        ...(kept(to).length > 0 ? { cache_to: kept(to) } : {})
      }
    }
  })
  return { model: stripped, keys }
}

/** The mapping at a place in the model, empty where there is none: `at(model, "services", "web")`. */
export const at = (value: unknown, ...place: ReadonlyArray<string>): Fields =>
  place.reduce<Fields>((so, name) => fields(so[name]), fields(value))

const translateSource = (source: string, { daemonPath, daemonSocket, userPath }: Setting): string => {
  if (daemonSocket !== undefined && /^(?:\/var)?\/run\/docker\.sock$/.test(source)) return daemonSocket
  const tidy = path.posix.normalize(source).replace(/(?<=.)\/$/, "")
  return tidy === userPath || tidy.startsWith(`${userPath}/`) ? `${daemonPath}${tidy.slice(userPath.length)}` : source
}

const isBind = (volume: Fields): boolean => {
  const options = volume["driver_opts"]
  if (typeof options !== "object" || options === null) return false
  return String(fields(options)["o"]).split(",").some((one) => one === "bind" || one === "rbind")
}

/** Everything that Compose makes of the project's name, as far as nobody gave it a name of its own. */
const rename = (model: Fields, session: string | undefined): Fields => {
  const old = String(model["name"])
  if (session === undefined) return model
  const name = `${session}-${old}`
  return ["networks", "volumes", "secrets", "configs"].reduce<Fields>(
    (so, kind) =>
      within(
        so,
        kind,
        (entry, key) => entry["name"] === `${old}_${key}` ? { ...entry, name: `${name}_${key}` } : entry
      ),
    { ...model, name }
  )
}

const set = (value: unknown, [first = "", ...rest]: ReadonlyArray<string>, to: unknown, place: string): Fields => {
  const entries = fields(value)
  if (!(first in entries)) throw new Error(`no ${place} in the model`)
  const changed = rest.length === 0 ? to : set(entries[first], rest, to, place)
  // as an array stays one
  return Array.isArray(value)
    ? Object.values({ ...entries, [first]: changed }) as unknown as Fields
    : { ...entries, [first]: changed }
}

const inServices = (model: Fields, change: (service: Fields, name: string) => Fields): Fields =>
  within(model, "services", change)

const within = (model: Fields, kind: string, change: (entry: Fields, key: string) => Fields): Fields =>
  kind in model && model[kind] !== null ? { ...model, [kind]: mapValues(fields(model[kind]), change) } : model

const mapValues = (entries: Fields, change: (entry: Fields, key: string) => Fields): Fields =>
  Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, change(fields(entry), key)]))

const byTarget = (mounts: ReadonlyArray<Fields>): Fields => {
  const found = Object.fromEntries(mounts.map((mount) => [String(mount["target"]), mount]))
  if (Object.keys(found).length !== mounts.length) {
    throw new Error(`two mounts at one target: ${JSON.stringify(mounts)}`)
  }
  return found
}

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? value : {}) as Fields

const array = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value as ReadonlyArray<unknown> : []

const list = (value: unknown): ReadonlyArray<Fields> => array(value).map(fields)
