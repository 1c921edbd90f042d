/**
 * Translates the paths of a Compose project that the daemon opens.
 */
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as DeviceSpec from "../../syntax/DeviceSpec.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as LogOption from "../../syntax/LogOption.ts"
import * as OverlayOptions from "../../syntax/OverlayOptions.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"
import * as PathTranslation from "../paths/PathTranslation.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as ModelSecrets from "./ModelSecrets.ts"
import type { Translate } from "./ModelTranslation.ts"
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
  situation: Situation
): Planning.Planning<ReadonlyArray<ComposeOverride.Addition>> => {
  const translatePath = translator(situation)
  const parts = [
    ...model.services.map((service) => ({ section: "services", part: service, fieldsOf: serviceFields } as const)),
    ...model.volumes.map((volume) => ({ section: "volumes", part: volume, fieldsOf: volumeFields } as const)),
    ...model.configs.map((config) => ({ section: "configs", part: config, fieldsOf: configFields } as const))
  ]
  const own = Planning.each(parts, ({ fieldsOf, part: { fields, name }, section }) =>
    Planning.map(
      fieldsOf(fields, `${section}.${name}`, translatePath),
      (changed): ComposeOverride.Addition => ({ section, name, fields: changed })
    ))
  return Planning.map(Planning.both(own, ModelSecrets.translate(model, translatePath)), ([all, secrets]) => {
    const changed = all.filter(({ fields }) => Object.keys(fields).length > 0)
    return [...changed, ...secrets, ...ModelWatch.additions(model, changed)]
  })
}

const translator = (situation: Situation): Translate => {
  const translatePath = PathTranslation.translator(PathTranslation.context(situation.settings, ""), situation)
  return (what, path) => {
    const source = ComposeModel.unescape(path)
    return Planning.flatMap(translatePath(source), (translation) => {
      const { warning, why } = translation
      const notices = warning === undefined ? [] : [{ text: `${what}: ${source}: ${warning}` }]
      return translation._tag === "Unchanged"
        ? Planning.of(path, { notices, leftAlone: [{ what, value: source, why: warning ?? why }] })
        : Planning.of(ComposeModel.escape(translation.source), {
          notices,
          changes: [{ what, from: source, to: translation.source, why }]
        })
    })
  }
}

type Fields = ComposeOverride.Fields

const serviceFields = (service: unknown, what: string, translatePath: Translate): Planning.Planning<Fields> => {
  const volumes = changed(
    JsonObject.list(service, "volumes"),
    (volume) => translateMount(volume, `${what}.volumes`, translatePath)
  )
  const throttled = leaveThrottled(JsonObject.field(service, "blkio_config"), `${what}.blkio_config`, translatePath)
  const devices = changed(
    JsonObject.list(service, "devices"),
    (device) => translateDevice(device, `${what}.devices`, translatePath)
  )
  const logging = translateLogging(JsonObject.field(service, "logging"), `${what}.logging`, translatePath)
  return Planning.map(
    Planning.both(Planning.both(volumes, throttled), Planning.both(devices, logging)),
    ([[mounts], [others, log]]) => ({
      ...(mounts.length === 0 ? {} : { volumes: mounts }),
      ...(others.length === 0 ? {} : { devices: others }),
      ...log
    })
  )
}

/** The options of a logging driver, which are merged by their names where the driver is the same (compose-go 2.4). */
const translateLogging = (logging: unknown, what: string, translatePath: Translate): Planning.Planning<Fields> => {
  if (logging === undefined) return Planning.of({})
  const options = JsonObject.entries(JsonObject.field(logging, "options")).flatMap(([name, value]) =>
    typeof value === "string" ? [{ name, text: `${name}=${value}` }] : []
  )
  const translated = Planning.each(
    options,
    ({ name, text }) => translateText(text, LogOption, `${what}.options.${name}`, translatePath)
  )
  const driver = JsonObject.text(logging, "driver")
  return Planning.map(translated, (texts) => {
    const others = options.flatMap(({ name, text }, at) => {
      const other = texts[at] ?? text
      return other === text ? [] : [[name, other.slice(name.length + 1)] as const]
    })
    return others.length === 0 ? {} : {
      logging: { ...(driver === undefined ? {} : { driver }), options: Object.fromEntries(others) }
    }
  })
}

/** Devices of `blkio_config`: an override appends to these lists, and cannot take out what is there (compose-go 2.4). */
const leaveThrottled = (config: unknown, what: string, translatePath: Translate): Planning.Planning<unknown> => {
  if (config === undefined) return Planning.of([])
  const devices = JsonObject.entries(config).flatMap(([list, entries]) =>
    (Array.isArray(entries) ? entries : []).flatMap((device: unknown) => {
      const path = JsonObject.text(device, "path")
      return path === undefined ? [] : [{ what: `${what}.${list}`, path }]
    })
  )
  const why = "an override file cannot replace it; write the daemon's path there"
  return Planning.each(
    devices,
    (device) =>
      Planning.mapGains(translatePath(device.what, device.path), ({ changes, leftAlone, notices }) => ({
        changes: [],
        notices: [...notices, ...changes.map(({ from }) => ({ text: `${device.what}: ${from}: ${why}` }))],
        leftAlone: [...leftAlone, ...changes.map(({ from }) => ({ what: device.what, value: from, why }))]
      }))
  )
}

/** The entries that change, in order. */
const changed = (
  entries: ReadonlyArray<unknown>,
  translateEntry: (entry: unknown) => Planning.Planning<unknown>
): Planning.Planning<ReadonlyArray<unknown>> =>
  entries.length === 0 ? Planning.of([]) : Planning.map(
    Planning.each(entries, translateEntry),
    (others) => others.filter((entry, at) => entry !== entries[at])
  )

/** A volume of a service: an object, or a text as Compose v1 prints it. */
const translateMount = (mount: unknown, what: string, translatePath: Translate): Planning.Planning<unknown> => {
  if (typeof mount === "string") return translateText(mount, VolumeSpec, what, translatePath)
  return JsonObject.text(mount, "type") === "bind" ? translateSource(mount, what, translatePath) : Planning.of(mount)
}

const translateDevice = (device: unknown, what: string, translatePath: Translate): Planning.Planning<unknown> =>
  typeof device === "string"
    ? translateText(device, DeviceSpec, what, translatePath)
    : translateSource(device, what, translatePath)

/** The same object where its source stays. */
const translateSource = (value: unknown, what: string, translatePath: Translate): Planning.Planning<unknown> => {
  const source = JsonObject.text(value, "source")
  return source === undefined ? Planning.of(value) : Planning.map(
    translatePath(what, source),
    (other) => other === source ? value : { ...JsonObject.fields(value), source: other }
  )
}

const translateText = (
  text: string,
  syntax: typeof VolumeSpec | typeof DeviceSpec | typeof LogOption,
  what: string,
  translatePath: Translate
): Planning.Planning<string> => {
  const source = syntax.source(text)
  return source === undefined ? Planning.of(text) : Planning.map(
    translatePath(what, source),
    (other) => other === source ? text : syntax.withSource(text, other) ?? text
  )
}

/** The options `device` and `o` of a volume's driver. An override can replace one without the other. */
const volumeFields = (volume: unknown, what: string, translatePath: Translate): Planning.Planning<Fields> => {
  const options = JsonObject.field(volume, "driver_opts")
  const written = ["device", "o"].flatMap((name) => {
    const value = JsonObject.text(options, name)
    return value === undefined ? [] : [{ name, value }]
  })
  const translated = Planning.each(written, ({ name, value }) => {
    const place = `${what}.driver_opts.${name}`
    if (name === "device") return translatePath(place, value)
    const paths = Planning.each(OverlayOptions.sources(value), (path) => translatePath(place, path))
    return Planning.map(paths, (others) => OverlayOptions.withSources(value, others))
  })
  return Planning.map(translated, (values) => {
    const others = written.flatMap(({ name, value }, at) => values[at] === value ? [] : [[name, values[at]] as const])
    return others.length === 0 ? {} : { driver_opts: Object.fromEntries(others) }
  })
}

/** A config from a file, which the daemon mounts. */
const configFields = (part: unknown, what: string, translatePath: Translate): Planning.Planning<Fields> => {
  const file = JsonObject.text(part, "file")
  return file === undefined ? Planning.of({}) : Planning.map(
    translatePath(`${what}.file`, file),
    (other) => other === file ? {} : { file: other }
  )
}
