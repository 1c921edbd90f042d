/**
 * Sessions that share a build cache and run docker through the shim, as Hydra's do.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { shimDirectory } from "../shell/program.ts"
import * as BaseImage from "./BaseImage.ts"
import type * as Client from "./Client.ts"
import * as Session from "./Session.ts"
import * as SessionDirectory from "./SessionDirectory.ts"

/** Where every session has the cache. */
export const cacheTarget = "/buildkit-cache"

/**
 * Sessions started so far, and the directories they share; `stop` removes them all.
 */
export interface SharedSessions {
  /** The cache on the machine. */
  readonly cache: string
  /** The directory with the shim's names, first on every session's `PATH`. */
  readonly shim: string
  readonly start: (options?: Session.SessionOptions & { readonly withoutCache?: boolean }) => Promise<Session.Session>
  readonly stop: () => Promise<void>
}

/** Prepares the shared directories; sessions are started from there, each with the image `bb`. */
export const create = async (options: { readonly cache?: string } = {}): Promise<SharedSessions> => {
  const shared = await SessionDirectory.create([])
  const cache = options.cache ?? shared.below("cache")
  const shim = shimDirectory("docker", "docker-compose", "docker-shim")
  const sessions: Array<Session.Session> = []
  return {
    cache,
    shim: shim.directory,
    start: async ({ withoutCache = false, ...given } = {}) => {
      const session = await Session.start({
        workspace: { id: "ses1" },
        mounts: withoutCache ? [] : [{ source: cache, target: cacheTarget, seenBy: "client" }],
        ...given
      })
      sessions.push(session)
      await BaseImage.load(session)
      return session
    },
    stop: async () => {
      await Promise.all(sessions.map((session) => session.stop()))
      shim.remove()
      await shared.remove()
    }
  }
}

/** The environment in which `docker` is the shim for a session's user. */
export const shimmed = (
  shared: SharedSessions,
  session: Session.Session
): Readonly<Record<string, string | undefined>> => ({
  PATH: `${shared.shim}:${session.client.env["PATH"] ?? ""}`,
  WORKSPACE_DIR: session.workspace?.daemonPath
})

/** Runs docker through the shim as the session's user; `file` is another of the shim's names. */
export const docker = (
  shared: SharedSessions,
  session: Session.Session,
  args: ReadonlyArray<string>,
  { file = "docker", ...options }: Client.RunOptions & { readonly file?: "docker" | "docker-shim" } = {}
): Promise<Client.Outcome> =>
  session.run(file, args, {
    timeout: 300_000,
    ...options,
    env: { ...shimmed(shared, session), ...options.env }
  })

/** What a build printed about its steps: how many `RUN`, `COPY` and `ADD` steps it had, and how many were cached. */
export const stepsOf = (progress: string): { readonly steps: number; readonly cached: number } => {
  const steps = new Set<string>()
  const cached = new Set<string>()
  for (const line of progress.split("\n")) {
    const step = /^#(\d+) \[[^\]]*\d+\/\d+\] (?:RUN|COPY|ADD|WORKDIR) /.exec(line)?.[1]
    if (step !== undefined) steps.add(step)
    const done = /^#(\d+) CACHED$/.exec(line)?.[1]
    if (done !== undefined) cached.add(done)
  }
  return { steps: steps.size, cached: [...steps].filter((step) => cached.has(step)).length }
}

/** Writes a build context whose steps take a different outcome each time they are really run. */
export const writeContext = (files: string, name: string): void => {
  const directory = path.join(files, name)
  fs.mkdirSync(directory, { recursive: true })
  fs.writeFileSync(
    path.join(directory, "Dockerfile"),
    `FROM bb AS base
RUN echo ${name} && head -c 16 /dev/urandom | md5sum > /stamp
COPY source.txt /source.txt
FROM base AS builder
RUN head -c 300000 /dev/urandom > /built && cat /stamp >> /built
FROM base
COPY --from=builder /built /built
RUN cat /built | md5sum >> /stamp
`
  )
  fs.writeFileSync(path.join(directory, "source.txt"), `source of ${name}\n`)
}
