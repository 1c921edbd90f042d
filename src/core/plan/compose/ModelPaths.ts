/**
 * Translates the paths of a Compose project that the daemon opens.
 */
import { memoOfLast } from "../../argv/Memo.ts"
import type * as ComposeModel from "../../compose/ComposeModel.ts"
import type * as ComposeOverride from "../../compose/ComposeOverride.ts"
import type { Facts } from "../../facts/Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as DeviceSpec from "../../syntax/DeviceSpec.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as LogOption from "../../syntax/LogOption.ts"
import * as OverlayOptions from "../../syntax/OverlayOptions.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"
import type * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as ModelSecrets from "./ModelSecrets.ts"
import * as ModelTranslation from "./ModelTranslation.ts"
import * as ModelWatch from "./ModelWatch.ts"

/**
 * The override fields for every path that the daemon opens: binds of services, devices and overlay directories of volumes,
 * files of secrets and configs, devices, sockets and certificates of logging drivers; and for values that Compose compares with
 * such a path.
 *
 * **Details**
 *
 * Compose replaces a service's entries by their target, so the override has only the entries that change, each with all its
 * fields (docker/compose 2.40.3 and 2.26.1, run). All paths of a model are absolute; a relative one is not a daemon path.
 */
export const translate = (
  model: ComposeModel.ComposeModel,
  { facts, invocation, settings }: Situation
): Planning.Planning<ReadonlyArray<ComposeOverride.Addition>> =>
  translateKnown(model, invocation, settings, facts.RealPath)

/** A project is planned again for each round of questions; its paths are gone through again only if more of them are known. */
const translateKnown = memoOfLast((
  model: ComposeModel.ComposeModel,
  invocation: Invocation,
  settings: Settings,
  known: Facts["RealPath"]
): Planning.Planning<ReadonlyArray<ComposeOverride.Addition>> => {
  const facts = known === undefined ? {} : { RealPath: known }
  const translation = ModelTranslation.begin({ facts, invocation, settings })
  const own = [
    ...additions("services", model.services, (service, what) => serviceFields(service, what, translation)),
    ...additions("volumes", model.volumes, (volume, what) => volumeFields(volume, what, translation)),
    ...additions("configs", model.configs, (config, what) => configFields(config, what, translation))
  ]
  const secrets = ModelSecrets.translate(model, translation)
  return translation.finish([...own, ...secrets, ...ModelWatch.additions(model, own)])
})

type Fields = ComposeOverride.Fields

/** The parts of a section whose fields change. */
const additions = (
  section: ComposeOverride.Addition["section"],
  parts: ReadonlyArray<ComposeModel.Part>,
  fieldsOf: (part: unknown, what: string) => Fields
): ReadonlyArray<ComposeOverride.Addition> =>
  parts.map(({ fields, name }) => ({ section, name, fields: fieldsOf(fields, `${section}.${name}`) }))
    .filter(({ fields }) => Object.keys(fields).length > 0)

const serviceFields = (service: unknown, what: string, translation: ModelTranslation.ModelTranslation): Fields => {
  const volumes = changed(
    JsonObject.list(service, "volumes"),
    (volume) => translateMount(volume, `${what}.volumes`, translation)
  )
  leaveThrottled(JsonObject.field(service, "blkio_config"), `${what}.blkio_config`, translation)
  const devices = changed(
    JsonObject.list(service, "devices"),
    (device) => translateDevice(device, `${what}.devices`, translation)
  )
  return {
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(devices.length === 0 ? {} : { devices }),
    ...translateLogging(JsonObject.field(service, "logging"), `${what}.logging`, translation)
  }
}

/** The options of a logging driver, which are merged by their names where the driver is the same (compose-go 2.4). */
const translateLogging = (
  logging: unknown,
  what: string,
  translation: ModelTranslation.ModelTranslation
): Fields => {
  const others = JsonObject.entries(JsonObject.field(logging, "options")).flatMap(([name, value]) => {
    if (typeof value !== "string") return []
    const text = `${name}=${value}`
    const other = translateText(text, LogOption, `${what}.options.${name}`, translation)
    return other === text ? [] : [[name, other.slice(name.length + 1)] as const]
  })
  const driver = JsonObject.text(logging, "driver")
  return others.length === 0
    ? {}
    : { logging: { ...(driver === undefined ? {} : { driver }), options: Object.fromEntries(others) } }
}

/** Devices of `blkio_config`: an override appends to these lists, and cannot take out what is there (compose-go 2.4). */
const leaveThrottled = (config: unknown, what: string, { leave }: ModelTranslation.ModelTranslation): void => {
  for (const [list] of JsonObject.entries(config)) {
    for (const device of JsonObject.list(config, list)) {
      const path = JsonObject.text(device, "path")
      if (path !== undefined) {
        leave(`${what}.${list}`, path, "an override file cannot replace it; write the daemon's path there")
      }
    }
  }
}

/** The entries that change, in order. */
const changed = (
  entries: ReadonlyArray<unknown>,
  translateEntry: (entry: unknown) => unknown
): ReadonlyArray<unknown> => entries.map(translateEntry).filter((entry, at) => entry !== entries[at])

/** A volume of a service: an object, or a text as Compose v1 prints it. */
const translateMount = (
  mount: unknown,
  what: string,
  translation: ModelTranslation.ModelTranslation
): unknown => {
  if (typeof mount === "string") return translateText(mount, VolumeSpec, what, translation)
  return JsonObject.text(mount, "type") === "bind" ? translateSource(mount, what, translation) : mount
}

const translateDevice = (
  device: unknown,
  what: string,
  translation: ModelTranslation.ModelTranslation
): unknown =>
  typeof device === "string"
    ? translateText(device, DeviceSpec, what, translation)
    : translateSource(device, what, translation)

/** The same object where its source stays. */
const translateSource = (value: unknown, what: string, { translate }: ModelTranslation.ModelTranslation): unknown => {
  const source = JsonObject.text(value, "source")
  const other = source === undefined ? undefined : translate(what, source)
  return other === source ? value : { ...JsonObject.fields(value), source: other }
}

const translateText = (
  text: string,
  syntax: typeof VolumeSpec | typeof DeviceSpec | typeof LogOption,
  what: string,
  { translate }: ModelTranslation.ModelTranslation
): string => {
  const source = syntax.source(text)
  const other = source === undefined ? undefined : translate(what, source)
  return other === undefined || other === source ? text : syntax.withSource(text, other) ?? text
}

/** The options `device` and `o` of a volume's driver. An override can replace one without the other. */
const volumeFields = (
  volume: unknown,
  what: string,
  { translate }: ModelTranslation.ModelTranslation
): Fields => {
  const options = JsonObject.field(volume, "driver_opts")
  const others = ["device", "o"].flatMap((name) => {
    const value = JsonObject.text(options, name)
    if (value === undefined) return []
    const path = (one: string): string => translate(`${what}.driver_opts.${name}`, one)
    const other = name === "device"
      ? path(value)
      : OverlayOptions.withSources(value, OverlayOptions.sources(value).map(path))
    return other === value ? [] : [[name, other] as const]
  })
  return others.length === 0 ? {} : { driver_opts: Object.fromEntries(others) }
}

/** A config from a file, which the daemon mounts. */
const configFields = (
  part: unknown,
  what: string,
  { translate }: ModelTranslation.ModelTranslation
): Fields => {
  const file = JsonObject.text(part, "file")
  const other = file === undefined ? undefined : translate(`${what}.file`, file)
  return other === file ? {} : { file: other }
}
