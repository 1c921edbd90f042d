/** Reads a daemon's description of a container: the answers of `GET /containers/ID/json` and `GET /containers/json`. */
import type { Container, ContainerMount } from "../paths/OwnMounts.ts"
import * as PosixPath from "../paths/PosixPath.ts"
import * as JsonObject from "../syntax/JsonObject.ts"

/**
 * Reads a container; `undefined` if the answer is none, or has a mount that the shim does not understand.
 *
 * **Details**
 *
 * moby 28.5.2, `api/types/container`. A bind has the daemon's path as `Source`, a volume of the driver `local` the directory
 * that the daemon keeps it in. Other mounts (tmpfs, images, volumes of other drivers) have no source that another container
 * could mount. Neither has a part of a volume, nor a bind without the mounts below it.
 */
export const decode = (answer: unknown): Container | undefined => {
  const id = JsonObject.text(answer, "Id")
  const host = JsonObject.field(answer, "HostConfig")
  const listed: unknown = JsonObject.field(answer, "Mounts")
  if (id === undefined || !isId(id) || !Array.isArray(listed)) return undefined
  const partial = new Set(
    JsonObject.list(host, "Mounts").filter(isPartial).map((one) =>
      PosixPath.normalize(JsonObject.text(one, "Target") ?? "")
    )
  )
  const mounts = listed.map((one) => mountOf(one, partial))
  if (mounts.includes(undefined)) return undefined
  return {
    id,
    isRunning: JsonObject.field(JsonObject.field(answer, "State"), "Running") === true,
    upper: JsonObject.text(JsonObject.field(JsonObject.field(answer, "GraphDriver"), "Data"), "UpperDir"),
    mounts: mounts.filter((one) => one !== undefined)
  }
}

/**
 * The containers in a list that may share the network of one container, and with it `/etc/hostname`; `undefined` if the answer
 * is no list.
 *
 * **Details**
 *
 * A container names the one whose network it shares by its id, or by a name, which may have changed since: only one that names
 * another id certainly shares that one's.
 */
export const sharingNetwork = (answer: unknown, id: string): ReadonlyArray<string> | undefined => {
  if (!Array.isArray(answer)) return undefined
  const all: ReadonlyArray<unknown> = answer
  return all.filter((one) => {
    const [, shared] =
      /^container:(.+)$/.exec(JsonObject.text(JsonObject.field(one, "HostConfig"), "NetworkMode") ?? "")
        ?? []
    return shared !== undefined && (shared === id || !isId(shared))
  }).flatMap((one) => JsonObject.text(one, "Id") ?? []).filter(isId)
}

const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

const isPartial = (mount: unknown): boolean =>
  JsonObject.text(JsonObject.field(mount, "VolumeOptions"), "Subpath") !== undefined
  || JsonObject.field(JsonObject.field(mount, "BindOptions"), "NonRecursive") === true

const mountOf = (mount: unknown, partial: ReadonlySet<string>): ContainerMount | undefined => {
  const [destination, source, type] = [
    JsonObject.text(mount, "Destination"),
    JsonObject.text(mount, "Source"),
    JsonObject.text(mount, "Type")
  ]
  if (destination === undefined || !PosixPath.isAbsolute(destination)) return undefined
  const isShared = type === "bind" || (type === "volume" && JsonObject.text(mount, "Driver") === "local")
  const isKnown = isShared && source !== undefined && PosixPath.isAbsolute(source)
  return { destination, source: isKnown && !partial.has(PosixPath.normalize(destination)) ? source : undefined }
}
