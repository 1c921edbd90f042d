/**
 * Names in a project that a project name does not set apart.
 */
import type { ComposeModel } from "../../compose/ComposeModel.ts"
import type { Notice } from "../../ExecPlan.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"

/**
 * The line that says what two sessions with this project would still share on one daemon: container names that are
 * written out, published ports, external volumes. None where there is nothing of that.
 *
 * @category planning
 * @since 0.1.0
 */
export const notices = (model: ComposeModel, name: string): ReadonlyArray<Notice> => {
  const found = [
    list("container_name", model.services.flatMap(({ fields }) => JsonObject.text(fields, "container_name") ?? [])),
    list("port", model.services.flatMap(({ fields }) => JsonObject.list(fields, "ports").flatMap(published))),
    list(
      "external volume",
      model.volumes.filter(({ fields }) => JsonObject.field(fields, "external") === true).map((one) => one.name)
    )
  ].filter((one) => one !== "")
  return found.length === 0
    ? []
    : [{ text: `project ${name} still shares with other projects of this daemon: ${found.join("; ")}` }]
}

/** A port of the host's that is written out: an object's, or of a text as Compose v1 prints it. */
const published = (port: unknown): ReadonlyArray<string> => {
  if (typeof port === "string") return port.includes(":") ? [port.replace(/:[^:]*$/, "")] : []
  const found = JsonObject.field(port, "published")
  return (typeof found === "string" && found !== "" && found !== "0") || typeof found === "number"
    ? [String(found)]
    : []
}

/** As many as fit on a line. */
const mostNamed = 5

const list = (what: string, names: ReadonlyArray<string>): string => {
  const all = [...new Set(names)]
  if (all.length === 0) return ""
  const more = all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ""
  return `${what} ${all.slice(0, mostNamed).join(", ")}${more}`
}
