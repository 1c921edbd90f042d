/**
 * Keeps Compose from syncing files into a directory that is mounted already.
 */
import type * as ComposeModel from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"

/**
 * The override fields for `develop.watch`, given those for the services' binds.
 *
 * **Details**
 *
 * Compose compares the path of a sync with the sources of the service's binds, and does not watch a path inside one: the sync
 * would write into its own source, which is a change, endlessly (docker/compose 5.5.0, `pkg/compose/watch.go`,
 * `checkIfPathAlreadyBindMounted`). With the sources translated the comparison would fail. So the path of such a sync is given
 * as the daemon's too: Compose never opens it. Its initial sync leaves out binds inside the path; those become patterns to
 * ignore.
 */
export const additions = (
  model: ComposeModel.ComposeModel,
  paths: ReadonlyArray<ComposeOverride.Addition>
): ReadonlyArray<ComposeOverride.Addition> => {
  const watching = model.services.filter(({ fields }) => watchOf(fields).length > 0)
  if (watching.length === 0) return []
  const translated = new Map(
    paths.flatMap(({ fields, name, section }) =>
      section === "services" && fields["volumes"] !== undefined ? [[name, fields] as const] : []
    )
  )
  return watching.flatMap(({ fields, name }): ReadonlyArray<ComposeOverride.Addition> => {
    const binds = translated.has(name) ? bindsOf(fields, translated.get(name)) : []
    const watch = watchOf(fields)
    const revised = watch.map((trigger) => reviseTrigger(trigger, binds))
    return revised.every((trigger, at) => trigger === watch[at])
      ? []
      : [{ section: "services", name, fields: { develop: { [ComposeOverride.replacing("watch")]: revised } } }]
  })
}

const watchOf = (service: unknown): ReadonlyArray<unknown> =>
  JsonObject.list(JsonObject.field(service, "develop"), "watch")

/** A bind whose source was translated. */
interface Bind {
  readonly from: string
  readonly to: string
}

const bindsOf = (service: unknown, addition: unknown): ReadonlyArray<Bind> => {
  const originals = new Map(
    JsonObject.list(service, "volumes").map((mount) => [JsonObject.text(mount, "target"), mount])
  )
  return JsonObject.list(addition, "volumes").flatMap((mount) => {
    const from = JsonObject.text(originals.get(JsonObject.text(mount, "target")), "source")
    const to = JsonObject.text(mount, "source")
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
}

const reviseTrigger = (trigger: unknown, binds: ReadonlyArray<Bind>): unknown => {
  const path = JsonObject.text(trigger, "path")
  if (path === undefined || JsonObject.text(trigger, "action")?.startsWith("sync") !== true) return trigger
  const around = binds.find(({ from }) => PosixPath.isWithin(path, from))
  if (around !== undefined) {
    return { ...JsonObject.fields(trigger), path: `${around.to}${path.slice(around.from.length)}` }
  }
  const inside = binds.filter(({ from }) => PosixPath.isWithin(from, path))
  return inside.length === 0 || JsonObject.field(trigger, "initial_sync") !== true ? trigger : {
    ...JsonObject.fields(trigger),
    ignore: [...JsonObject.list(trigger, "ignore"), ...inside.map(({ from }) => from.slice(path.length + 1))]
  }
}
