/**
 * Can docker tell what is in the registry of the cache?
 */
import * as Effect from "effect/Effect"
import * as RegistryProbe from "../services/RegistryProbe.ts"
import type { Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** Asks for an entry that no build has. Whether the daemon may push there shows only in a build. */
export const examine = (prefix: string, ask: Examination["ask"]): Effect.Effect<Finding.Finding> => {
  const reference = `${prefix}/docker-shim-doctor:none`
  const evidence = `in a registry, ${prefix} (DOCKER_SHIM_CACHE_BACKEND)`
  return Effect.map(ask(RegistryProbe.question(reference)), (ran) => {
    const entry = RegistryProbe.ofAnswer(reference, ran)
    return entry._tag === "Unknown"
      ? Finding.warn(
        "cache",
        `${evidence}: new tags start from nothing, since docker cannot tell what is there: ${entry.why}`,
        "docker login; check that this machine reaches the registry"
      )
      : Finding.ok("cache", `${evidence}, which answers`)
  })
}
