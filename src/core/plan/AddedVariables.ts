/**
 * Takes back what a plan added to the environment, in a program below the one that it was added for: a service's provider
 * that calls `docker compose` for another project must not get the outer call's files and name.
 */
import type { Env } from "../Invocation.ts"
import * as JsonObject from "../syntax/JsonObject.ts"

/** The variable that says what was added: by name, the value, and the one before. */
export const variable = "DOCKER_SHIM_ADDED"

/** What a plan adds for the one Compose that it runs. `DOCKER_HOST` is the session's, whoever calls. */
const names = ["COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR", "COMPOSE_PROJECT_NAME", "BUILDX_BAKE_ENTITLEMENTS_FS"]

/** The mark for a program, with the plan's changes to the environment; nothing if there is nothing to undo. */
export const mark = (
  changes: Readonly<Record<string, string | null>>,
  env: Env
): Readonly<Record<string, string>> => {
  const added = names.flatMap((name) =>
    typeof changes[name] === "string" ? [[name, [changes[name], env[name] ?? null]] as const] : []
  )
  return added.length === 0 ? {} : { [variable]: JSON.stringify(Object.fromEntries(added)) }
}

/**
 * The environment without what a plan above added, and without the mark. A value that somebody has changed since is theirs
 * and stays.
 */
export const undo = (env: Env): Env => {
  const text = env[variable]
  if (text === undefined) return env
  const restored: Record<string, string | undefined> = { ...env }
  for (const [name, [value, before]] of Object.entries(decode(text))) {
    if (env[name] !== value) continue
    if (before === null) Reflect.deleteProperty(restored, name)
    else restored[name] = before
  }
  Reflect.deleteProperty(restored, variable)
  return restored
}

type Added = Readonly<Record<string, readonly [value: string, before: string | null]>>

/** Accepts only variables that a plan adds. In a text that the shim did not write there is nothing to undo. */
const decode = (text: string): Added =>
  Object.fromEntries(
    JsonObject.entries(JsonObject.parse(text)).flatMap(([name, pair]) =>
      names.includes(name) && Array.isArray(pair) && typeof pair[0] === "string"
        && (pair[1] === null || typeof pair[1] === "string")
        ? [[name, [pair[0], pair[1]] as const]]
        : []
    )
  )
