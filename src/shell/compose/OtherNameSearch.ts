/** Looks, once for each project and daemon, for containers and volumes under another name of the project. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Env } from "../../core/Invocation.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as Remembered from "../files/Remembered.ts"
import type { EngineInfo } from "../services/EngineInfo.ts"
import * as OtherNameMemory from "./OtherNameMemory.ts"

/**
 * The line to print, if there is something. Remembers that it looked. If the daemon cannot be asked, it prints nothing, and
 * asks again the next time.
 */
export const look = (
  action: OtherNameMemory.Look,
  env: Env,
  engine: Context.Tag.Service<EngineInfo>
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const found = OtherNameMemory.place(action, env)
    if (found === undefined) return []
    const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${action.other}`] }))
    const path = action.kind === "volumes" ? "volumes" : "containers/json"
    const answer = yield* engine.ask(found.socket, `/${path}?filters=${filters}`)
    if (answer._tag !== "Answered") return []
    Remembered.write(found.file, true)
    return isEmpty(answer.info) ? [] : [action.text]
  })

/** A list of containers, or an object with a list of volumes. */
const isEmpty = (answer: unknown): boolean => {
  const list = JsonObject.isObject(answer) ? answer["Volumes"] : answer
  return !Array.isArray(list) || list.length === 0
}
