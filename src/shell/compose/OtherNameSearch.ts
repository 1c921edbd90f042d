/** Looks, once for each project and daemon, for containers and volumes under another name of the project. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as CacheAction from "../../core/cache/CacheAction.ts"
import type { Env } from "../../core/Invocation.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as DaemonSocket from "../builder/DaemonSocket.ts"
import * as Remembered from "../files/Remembered.ts"
import type { EngineInfo } from "../services/EngineInfo.ts"

/**
 * The line to print, if there is something. Remembers that it looked. If the daemon cannot be asked, it prints nothing, and
 * asks again the next time.
 */
export const look = (
  action: Extract<CacheAction.Before, { readonly _tag: "LookForOtherName" }>,
  env: Env,
  engine: Context.Tag.Service<EngineInfo>
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const socket = DaemonSocket.find(action.endpoint, env)
    const directory = Remembered.directory(env, "said")
    if (socket === undefined || directory === undefined) return []
    const place = Remembered.place(directory, [action.kind, action.other, action.text, socket])
    if (Remembered.read(place, 0, (value) => value === true ? true : undefined) === true) return []
    const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${action.other}`] }))
    const path = action.kind === "volumes" ? "volumes" : "containers/json"
    const answer = yield* engine.ask(socket, `/${path}?filters=${filters}`)
    if (answer._tag !== "Answered") return []
    Remembered.write(place, true)
    return isEmpty(answer.info) ? [] : [action.text]
  })

/** A list of containers, or an object with a list of volumes. */
const isEmpty = (answer: unknown): boolean => {
  const list = JsonObject.isObject(answer) ? answer["Volumes"] : answer
  return !Array.isArray(list) || list.length === 0
}
