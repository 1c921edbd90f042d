/** Which services of a project a call starts. */
import * as Argv from "../../argv/Argv.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import type { Env } from "../../Invocation.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"

/** Whether the call is `run`, which gives its own service another name and none of its ports. */
export const isRun = ({ line }: ComposeCall.ComposeCall): boolean =>
  line.command._tag === "ComposeCommand" && line.command.name === "run"

/**
 * The services that a call starts, none for `build`. The model has all profiles; a service of one that is not in use is started only
 * if it is named.
 */
export const find = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  env: Env
): ReadonlyArray<ComposeModel.Part> => {
  if (!ComposeCall.creates(call)) return []
  const services = ComposeCall.services(call)
  const profiles = [...Argv.values(call.line.group, "profile"), ...(env["COMPOSE_PROFILES"] ?? "").split(",")]
  const isInUse = ({ fields }: ComposeModel.Part): boolean => {
    const own = JsonObject.texts(fields, "profiles")
    return own.length === 0 || own.some((profile) => profiles.includes(profile)) || profiles.includes("*")
  }
  if (services.length === 0) return model.services.filter(isInUse)
  const named = isRun(call) ? services.slice(0, 1) : services
  const needed = ComposeCall.isTrue(call.line.tokens, "no-deps")
    ? new Set(named)
    : ComposeModel.withDependencies(model, named)
  return model.services.filter((service) => needed.has(service.name))
}
