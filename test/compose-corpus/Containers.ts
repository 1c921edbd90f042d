/**
 * The containers that Compose made of a project, as the engine tells, and what is to be seen inside.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import * as Model from "./Model.ts"
import type { ShimmedSession } from "./ShimmedSession.ts"

/** A container, as far as tests ask. */
export interface Container {
  readonly id: string
  readonly service: string
  readonly state: string
  readonly startedAt: string
  /** The sources of its binds by target, named volumes left out. */
  readonly binds: Readonly<Record<string, string>>
}

interface Inspected {
  readonly Id: string
  readonly State: { readonly Status: string; readonly StartedAt: string }
  readonly Config: { readonly Labels: Readonly<Record<string, string>> }
  readonly Mounts: ReadonlyArray<{ readonly Type: string; readonly Source: string; readonly Destination: string }>
}

/** The containers of a project, by service and id. */
export const of = async (session: ShimmedSession, project: string): Promise<ReadonlyArray<Container>> => {
  const ids = await listed(session, ["ps", "-aq"], project)
  if (ids.length === 0) return []
  const inspected = JSON.parse(await session.direct(["inspect", ...ids])) as ReadonlyArray<Inspected>
  return inspected.map(({ Config, Id, Mounts, State }) => ({
    id: Id,
    service: Config.Labels["com.docker.compose.service"] ?? "",
    state: State.Status,
    startedAt: State.StartedAt,
    binds: Object.fromEntries(
      Mounts.filter(({ Type }) => Type === "bind").map(({ Destination, Source }) => [Destination, Source])
    )
  })).sort((one, other) => `${one.service} ${one.id}` < `${other.service} ${other.id}` ? -1 : 1)
}

/** What of a project is left in the engine: containers, networks and volumes. */
export const traces = async (session: ShimmedSession, project: string): Promise<ReadonlyArray<string>> =>
  (await Promise.all([
    listed(session, ["ps", "-a", "--format", "container {{.Names}}"], project),
    listed(session, ["network", "ls", "--format", "network {{.Name}}"], project),
    listed(session, ["volume", "ls", "--format", "volume {{.Name}}"], project)
  ])).flat()

const listed = async (
  session: ShimmedSession,
  command: ReadonlyArray<string>,
  project: string
): Promise<ReadonlyArray<string>> =>
  (await session.direct([...command, "--filter", `label=com.docker.compose.project=${project}`])).split("\n")
    .filter((line) => line !== "")

/** The binds that a service is to have, by target, from the model as it is to be. */
export const wantedBinds = (model: Model.Fields, service: string): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...mountsOf(model, service).filter((mount) => mount["type"] === "bind").map((mount) =>
      [text(mount["target"]), text(mount["source"])] as const
    ),
    ...fileMounts(model, service, "secrets", "/run/secrets"),
    ...fileMounts(model, service, "configs", "/")
  ])

/**
 * A file of the user's in each bind of a service: its path in the container, and its content. `model` is as Compose gives
 * it without the shim.
 */
export const wantedFiles = (
  session: ShimmedSession,
  model: Model.Fields,
  service: string
): Readonly<Record<string, string>> => {
  const userPath = session.workspace?.userPath ?? ""
  const volumes = mountsOf(model, service).flatMap((mount) => {
    const device = Model.at(model, "volumes", text(mount["source"]), "driver_opts")["device"]
    return mount["type"] === "volume" && device !== undefined ? [[text(mount["target"]), text(device)] as const] : []
  })
  return Object.fromEntries(
    [...Object.entries(wantedBinds(model, service)), ...volumes].flatMap(([target, source]) => {
      const own = source.startsWith(`${userPath}/`) ? join(session.files, source.slice(userPath.length)) : source
      if (!existsSync(own)) return []
      if (statSync(own).isFile()) return [[target, readFileSync(own, "utf8")]]
      const name = readdirSync(own).sort().find((one) => statSync(join(own, one)).isFile())
      return name === undefined ? [] : [[join(target, name), readFileSync(join(own, name), "utf8")]]
    })
  )
}

/** Reads files in a container. */
export const read = async (
  session: ShimmedSession,
  container: Container,
  paths: ReadonlyArray<string>
): Promise<Readonly<Record<string, string>>> => {
  const script = "for f; do cat \"$f\" 2>&1; printf '\\001'; done"
  const output = await session.direct(["exec", container.id, "sh", "-c", script, "sh", ...paths])
  const contents = output.split("\u0001")
  return Object.fromEntries(paths.map((path, at) => [path, contents[at] ?? ""]))
}

const mountsOf = (model: Model.Fields, service: string): ReadonlyArray<Model.Fields> =>
  Object.values(Model.at(model, "services", service, "volumes")).map((mount) => Model.at(mount))

const fileMounts = (
  model: Model.Fields,
  service: string,
  kind: string,
  directory: string
): ReadonlyArray<readonly [string, string]> =>
  Object.values(Model.at(model, "services", service, kind)).map((entry) => Model.at(entry)).flatMap((entry) => {
    const source = text(entry["source"])
    const { file } = Model.at(model, kind, source)
    const target = entry["target"] === undefined ? source : text(entry["target"])
    return file === undefined ? [] : [[isAbsolute(target) ? target : join(directory, target), text(file)] as const]
  })

/** What the model's text means: dollars are doubled in it. */
const text = (value: unknown): string => typeof value === "string" ? value.replaceAll("$$", "$") : ""
