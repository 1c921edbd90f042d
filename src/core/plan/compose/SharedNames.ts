/** Names in a project that the project's name does not keep apart. */
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type { Notice } from "../../ExecPlan.ts"
import type { Env } from "../../Invocation.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as StartedServices from "./StartedServices.ts"

/**
 * The notice about names that two sessions with this project would still share on one daemon: fixed container names and
 * published ports of the services that the call starts, and the external volumes and networks that these use. None if there are no
 * such names, or the call starts nothing. Printed once for each project.
 */
export const notices = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  name: string,
  env: Env
): ReadonlyArray<Notice> => {
  if (!ComposeCall.creates(call) || ComposeCall.isDryRun(call.line)) return []
  const started = StartedServices.find(call, model, env)
  // `run` gives its own service another name, and none of its ports
  const own = StartedServices.isRun(call) ? ComposeCall.services(call)[0] : undefined
  const named = started.filter(({ name }) => name !== own)
  const externals = (parts: ReadonlyArray<ComposeModel.Part>, used: (service: unknown) => ReadonlyArray<string>) => {
    const names = new Set(started.flatMap(({ fields }) => used(fields)))
    return parts.filter((part) => isExternal(part) && names.has(part.name))
      .map(({ fields, name }) => JsonObject.text(fields, "name") ?? name)
  }
  const found = [
    list("container_name", named.flatMap(({ fields }) => JsonObject.text(fields, "container_name") ?? [])),
    list("port", named.flatMap(({ fields }) => JsonObject.list(fields, "ports").flatMap(published))),
    list("external volume", externals(model.volumes, volumesOf)),
    list("external network", externals(model.networks, networksOf))
  ].filter((one) => one !== "")
  return found.length === 0
    ? []
    : [{
      text: `project ${name} still shares with other projects of this daemon: ${found.join("; ")}`,
      isOnce: true,
      // whatever the next command starts
      topic: `what project ${name} shares`
    }]
}

const isExternal = ({ fields }: ComposeModel.Part): boolean => JsonObject.field(fields, "external") === true

/** The names of a service's volumes; Compose v1 prints a text for each. */
const volumesOf = (service: unknown): ReadonlyArray<string> =>
  JsonObject.list(service, "volumes").flatMap((one) =>
    typeof one === "string" ? one.split(":", 1) : JsonObject.text(one, "source") ?? []
  )

/** The networks of a service: those that it names, else the project's own. */
const networksOf = (service: unknown): ReadonlyArray<string> => {
  const mode = JsonObject.field(service, "network_mode")
  const names = ComposeModel.networks(service)
  return names.length > 0 || (mode !== undefined && mode !== "") ? names : ["default"]
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
