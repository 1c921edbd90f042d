/**
 * A work session as Hydra has them: an engine of its own, and a user whose file system is not the engine's.
 */
import { mkdirSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Client from "./Client.ts"
import * as Engine from "./Engine.ts"
import * as Machine from "./Machine.ts"
import type { Bind } from "./Namespace.ts"
import * as SessionDirectory from "./SessionDirectory.ts"
import * as Suite from "./Suite.ts"

/** A directory of the machine that a session sees at `target`, such as a shared cache at `/buildkit-cache`. */
export interface SharedMount extends Bind {
  /** `client` is what a desktop container's own volume is; the engine does not see it. */
  readonly seenBy: "client" | "engine" | "both"
}

/** What a session is started with; all of it may be left out. */
export interface SessionOptions {
  /** `28.5` unless said. */
  readonly suite?: Suite.Generation
  /** `containerd` unless said; 20.10 has only `classic`. */
  readonly store?: Engine.Store
  /** Gives client and engine their own `/home/retro`, and `/data` to the engine; without, both see the machine's file system. */
  readonly workspace?: { readonly id: string }
  readonly mounts?: ReadonlyArray<SharedMount>
  /** Added to the environment of every command of the client. */
  readonly env?: Readonly<Record<string, string>>
}

/** The user's files, as each side names them. */
export interface Workspace {
  readonly id: string
  /** `/home/retro/work`: the files for the client, an empty directory for the engine. */
  readonly userPath: string
  /** `/data/workspaces/<id>`: the files for the engine, nothing for the client. */
  readonly daemonPath: string
  /** The files on the machine, where tests put them and look at them. */
  readonly files: string
  /** What the engine has at `/home/retro/work`, on the machine. */
  readonly enginesOwn: string
}

/** A running session. */
export interface Session {
  readonly suite: Suite.Suite
  readonly store: Engine.Store
  /** On the machine, seen by client and engine; goes with the session. */
  readonly directory: string
  /** The socket of the engine, the same path for client and engine. */
  readonly socket: string
  readonly workspace: Workspace | undefined
  readonly client: Client.Client
  readonly engine: () => Engine.Engine
  /** Runs a command as the user: `run("docker", ["ps"])`. */
  readonly run: (file: string, args: ReadonlyArray<string>, options?: Client.RunOptions) => Promise<Client.Outcome>
  /** Starts a command as the user, for tests that signal it; see `Client.spawn`. */
  readonly spawn: (
    file: string,
    args: ReadonlyArray<string>,
    options?: Client.SpawnOptions
  ) => ReturnType<typeof Client.spawn>
  /** `run("docker", args)` that must succeed; gives its stdout without the last newline. */
  readonly docker: (args: ReadonlyArray<string>, options?: Client.RunOptions) => Promise<string>
  /** Kills the engine and starts a fresh one with the same paths and workspace, empty unless `keepData`. */
  readonly renewEngine: (options?: { readonly keepData?: boolean }) => Promise<void>
  /** Removes every trace of the session. May be called again. Rejects if its engine had ended by itself. */
  readonly stop: () => Promise<void>
}

const USER_HOME = "/home/retro"

/** The tmpfs of the engine over what containerd writes there goes on this directory. */
const CONTAINERD_OPT = "/opt/containerd"

/**
 * Starts a session: 0.4 s for an engine alone, once its programs are there.
 *
 * **Details**
 *
 * Rejects with `RealDockerUnavailable` where engines cannot run. If this process dies, however it does, the session ends
 * and is removed within seconds.
 */
export const start = async (options: SessionOptions = {}): Promise<Session> => {
  Machine.requireAbilities()
  const suite = await Suite.locate(options.suite ?? "28.5")
  const store = options.store ?? (Suite.isClassic(suite.generation) ? "classic" : "containerd")
  const mounts = options.mounts ?? []
  const points = [
    ...mounts.map(({ target }) => target),
    ...(options.workspace === undefined ? [] : ["/data", USER_HOME])
  ]
  const directory = await SessionDirectory.create([CONTAINERD_OPT, ...points])
  const workspace = options.workspace === undefined ? undefined : workspaceIn(directory.path, options.workspace.id)
  const engineOptions: Engine.EngineOptions = {
    suite,
    store,
    directory: directory.path,
    binds: [...(workspace === undefined ? [] : engineBinds(directory.path)), ...boundFor("engine", mounts)]
  }
  try {
    const client: Client.Client = {
      env: { ...environment(suite, directory.path, workspace), ...options.env },
      cwd: workspace?.userPath ?? join(directory.path, "home"),
      binds: [...clientBinds(directory.path, workspace), ...boundFor("client", mounts)]
    }
    prepareClient(suite, directory.path)
    const engine = await Engine.start(engineOptions)
    return running(directory, engineOptions, workspace, client, engine)
  } catch (error) {
    await directory.remove()
    throw error
  }
}

const running = (
  directory: SessionDirectory.SessionDirectory,
  engineOptions: Engine.EngineOptions,
  workspace: Workspace | undefined,
  client: Client.Client,
  firstEngine: Engine.Engine
): Session => {
  let engine = firstEngine
  let stopped: Promise<void> | undefined
  const run: Session["run"] = (file, args, options) => Client.run(client, file, args, options)
  return {
    suite: engineOptions.suite,
    store: engineOptions.store,
    directory: directory.path,
    socket: Engine.socketOf(directory.path),
    workspace,
    client,
    engine: () => engine,
    run,
    spawn: (file, args, options) => Client.spawn(client, file, args, options),
    docker: async (args, options) => Client.stdoutOf(await run("docker", args, options)),
    renewEngine: async ({ keepData = false } = {}) => {
      await engine.kill()
      await SessionDirectory.removeCgroups(directory.path)
      Engine.erase(directory.path, keepData)
      engine = await Engine.start(engineOptions)
    },
    stop: () => stopped ??= stop(directory, engine)
  }
}

const stop = async (directory: SessionDirectory.SessionDirectory, engine: Engine.Engine): Promise<void> => {
  const lost = engine.lost()
  await directory.remove()
  if (lost !== undefined) throw new Error(`the engine of ${directory.path} ended by itself: ${lost}`)
}

const workspaceIn = (directory: string, id: string): Workspace => {
  const workspace = {
    id,
    userPath: join(USER_HOME, "work"),
    daemonPath: `/data/workspaces/${id}`,
    files: join(directory, "volume/workspaces", id),
    enginesOwn: join(directory, "home-engine/work")
  }
  const made = [workspace.files, workspace.enginesOwn, join(directory, "home-client/work"), join(directory, "nothing")]
  for (const path of made) {
    mkdirSync(path, { recursive: true })
  }
  return workspace
}

const engineBinds = (directory: string): ReadonlyArray<Bind> => [
  { source: join(directory, "volume"), target: "/data" },
  { source: join(directory, "home-engine"), target: USER_HOME }
]

/** The bind of `home` is by what a session's processes are found; a session has a mount namespace in any case. */
const clientBinds = (directory: string, workspace: Workspace | undefined): ReadonlyArray<Bind> => [
  { source: join(directory, "home"), target: join(directory, "home") },
  ...(workspace === undefined ? [] : [
    { source: join(directory, "nothing"), target: "/data" },
    { source: join(directory, "home-client"), target: USER_HOME },
    { source: workspace.files, target: workspace.userPath }
  ])
]

const boundFor = (side: "client" | "engine", mounts: ReadonlyArray<SharedMount>): ReadonlyArray<Bind> =>
  mounts.filter(({ seenBy }) => seenBy === side || seenBy === "both")

const prepareClient = (suite: Suite.Suite, directory: string): void => {
  mkdirSync(join(directory, "home"))
  mkdirSync(join(directory, "config"))
  symlinkSync(join(suite.bin, "cli-plugins"), join(directory, "config/cli-plugins"))
}

/** Nothing of this process's own environment, so that tests run alike everywhere; Node itself is on `PATH`. */
const environment = (
  suite: Suite.Suite,
  directory: string,
  workspace: Workspace | undefined
): Readonly<Record<string, string>> => ({
  PATH: `${suite.bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`,
  HOME: workspace === undefined ? join(directory, "home") : USER_HOME,
  DOCKER_HOST: `unix://${Engine.socketOf(directory)}`,
  DOCKER_CONFIG: join(directory, "config")
})
