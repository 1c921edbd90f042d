/**
 * A project as Compose understands it: what its `config` prints, with everything interpolated, merged and made absolute.
 */
import { memoOfLast } from "../argv/Memo.ts"
import * as JsonObject from "../syntax/JsonObject.ts"

/** The model of a project. The parts are as Compose printed them; in texts `$` stands as `$$`, as in a Compose file. */
export interface ComposeModel {
  readonly name: string
  readonly services: ReadonlyArray<Part>
  readonly volumes: ReadonlyArray<Part>
  readonly secrets: ReadonlyArray<Part>
  readonly configs: ReadonlyArray<Part>
  readonly networks: ReadonlyArray<Part>
  /** Names of parts that have an empty list in the files, by section; see `EmptyLists`. */
  readonly declared: unknown
}

/** A service, volume, secret or config, by its name. */
export interface Part {
  readonly name: string
  readonly fields: unknown
}

/** The model in what `config` printed, decoded from JSON (or, from Compose v1, from YAML). */
export const decode = memoOfLast((config: unknown): ComposeModel => ({
  name: JsonObject.text(config, "name") ?? "",
  services: parts(config, "services"),
  volumes: parts(config, "volumes"),
  secrets: parts(config, "secrets"),
  configs: parts(config, "configs"),
  networks: parts(config, "networks"),
  declared: JsonObject.field(config, "declared")
}))

/** Merges several answers about one project: the first one, and the parts that only the others have. */
export const join = (configs: ReadonlyArray<unknown>): unknown => {
  const [first, ...others] = configs
  if (others.length === 0) return first
  const sections = ["services", "volumes", "secrets", "configs", "networks"].map((section) => [
    section,
    Object.fromEntries(
      [...configs].reverse().flatMap((config) => JsonObject.entries(JsonObject.field(config, section)))
    )
  ])
  return { ...JsonObject.fields(first), ...Object.fromEntries(sections) }
}

/**
 * The names of the services that the named ones need, themselves included; of all services where none is named.
 *
 * **Details**
 *
 * What Compose starts, and builds where an image is missing: `depends_on`, `links`, `volumes_from`, the namespaces of
 * another service, and services whose image a build starts from.
 */
export const withDependencies = (model: ComposeModel, named: ReadonlyArray<string>): ReadonlySet<string> => {
  if (named.length === 0) return new Set(model.services.map(({ name }) => name))
  const services = new Map(model.services.map((service) => [service.name, service.fields]))
  const found = new Set<string>()
  const open = [...named]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    open.push(...dependencies(services.get(name)))
  }
  return found
}

/** The names of the networks that a service has in its fields, alone or with its settings there. */
export const networks = (service: unknown): ReadonlyArray<string> => [
  ...JsonObject.texts(service, "networks"),
  ...JsonObject.entries(JsonObject.field(service, "networks")).map(([name]) => name)
]

/** A text of the model with `$$` taken back to `$`. */
export const unescape = (text: string): string => text.replaceAll("$$", "$")

/** A text as it stands in a Compose file: `$` as `$$`. */
export const escape = (text: string): string => text.replaceAll("$", "$$$$")

const parts = (config: unknown, name: string): ReadonlyArray<Part> =>
  JsonObject.entries(JsonObject.field(config, name)).map(([own, fields]) => ({ name: own, fields }))

const dependencies = (service: unknown): ReadonlyArray<string> => [
  ...JsonObject.entries(JsonObject.field(service, "depends_on")).map(([name]) => name),
  ...JsonObject.texts(service, "depends_on"),
  ...[...JsonObject.texts(service, "links"), ...JsonObject.texts(service, "volumes_from")].map(beforeColon),
  ...["network_mode", "ipc", "pid"].flatMap((name) => ofService(JsonObject.text(service, name))),
  ...JsonObject.entries(JsonObject.field(JsonObject.field(service, "build"), "additional_contexts"))
    .flatMap(([, context]) => ofService(typeof context === "string" ? context : undefined))
]

const beforeColon = (text: string): string => text.split(":")[0] ?? ""

const ofService = (text: string | undefined): ReadonlyArray<string> =>
  text?.startsWith("service:") === true ? [text.slice("service:".length)] : []
