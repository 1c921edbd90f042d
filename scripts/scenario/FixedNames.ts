/**
 * The cache as hand-written wrappers kept it: one directory under a fixed name, to which every service exports, so that
 * the last one's `index.json` is what remains.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Session } from "../../test/real-docker/Session.ts"
import * as Shared from "../../test/real-docker/SharedSessions.ts"
import * as Project from "./Project.ts"
import * as Start from "./Start.ts"

/** What a build with that cache did, and of what the directory then held how much an import can still find. */
export interface FixedNames {
  /** The exit status: at times the exports to one directory fail one another. */
  readonly code: number | null
  readonly steps: number
  readonly cached: number
  /** Seconds of the whole command. */
  readonly build: number
  readonly bytes: number
  /** Bytes of blobs that the index leads to. */
  readonly named: number
}

const override = `services:
${
  Project.services.map((service) =>
    `  ${service}:
    build:
      cache_from: ["type=local,src=${Shared.cacheTarget}"]
      cache_to: ["type=local,dest=${Shared.cacheTarget},mode=max,ignore-error=true"]
`
  ).join("")
}`

/** Builds the project in a session, without the shim, with all services on the one directory. */
export const build = async (session: Session, cache: string): Promise<FixedNames> => {
  fs.writeFileSync(path.join(session.workspace?.files ?? "", Project.directory, "fixed-names.yaml"), override)
  const { all, cached, code, steps } = await Start.run(session, [
    ...["-f", "compose.yaml", "-f", "fixed-names.yaml", "build"]
  ], { BUILDX_BAKE_ENTITLEMENTS_FS: "0" })
  const found = new Set<string>()
  follow(cache, path.join(cache, "index.json"), found)
  return {
    code,
    steps,
    cached,
    build: all,
    bytes: Start.bytesOf(cache),
    named: [...found].reduce((sum, blob) => sum + fs.statSync(blob).blocks * 512, 0)
  }
}

/** Adds the blobs that a document of an OCI layout names, and those that they name. */
const follow = (cache: string, document: string, found: Set<string>): void => {
  const text = fs.readFileSync(document, "utf8")
  for (const [, hex = ""] of text.matchAll(/"digest":\s*"sha256:([0-9a-f]{64})"/g)) {
    const blob = path.join(cache, "blobs/sha256", hex)
    if (found.has(blob) || !fs.existsSync(blob)) continue
    found.add(blob)
    if (isDocument(blob)) follow(cache, blob, found)
  }
}

const isDocument = (blob: string): boolean => {
  const descriptor = fs.openSync(blob, "r")
  try {
    const first = Buffer.alloc(1)
    fs.readSync(descriptor, first)
    return first.toString() === "{"
  } finally {
    fs.closeSync(descriptor)
  }
}
