/** Names in a project that the project's name does not keep apart. */
import * as Argv from "../../argv/Argv.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type { Notice } from "../../ExecPlan.ts"
import type { Env } from "../../Invocation.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"

/**
 * The notice about names that two sessions with this project would still share on one daemon: fixed container names and
 * published ports of the services that the call starts, external volumes and networks. None if there are no such names, or the
 * call starts nothing. Printed once for each project.
 */
export const notices = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  name: string,
  env: Env
): ReadonlyArray<Notice> => {
  if (!ComposeCall.creates(call) || ComposeCall.isDryRun(call.line)) return []
  const started = startedServices(call, model, env)
  const found = [
    list("container_name", started.flatMap(({ fields }) => JsonObject.text(fields, "container_name") ?? [])),
    list("port", started.flatMap(({ fields }) => JsonObject.list(fields, "ports").flatMap(published))),
    list("external volume", model.volumes.filter(isExternal).map((one) => one.name)),
    list("external network", model.networks.filter(isExternal).map((one) => one.name))
  ].filter((one) => one !== "")
  return found.length === 0
    ? []
    : [{
      text: `project ${name} still shares with other projects of this daemon: ${found.join("; ")}`,
      isOnce: true
    }]
}

const isExternal = ({ fields }: ComposeModel.Part): boolean => JsonObject.field(fields, "external") === true

/**
 * The services that a call starts with the container names and ports that their files give them: `run` gives its own
 * service others. The model has all profiles; a service of one that is not in use is started only if it is named.
 */
const startedServices = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  env: Env
): ReadonlyArray<ComposeModel.Part> => {
  const named = ComposeCall.services(call)
  const isRun = call.line.command._tag === "ComposeCommand" && call.line.command.name === "run"
  const profiles = [...Argv.values(call.line.group, "profile"), ...(env["COMPOSE_PROFILES"] ?? "").split(",")]
  const isInUse = ({ fields }: ComposeModel.Part): boolean => {
    const own = JsonObject.texts(fields, "profiles")
    return own.length === 0 || own.some((profile) => profiles.includes(profile)) || profiles.includes("*")
  }
  if (named.length === 0) return model.services.filter(isInUse)
  const needed = ComposeModel.withDependencies(model, isRun ? named.slice(0, 1) : named)
  return model.services.filter((service) => needed.has(service.name) && !(isRun && service.name === named[0]))
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
