/**
 * Translates the paths of a Compose project that the daemon opens.
 */
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type * as ComposeOverride from "../../compose/ComposeOverride.ts"
import type * as Facts from "../../Facts.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type { Settings } from "../../Settings.ts"
import * as DeviceSpec from "../../syntax/DeviceSpec.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as LogOption from "../../syntax/LogOption.ts"
import * as OverlayOptions from "../../syntax/OverlayOptions.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"
import * as SourceContext from "../paths/SourceContext.ts"
import * as Revision from "../Revision.ts"
import * as ModelSecrets from "./ModelSecrets.ts"
import type { Translate } from "./ModelTranslation.ts"
import * as ModelWatch from "./ModelWatch.ts"

/**
 * What an override has to say of every path that the daemon opens: binds of services, devices and overlay directories of
 * volumes, files of secrets and configs, devices, sockets and certificates of logging drivers; and of what Compose compares
 * with such a path.
 *
 * **Details**
 *
 * A service's entries are replaced by their target, so a changed one is written with all its fields, and only those that
 * change are there (docker/compose 2.40.3 and 2.26.1, FACTS E and F). All paths of a model are absolute; a relative one is
 * no path of the daemon's.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  model: ComposeModel.ComposeModel,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<ComposeOverride.Addition>> => {
  const translate = translator(settings, facts)
  const revised = Revision.all(
    [
      ...model.services.map((service) => ({ section: "services", part: service, revise: reviseService } as const)),
      ...model.volumes.map((volume) => ({ section: "volumes", part: volume, revise: reviseVolume } as const)),
      ...model.configs.map((config) => ({ section: "configs", part: config, revise: reviseFile } as const))
    ],
    ({ part, revise: revisePart, section }) => {
      const fields = revisePart(part.fields, `${section}.${part.name}`, translate)
      return { ...fields, value: { section, name: part.name, fields: fields.value } }
    }
  )
  const own = { ...revised, value: revised.value.filter(({ fields }) => Object.keys(fields).length > 0) }
  const secrets = ModelSecrets.revise(model, translate)
  const watched = ModelWatch.revise(model, own.value)
  return {
    ...Revision.after(own, secrets),
    value: [...own.value, ...secrets.value, ...watched]
  }
}

const translator = (settings: Settings, facts: Facts.Facts): Translate => {
  const context = SourceContext.make(settings, "", facts)
  return (what, path) => {
    const source = ComposeModel.unescape(path)
    const translation = SourceTranslation.translate(source, context)
    const notices = translation._tag === "Asks" || translation.warning === undefined
      ? []
      : [{ text: `${what}: ${source}: ${translation.warning}` }]
    switch (translation._tag) {
      case "Unchanged":
        return Revision.of(path, {
          notices,
          leftAlone: [{ what, value: source, why: translation.warning ?? translation.why }]
        })
      case "Asks":
        return Revision.of(path, {
          questions: translation.paths.map((one) => ({ _tag: "RealPath", path: one } as const))
        })
      case "Translated":
        return Revision.of(ComposeModel.escape(translation.source), {
          notices,
          changes: [{ what, from: source, to: translation.source, why: translation.why }]
        })
    }
  }
}

type Fields = ComposeOverride.Fields

const reviseService = (service: unknown, what: string, translate: Translate): Revision.Revision<Fields> => {
  const volumes = changed(
    JsonObject.list(service, "volumes"),
    (volume) => reviseMount(volume, `${what}.volumes`, translate)
  )
  const devices = changed(
    JsonObject.list(service, "devices"),
    (device) => reviseDevice(device, `${what}.devices`, translate)
  )
  const logging = reviseLogging(JsonObject.field(service, "logging"), `${what}.logging`, translate)
  const throttled = leaveThrottled(JsonObject.field(service, "blkio_config"), `${what}.blkio_config`, translate)
  return Revision.after(Revision.after(volumes, throttled), {
    ...Revision.after(devices, logging),
    value: {
      ...(volumes.value.length === 0 ? {} : { volumes: volumes.value }),
      ...(devices.value.length === 0 ? {} : { devices: devices.value }),
      ...logging.value
    }
  })
}

/** The options of a logging driver, which are merged by their names where the driver is the same (compose-go 2.4). */
const reviseLogging = (logging: unknown, what: string, translate: Translate): Revision.Revision<Fields> => {
  const options = JsonObject.entries(JsonObject.field(logging, "options")).flatMap(([name, value]) =>
    typeof value === "string" ? [{ name, text: `${name}=${value}` }] : []
  )
  const revised = Revision.all(
    options,
    ({ name, text }) => reviseText(text, LogOption, `${what}.options.${name}`, translate)
  )
  const others = options.flatMap(({ name, text }, at) => {
    const other = revised.value[at] ?? text
    return other === text ? [] : [[name, other.slice(name.length + 1)] as const]
  })
  const driver = JsonObject.text(logging, "driver")
  return {
    ...revised,
    value: others.length === 0 ? {} : {
      logging: { ...(driver === undefined ? {} : { driver }), options: Object.fromEntries(others) }
    }
  }
}

/** Devices of `blkio_config`: an override appends to these lists, and cannot take out what is there (compose-go 2.4). */
const leaveThrottled = (config: unknown, what: string, translate: Translate): Revision.Revision<unknown> => {
  const devices = JsonObject.entries(config).flatMap(([list, entries]) =>
    (Array.isArray(entries) ? entries : []).flatMap((device: unknown) => {
      const path = JsonObject.text(device, "path")
      return path === undefined ? [] : [{ what: `${what}.${list}`, path }]
    })
  )
  return Revision.all(devices, (device) => {
    const { changes, ...revised } = translate(device.what, device.path)
    const why = "an override file cannot replace it; write the daemon's path there"
    return {
      ...revised,
      changes: [],
      notices: [...revised.notices, ...changes.map(({ from }) => ({ text: `${device.what}: ${from}: ${why}` }))],
      leftAlone: [...revised.leftAlone, ...changes.map(({ from }) => ({ what: device.what, value: from, why }))]
    }
  })
}

/** The entries that become others, in order. */
const changed = (
  entries: ReadonlyArray<unknown>,
  revise: (entry: unknown) => Revision.Revision<unknown>
): Revision.Revision<ReadonlyArray<unknown>> => {
  const revised = Revision.all(entries, revise)
  return { ...revised, value: revised.value.filter((entry, at) => entry !== entries[at]) }
}

/** A volume of a service: an object, or a text as Compose v1 prints it. */
const reviseMount = (mount: unknown, what: string, translate: Translate): Revision.Revision<unknown> => {
  if (typeof mount === "string") return reviseText(mount, VolumeSpec, what, translate)
  const source = JsonObject.text(mount, "source")
  if (source === undefined || JsonObject.text(mount, "type") !== "bind") return Revision.of(mount)
  const revised = translate(what, source)
  return { ...revised, value: withField(mount, "source", source, revised.value) }
}

const reviseDevice = (device: unknown, what: string, translate: Translate): Revision.Revision<unknown> => {
  if (typeof device === "string") return reviseText(device, DeviceSpec, what, translate)
  const source = JsonObject.text(device, "source")
  if (source === undefined) return Revision.of(device)
  const revised = translate(what, source)
  return { ...revised, value: withField(device, "source", source, revised.value) }
}

const reviseText = (
  text: string,
  syntax: typeof VolumeSpec | typeof DeviceSpec | typeof LogOption,
  what: string,
  translate: Translate
): Revision.Revision<string> => {
  const source = syntax.source(text)
  if (source === undefined) return Revision.of(text)
  const revised = translate(what, source)
  return { ...revised, value: revised.value === source ? text : syntax.withSource(text, revised.value) ?? text }
}

/** A volume's driver's options `device` and `o`, which are replaced by themselves. */
const reviseVolume = (volume: unknown, what: string, translate: Translate): Revision.Revision<Fields> => {
  const options = JsonObject.field(volume, "driver_opts")
  const written = ["device", "o"].flatMap((name) => {
    const value = JsonObject.text(options, name)
    return value === undefined ? [] : [{ name, value }]
  })
  const revised = Revision.all(written, ({ name, value }) => {
    const place = `${what}.driver_opts.${name}`
    if (name === "device") return translate(place, value)
    const paths = OverlayOptions.sources(value)
    const translated = Revision.all(paths, (path) => translate(place, path))
    return { ...translated, value: OverlayOptions.withSources(value, translated.value) }
  })
  const others = written.flatMap(({ name, value }, at) =>
    revised.value[at] === value ? [] : [[name, revised.value[at]] as const]
  )
  return { ...revised, value: others.length === 0 ? {} : { driver_opts: Object.fromEntries(others) } }
}

/** A config from a file, which the daemon mounts. */
const reviseFile = (part: unknown, what: string, translate: Translate): Revision.Revision<Fields> => {
  const file = JsonObject.text(part, "file")
  if (file === undefined) return Revision.of({})
  const revised = translate(`${what}.file`, file)
  return { ...revised, value: revised.value === file ? {} : { file: revised.value } }
}

/** The same object where the field stays. */
const withField = (value: unknown, name: string, from: string, to: string): unknown =>
  from === to ? value : { ...JsonObject.fields(value), [name]: to }
