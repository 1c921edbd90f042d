/**
 * What no shim can better: the cache's entries as a user would name them in the Compose file, imported and not exported,
 * without the shim.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as CacheLayout from "../../src/core/cache/CacheLayout.ts"
import * as CacheContents from "../../test/real-docker/CacheContents.ts"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Project from "./Project.ts"
import * as Start from "./Start.ts"

/** The first start in a session, and the build right after, both without the shim. */
export interface ByHand {
  readonly start: Start.Start
  readonly rebuild: Start.Start
}

/** Each service with the entry that the shim made for it. */
const override = (cache: string): string => {
  const keys = CacheContents.entriesOf(cache)
  const services = Project.services.map((service) => {
    const key = keys.find((one) => one.split("@")[0] === `${Project.directory}#${service}`)
    if (key === undefined) throw new Error(`no entry of ${service} among ${keys.join(", ")}`)
    const from = `type=local,src=${CacheLayout.entry(Shared.cacheTarget, key)}`
    return `  ${service}:\n    build: { cache_from: ["${from}"] }\n`
  })
  return `services:\n${services.join("")}`
}

/** Starts the project in a new session, and builds it again. */
export const run = async (session: Session, cache: string): Promise<ByHand> => {
  fs.writeFileSync(path.join(session.workspace?.files ?? "", Project.directory, "by-hand.yaml"), override(cache))
  const up = async (...words: ReadonlyArray<string>): Promise<Start.Start> => {
    const started = await Start.run(session, ["-f", "compose.yaml", "-f", "by-hand.yaml", "up", "-d", ...words], {
      BUILDX_BAKE_ENTITLEMENTS_FS: "0"
    })
    if (started.code !== 0) throw new Error(`docker compose up ended with ${String(started.code)}`)
    return started
  }
  return { start: await up(), rebuild: await up("--build") }
}
