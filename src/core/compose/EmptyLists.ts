/**
 * Lists that a user's file may have with nothing in them, which Compose before 2.40 refuses beside an override.
 */
import * as JsonObject from "../syntax/JsonObject.ts"
import type { ComposeModel } from "./ComposeModel.ts"
import * as ComposeOverride from "./ComposeOverride.ts"
import type { ComposeVersion } from "./ComposeVersion.ts"

/**
 * Fields of a service that Compose 2.26.1 refuses as `must be a list` (or a mapping) if they are an empty list and a second
 * file follows (run). The model does not print empty lists.
 */
const fields = [
  "blkio_config.device_read_bps",
  "blkio_config.device_read_iops",
  "blkio_config.device_write_bps",
  "blkio_config.device_write_iops",
  "blkio_config.weight_device",
  "build.cache_from",
  "build.cache_to",
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
  "group_add",
  "healthcheck.test",
  "security_opt",
  "volumes_from"
]

/**
 * Whether a Compose refuses them: one that knows `!reset`, and is older than the oldest that was seen to take them.
 *
 * @category predicates
 */
export const areRefused = ({ major, minor }: ComposeVersion): boolean => major === 2 && minor >= 25 && minor < 40

/**
 * Whether a Compose file may have such a list; not those that it includes or extends.
 *
 * @category predicates
 */
export const mayBeIn = (text: string): boolean => /\[\s*\]/.test(text)

/**
 * Those of the fields that a service has nothing in, as the model prints it, if it has the object that they are in.
 *
 * @category accessors
 */
export const missing = (service: unknown): ReadonlyArray<string> =>
  fields.filter((field) => {
    const names = field.split(".")
    const parent = names.slice(0, -1).reduce(JsonObject.field, service)
    const value = JsonObject.field(parent, names.at(-1) ?? "")
    return typeof parent === "object" && parent !== null && (value === undefined || value === null)
  })

/**
 * What an override says so that Compose removes such lists before it looks at them, but for those to which it adds.
 * `missing` is in the model as `lacks`.
 *
 * @category constructors
 */
export const removed = (
  model: ComposeModel,
  additions: ReadonlyArray<ComposeOverride.Addition>
): ReadonlyArray<ComposeOverride.Addition> =>
  model.services.flatMap((service) => {
    const own = additions.filter(({ name, section }) => section === "services" && name === service.name)
    const isGiven = (field: string): boolean =>
      own.some((addition) => field.split(".").reduce<unknown>(JsonObject.field, addition.fields) !== undefined)
    const lacks = JsonObject.texts(service.fields, "lacks").filter((field) => !isGiven(field))
    return lacks.map((field) =>
      ({ section: "services", name: service.name, fields: nested(field.split(".")) }) as const
    )
  })

const nested = ([name = "", ...names]: ReadonlyArray<string>): ComposeOverride.Fields =>
  names.length === 0 ? { [ComposeOverride.removing(name)]: null } : { [name]: nested(names) }
