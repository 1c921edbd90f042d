/**
 * What planning needs of a project's model. The rest, such as the values of environment variables, is left out before the
 * shim keeps the model.
 */
import * as Digest from "../syntax/Digest.ts"
import * as JsonObject from "../syntax/JsonObject.ts"
import * as LogOption from "../syntax/LogOption.ts"
import * as ComposeModel from "./ComposeModel.ts"
import * as EmptyLists from "./EmptyLists.ts"

/**
 * The model in what `config` printed, without what planning does not look at. Values of build arguments are given as
 * digests: they may be secrets, and planning only compares them. `digest` stands for the whole, so that two models can
 * still be told apart; the shell gives a faster SHA-256.
 */
export const trim = (
  config: unknown,
  lists: EmptyLists.Sources = EmptyLists.unknown,
  digest: (text: string) => string = Digest.sha256
): unknown => ({
  ...pick(config, ["name"]),
  digest: digest(JSON.stringify(config)),
  ...(lists.mayHave ? { declared: lists.declared } : {}),
  services: mapParts(config, "services", (service) => ({
    ...pick(service, serviceFields),
    ...(JsonObject.field(service, "networks") === undefined ? {} : { networks: ComposeModel.networks(service) }),
    ...lacking("services", service, lists),
    ...(lists.mayHave ? { repeats: EmptyLists.repeated(service) } : {}),
    ...(JsonObject.field(service, "logging") === undefined
      ? {}
      : { logging: loggingOf(JsonObject.field(service, "logging")) }),
    ...(JsonObject.field(service, "build") === undefined
      ? {}
      : { build: buildOf(JsonObject.field(service, "build"), digest) })
  })),
  volumes: mapParts(config, "volumes", (volume) => ({
    ...pick(volume, ["name", "external"]),
    ...lacking("volumes", volume, lists),
    ...(JsonObject.field(volume, "driver_opts") === undefined
      ? {}
      : { driver_opts: driverOptions(JsonObject.field(volume, "driver_opts")) })
  })),
  secrets: mapParts(
    config,
    "secrets",
    (secret) => ({ ...pick(secret, ["file"]), ...lacking("secrets", secret, lists) })
  ),
  configs: mapParts(config, "configs", (one) => ({ ...pick(one, ["file"]), ...lacking("configs", one, lists) })),
  networks: mapParts(config, "networks", (network) => ({
    ...pick(network, ["name", "external"]),
    ...lacking("networks", network, lists)
  }))
})

/** The fields in which a part has nothing, if the files may have empty lists. */
const lacking = (
  section: Parameters<typeof EmptyLists.missing>[0],
  part: unknown,
  { mayHave }: EmptyLists.Sources
): Readonly<Record<string, unknown>> => mayHave ? { lacks: EmptyLists.missing(section, part) } : {}

const serviceFields = [
  "blkio_config",
  "container_name",
  "depends_on",
  "develop",
  "devices",
  "image",
  "ipc",
  "links",
  "network_mode",
  "pid",
  "platform",
  "ports",
  "profiles",
  "secrets",
  "use_api_socket",
  "volumes",
  "volumes_from"
]

/** `build: ./directory` of Compose v1 is a text. */
const buildOf = (build: unknown, digest: (text: string) => string): unknown => {
  const args = JsonObject.field(build, "args")
  if (args === undefined) return build
  const hidden = Array.isArray(args)
    ? args.map((one: unknown) => typeof one === "string" && one.includes("=") ? digest(one) : one)
    : Object.fromEntries(
      JsonObject.entries(args).map(([name, value]) => [name, value === null ? null : digest(JSON.stringify(value))])
    )
  return { ...JsonObject.fields(build), args: hidden }
}

/** The options that name a path; others may hold a token. */
const loggingOf = (logging: unknown): unknown => ({
  ...pick(logging, ["driver"]),
  options: Object.fromEntries(
    JsonObject.entries(JsonObject.field(logging, "options")).filter(([name, value]) =>
      typeof value === "string" && LogOption.source(`${name}=${value}`) !== undefined
    )
  )
})

/** The options of a file system on this machine; those of another, such as `type: cifs`, may hold a password. */
const driverOptions = (options: unknown): unknown =>
  pick(
    options,
    ["none", "bind", "overlay"].includes(JsonObject.text(options, "type") ?? "none")
      ? ["type", "device", "o"]
      : ["type", "device"]
  )

const pick = (value: unknown, names: ReadonlyArray<string>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(names.flatMap((name) => {
    const found = JsonObject.field(value, name)
    return found === undefined ? [] : [[name, found]]
  }))

const mapParts = (config: unknown, section: string, change: (part: unknown) => unknown): unknown =>
  Object.fromEntries(JsonObject.entries(JsonObject.field(config, section)).map(([name, part]) => [name, change(part)]))
