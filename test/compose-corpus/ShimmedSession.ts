/**
 * A session whose user has the shim in front of the real programs, as on Hydra's desktops.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as BaseImage from "../real-docker/BaseImage.ts"
import * as Client from "../real-docker/Client.ts"
import * as Session from "../real-docker/Session.ts"
import * as SessionDirectory from "../real-docker/SessionDirectory.ts"
import * as Suite from "../real-docker/Suite.ts"
import { built } from "../shell/program.ts"

/** A session with the shim first on the user's `PATH`, under the names `docker`, `docker-compose` and `docker-shim`. */
export interface ShimmedSession extends Session.Session {
  /** The user's files, on the machine. */
  readonly files: string
  /** The real `docker`, past the shim, which must succeed; gives its stdout. */
  readonly direct: (args: ReadonlyArray<string>, options?: Client.RunOptions) => Promise<string>
  /** `docker compose` through the shim. */
  readonly compose: (args: ReadonlyArray<string>, options?: Client.RunOptions) => Promise<Client.Outcome>
  /** The real `docker compose`, past the shim. */
  readonly directCompose: (args: ReadonlyArray<string>, options?: Client.RunOptions) => Promise<Client.Outcome>
  /** The cache directory, on the machine. */
  readonly cache: string
  /** What lies in the user's directory for temporary files. */
  readonly temporaryFiles: () => ReadonlyArray<string>
}

/** What a session is started with. */
export interface ShimmedOptions {
  readonly suite: Suite.Generation
  /** Names the workspace: `/data/workspaces/<id>`. */
  readonly id: string
  /** The number of the task, for the names of projects. */
  readonly task: string
  /** Another session's cache directory, on the machine, to be shared; without it the session has one of its own. */
  readonly cache?: string
}

/** Starts a session with `bb` in its engine. */
export const start = async ({ id, suite: generation, task, ...given }: ShimmedOptions): Promise<ShimmedSession> => {
  const suite = await Suite.locate(generation)
  const own = given.cache === undefined ? await SessionDirectory.create([]) : undefined
  const cache = own?.below("cache") ?? given.cache ?? ""
  const front = mkdtempSync("/tmp/docker-shim-front-")
  const temporary = join(front, "tmp")
  mkdirSync(temporary)
  for (const name of ["docker", "docker-compose", "docker-shim"]) symlinkSync(built, join(front, name))
  const session = await Session.start({
    suite: generation,
    workspace: { id },
    mounts: [{ source: cache, target: "/buildkit-cache", seenBy: "client" }],
    env: {
      PATH: `${front}:${suite.bin}:/usr/local/bin:/usr/bin:/bin:${join(process.execPath, "..")}`,
      TMPDIR: temporary,
      WORKSPACE_DIR: `/data/workspaces/${id}`,
      HELIX_TASK_NUMBER: task
    }
  })
  const docker = join(suite.bin, "docker")
  const shimmed: ShimmedSession = {
    ...session,
    cache,
    files: session.workspace?.files ?? "",
    direct: async (args, options) => Client.stdoutOf(await session.run(docker, args, options)),
    compose: (args, options) => session.run("docker", ["compose", ...args], options),
    directCompose: (args, options) => session.run(docker, ["compose", ...args], options),
    temporaryFiles: () => readdirSync(temporary, { recursive: true, encoding: "utf8" }).sort(),
    stop: async () => {
      await session.stop()
      rmSync(front, { recursive: true, force: true })
      await own?.remove()
    }
  }
  await load(shimmed)
  return shimmed
}

/** Puts `bb` into the session's engine, past the shim. */
export const load = (session: ShimmedSession): Promise<void> => BaseImage.load({ ...session, docker: session.direct })
