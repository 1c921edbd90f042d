/** Empty lists in a user's files, which Compose before 2.40 refuses if there is an override file too. */
import * as JsonObject from "../syntax/JsonObject.ts"
import type { ComposeModel, Part } from "./ComposeModel.ts"
import * as ComposeOverride from "./ComposeOverride.ts"
import type { ComposeVersion } from "./ComposeVersion.ts"

/** The sections of a model whose parts may have such lists. */
type Section = keyof ComposeOverride.ComposeOverride

/**
 * Fields of a part that Compose 2.26.1 refuses as `must be a list` (or a mapping) if they are an empty list and a second file
 * follows (run, with every list of the Compose specification). The model does not print empty lists.
 */
const fields: Readonly<Record<Section, ReadonlyArray<string>>> = {
  services: [
    "blkio_config.device_read_bps",
    "blkio_config.device_read_iops",
    "blkio_config.device_write_bps",
    "blkio_config.device_write_iops",
    "blkio_config.weight_device",
    "build.cache_from",
    "build.cache_to",
    "build.entitlements",
    "build.extra_hosts",
    "build.platforms",
    "build.secrets",
    "deploy.placement.constraints",
    "deploy.placement.preferences",
    "deploy.resources.reservations.devices",
    "deploy.resources.reservations.generic_resources",
    "develop.watch",
    "device_cgroup_rules",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck.test",
    "label_file",
    "post_start",
    "pre_stop",
    "security_opt",
    "volumes_from"
  ],
  networks: ["ipam.config"],
  volumes: ["labels"],
  secrets: ["labels"],
  configs: ["labels"]
}

const device = ["capabilities", "device_ids", "options"]

/** Lists of a service whose items contain such lists. An override cannot remove anything from one item of a list. */
const itemFields: Readonly<Record<string, ReadonlyArray<string>>> = {
  "deploy.resources.reservations.devices": device,
  "develop.watch": ["exec.environment", "ignore"],
  gpus: device,
  post_start: ["environment"],
  pre_stop: ["environment"]
}

/**
 * Where a project's files may have empty lists: in any of its parts, or in none. `declared` are the names of parts in the files
 * that have one, including parts that no service uses, which the model leaves out.
 */
export interface Sources {
  readonly mayHave: boolean
  readonly declared: Readonly<Partial<Record<string, ReadonlyArray<string>>>>
}

/** Assumed for files that the shim cannot read. */
export const unknown: Sources = { mayHave: true, declared: {} }

/** The sections whose parts the model leaves out where no service uses them. */
export const declaredSections = ["networks", "volumes", "secrets", "configs"] as const

/** Whether a Compose refuses them: one that knows `!reset`, and is older than the oldest that took them in a test. */
export const areRefused = ({ major, minor }: ComposeVersion): boolean => major === 2 && minor >= 25 && minor < 40

/** Whether a Compose file may have such a list; not those that it includes or extends. */
export const mayBeIn = (text: string): boolean =>
  text.split("[").slice(1).some((behind) => behind.trimStart().startsWith("]"))

/** The fields in which a part has nothing, as the model prints it, if the object that they belong to is there. */
export const missing = (section: Section, part: unknown): ReadonlyArray<string> =>
  fields[section].filter((field) => {
    const names = field.split(".")
    const parent = names.slice(0, -1).reduce(JsonObject.field, part)
    return isObject(parent) && isNothing(JsonObject.field(parent, names.at(-1) ?? ""))
  })

/**
 * The lists of a service in which an item has an empty list. Lists whose items set variables must not stay on disk, because the
 * values may be secrets: see {@link withoutVariables}.
 */
export const repeated = (service: unknown): Readonly<Record<string, ReadonlyArray<unknown>>> =>
  Object.fromEntries(
    Object.entries(itemFields).flatMap(([field, own]) => {
      const names = field.split(".")
      const list = JsonObject.list(names.slice(0, -1).reduce(JsonObject.field, service), names.at(-1) ?? "")
      return list.some((item) => own.some((name) => isNothing(within(item, name)))) ? [[field, list]] : []
    })
  )

const within = (item: unknown, name: string): unknown => name.split(".").reduce(JsonObject.field, item)

const setsVariables = (list: unknown): boolean =>
  Array.isArray(list)
  && list.some((item) => ["environment", "exec.environment"].some((name) => !isNothing(within(item, name))))

/** The model without lists whose items set variables, so that it may stay on disk. */
export const withoutVariables = (model: ComposeModel): ComposeModel => ({
  ...model,
  services: model.services.map((service) => {
    const lists = JsonObject.entries(JsonObject.field(service.fields, "repeats"))
    const kept = lists.filter(([, list]) => !setsVariables(list))
    return kept.length === lists.length ? service : {
      ...service,
      fields: { ...JsonObject.fields(service.fields), repeats: Object.fromEntries(kept) }
    }
  })
})

/** Whether there are such lists in a model. */
export const haveVariables = ({ services }: ComposeModel): boolean =>
  services.some(({ fields: service }) =>
    JsonObject.entries(JsonObject.field(service, "repeats")).some(([, list]) => setsVariables(list))
  )

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null

const isNothing = (value: unknown): boolean => value === undefined || value === null

/**
 * The override fields that make Compose remove such lists before it looks at them, except for lists that the override adds to.
 *
 * **Details**
 *
 * `missing` is in the model as `lacks`; `repeated` as `repeats`: lists that the override writes again, unchanged. Parts that no
 * service uses, `declared`, have nothing.
 */
export const removed = (
  model: ComposeModel,
  additions: ReadonlyArray<ComposeOverride.Addition>
): ReadonlyArray<ComposeOverride.Addition> => {
  const given = new Map<string, Array<ComposeOverride.Addition>>()
  for (const one of additions) {
    const place = placeOf(one)
    const others = given.get(place)
    if (others === undefined) given.set(place, [one])
    else others.push(one)
  }
  const used = (["services", ...declaredSections] as const).flatMap((section) =>
    model[section].flatMap((part) => ofPart(section, part, given))
  )
  const unused = declaredSections.flatMap((section) => {
    const known = new Set(model[section].map(({ name }) => name))
    return JsonObject.texts(model.declared, section).filter((name) => !known.has(name)).flatMap((name) =>
      fields[section].map((field) => ({ section, name, fields: without(field) }) as const)
    )
  })
  return [...used, ...unused]
}

/** No section has a space in its name. */
const placeOf = ({ name, section }: { readonly section: Section; readonly name: string }): string =>
  `${section} ${name}`

const ofPart = (
  section: Section,
  { fields: part, name }: Part,
  given: ReadonlyMap<string, ReadonlyArray<ComposeOverride.Addition>>
): ReadonlyArray<ComposeOverride.Addition> => {
  const [missed, lists] = [JsonObject.texts(part, "lacks"), JsonObject.entries(JsonObject.field(part, "repeats"))]
  if (missed.length + lists.length === 0) return []
  const lacks = missed.map((field) => [field, without(field)] as const)
  const repeats = lists.map(([field, list]) =>
    [field, nested(field.split("."), ComposeOverride.replacing, list)] as const
  )
  const isGiven = (field: string): boolean =>
    (given.get(placeOf({ section, name })) ?? []).some((addition) =>
      [field, ComposeOverride.replacing(field)].some((one) =>
        one.split(".").reduce<unknown>(JsonObject.field, addition.fields) !== undefined
      )
    )
  return [...lacks, ...repeats].filter(([field]) => !isGiven(field)).map(([, some]) => ({
    section,
    name,
    fields: some
  }))
}

const without = (field: string): ComposeOverride.Fields => nested(field.split("."), ComposeOverride.removing, null)

const nested = (
  [name = "", ...names]: ReadonlyArray<string>,
  mark: (name: string) => string,
  value: unknown
): ComposeOverride.Fields => names.length === 0 ? { [mark(name)]: value } : { [name]: nested(names, mark, value) }
