/**
 * Is there a gateway, and do docker's clients use it here?
 */
import * as Effect from "effect/Effect"
import type { PathMapping } from "../../core/paths/PathMapping.ts"
import * as GatewayPlace from "../gateway/Place.ts"
import * as GatewayPresence from "../gateway/Presence.ts"
import { EngineInfo } from "../services/EngineInfo.ts"
import type { Check } from "./Examination.ts"
import * as Finding from "./Finding.ts"
import * as SessionDaemonCheck from "./SessionDaemonCheck.ts"

/**
 * The gateway at the session's endpoint, or else one at its usual place. No finding if there is none, because nobody needs one.
 */
export const check: Check = ({ found: answer, invocation, settings }) => {
  const used = SessionDaemonCheck.socketOf(invocation, settings)
  return Effect.gen(function*() {
    const found = used === undefined ? undefined : yield* presenceAt(used)
    if (found !== undefined && used !== undefined) {
      return [judge(used, found, answer?._tag === "Gateway" ? undefined : settings.mappings)]
    }
    const usual = GatewayPlace.usual
    const other = used === usual ? undefined : yield* presenceAt(usual)
    return other === undefined ? [] : [
      Finding.warn(
        "gateway",
        `one listens at ${usual}, but DOCKER_HOST does not name it: programs other than docker get no translation`,
        `export DOCKER_HOST=unix://${usual}`
      )
    ]
  })
}

const presenceAt = (socket: string): Effect.Effect<GatewayPresence.Presence | undefined> =>
  Effect.flatMap(EngineInfo.make, (engine) => engine.ask(socket, GatewayPresence.path)).pipe(
    Effect.map((answer) => answer._tag === "Answered" ? GatewayPresence.decode(answer.info) : undefined)
  )

/**
 * If a gateway and a shim have different mappings, they translate the same path to different places. `own` is empty if the shim
 * leaves translation to the gateway.
 */
const judge = (
  used: string,
  { daemon, mappings, version }: GatewayPresence.Presence,
  own: ReadonlyArray<PathMapping> | undefined
): Finding.Finding => {
  const evidence = `version ${version} at ${used}, for the daemon at ${daemon}`
  const list = (all: ReadonlyArray<PathMapping>): string =>
    all.map(({ from, to }) => `${from} at ${to}`).sort().join(", ") || "nothing"
  if (own === undefined) return Finding.ok("gateway", `${evidence}: it maps ${list(mappings)}`)
  return list(mappings) === list(own)
    ? Finding.ok("gateway", evidence)
    : Finding.warn(
      "gateway",
      `${evidence}: it maps ${list(mappings)}, and the settings here ${list(own)}`,
      "put the settings into /etc/docker-shim.env, for both, and restart the gateway"
    )
}
