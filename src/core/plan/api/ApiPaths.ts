/**
 * The places of daemon paths in the bodies of Engine API requests, and their syntax. `plan/paths/PathOptions` has the
 * command-line options for the same paths.
 */
import * as JsonText from "../../syntax/JsonText.ts"
import * as LogOption from "../../syntax/LogOption.ts"
import * as PluginSetting from "../../syntax/PluginSetting.ts"
import * as VolumeDriverOption from "../../syntax/VolumeDriverOption.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"
import * as PathOptions from "../paths/PathOptions.ts"

/** What a request makes or changes. */
export type Kind = "container" | "volume" | "service" | "plugin" | "checkpoint"

/**
 * A text in a body that contains daemon paths: `what` names its place, such as `HostConfig.Binds`; `prefix` is the text that
 * the syntax needs in front, such as `device=` for an option of a volume driver.
 */
export interface Place {
  readonly what: string
  readonly at: JsonText.JsonString
  readonly prefix: string
  readonly syntax: PathOptions.Syntax
}

/**
 * The places of a body in their order: moby 28.5.2, `api/types/container/hostconfig.go`, `api/types/mount`,
 * `api/types/volume/create_options.go`, `api/types/swarm/task.go`; of plugins a list of settings,
 * `daemon/server/router/plugin/plugin_routes.go`; `api/types/checkpoint`.
 */
export const find = (kind: Kind, body: JsonText.JsonValue): ReadonlyArray<Place> => {
  switch (kind) {
    case "container":
      return hosts(body).flatMap((host) => [
        ...within([host], "Binds").flatMap(JsonText.elements).flatMap((one) => place("HostConfig.Binds", one, volume)),
        ...mounts("HostConfig.Mounts", within([host], "Mounts")),
        ...pathsOf(host, "Devices", "PathOnHost"),
        ...throttled.flatMap((name) => pathsOf(host, name, "Path")),
        ...within([host], "LogConfig").flatMap((log) =>
          options("HostConfig.LogConfig", within([log], "Config"), logOption)
        )
      ])
    case "volume":
      return options("DriverOpts", within([body], "DriverOpts"), VolumeDriverOption)
    case "checkpoint":
      return within([body], "CheckpointDir").flatMap((one) => place("CheckpointDir", one, PathOptions.absolute))
    case "plugin":
      return JsonText.elements(body).flatMap((one) => place("plugin setting", one, pluginSetting))
    case "service": {
      const task = within([body], "TaskTemplate")
      return [
        ...mounts("TaskTemplate.ContainerSpec.Mounts", within(task, "ContainerSpec", "Mounts")),
        ...options("TaskTemplate.LogDriver", within(task, "LogDriver", "Options"), logOption)
      ]
    }
  }
}

/**
 * The objects that are read as a `HostConfig`. moby 20.10.24 also takes its fields from the level above (`runconfig/config_unix.go`),
 * and from the body of `/containers/ID/start` before API 1.24.
 */
const hosts = (body: JsonText.JsonValue): ReadonlyArray<JsonText.JsonValue> => [body, ...within([body], "HostConfig")]

const throttled = [
  "BlkioWeightDevice",
  "BlkioDeviceReadBps",
  "BlkioDeviceReadIOps",
  "BlkioDeviceWriteBps",
  "BlkioDeviceWriteIOps"
]

const volume = PathOptions.single(VolumeSpec)
const logOption = PathOptions.single(LogOption)
const pluginSetting = PathOptions.single(PluginSetting)

/** The values under some names, one below the other. */
const within = (
  values: ReadonlyArray<JsonText.JsonValue>,
  ...names: ReadonlyArray<string>
): ReadonlyArray<JsonText.JsonValue> =>
  names.reduce((found, name) => found.flatMap((one) => JsonText.fields(one, name)), values)

const place = (
  what: string,
  value: JsonText.JsonValue,
  syntax: PathOptions.Syntax,
  prefix = ""
): ReadonlyArray<Place> => {
  const at = JsonText.string(value)
  return at === undefined ? [] : [{ what, at, prefix, syntax }]
}

/**
 * A bind's source, and the options of a volume's driver.
 *
 * A name that stands there twice is translated twice. Go reads the second of two lists over the first, and an element that
 * names no type then keeps the other's (golang/go#21092), so all lists together have their binds.
 */
const mounts = (what: string, lists: ReadonlyArray<JsonText.JsonValue>): ReadonlyArray<Place> => {
  const isTyped = (mount: JsonText.JsonValue): boolean =>
    within([mount], "Type").some((type) => JsonText.string(type)?.value === "bind")
  const all = lists.flatMap(JsonText.elements)
  const isAnyBind = lists.length > 1 && all.some(isTyped)
  return all.flatMap((mount) => {
    const isBind = isAnyBind || isTyped(mount)
    return [
      ...(isBind
        ? within([mount], "Source").flatMap((source) => place(`${what}.Source`, source, PathOptions.absolute))
        : []),
      ...options(
        `${what}.VolumeOptions`,
        within([mount], "VolumeOptions", "DriverConfig", "Options"),
        VolumeDriverOption
      )
    ]
  })
}

/** The options of a driver, as a command writes them: `device=/data`. Their names have case. */
const options = (
  what: string,
  objects: ReadonlyArray<JsonText.JsonValue>,
  syntax: PathOptions.Syntax
): ReadonlyArray<Place> =>
  objects.flatMap(JsonText.members).flatMap(([name, value]) => place(`${what}.${name}`, value, syntax, `${name}=`))

const pathsOf = (host: JsonText.JsonValue, list: string, name: string): ReadonlyArray<Place> =>
  within([host], list).flatMap(JsonText.elements).flatMap((one) => within([one], name))
    .flatMap((one) => place(`HostConfig.${list}`, one, PathOptions.absolute))
