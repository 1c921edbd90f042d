/**
 * Each finding of `docker-shim doctor`, provoked.
 */
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Env } from "../../../src/core/Invocation.ts"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"
import * as CacheLease from "../../../src/shell/cache/CacheLease.ts"
import * as CacheSetup from "../../../src/shell/cache/CacheSetup.ts"
import * as DoctorCommand from "../../../src/shell/cli/DoctorCommand.ts"
import * as CacheCheck from "../../../src/shell/doctor/CacheCheck.ts"
import * as DaemonCheck from "../../../src/shell/doctor/DaemonCheck.ts"
import type { Check, Examination } from "../../../src/shell/doctor/Examination.ts"
import * as Finding from "../../../src/shell/doctor/Finding.ts"
import * as MappingCheck from "../../../src/shell/doctor/MappingCheck.ts"
import * as PlacesCheck from "../../../src/shell/doctor/PlacesCheck.ts"
import * as ProgramsCheck from "../../../src/shell/doctor/ProgramsCheck.ts"
import * as ProjectCheck from "../../../src/shell/doctor/ProjectCheck.ts"
import * as SessionDaemonCheck from "../../../src/shell/doctor/SessionDaemonCheck.ts"
import * as SettingsCheck from "../../../src/shell/doctor/SettingsCheck.ts"
import * as UmaskCheck from "../../../src/shell/doctor/UmaskCheck.ts"
import type * as Installation from "../../../src/shell/install/Installation.ts"
import type * as Site from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import type { Ran } from "../../../src/shell/services/ProbeRunner.ts"

const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-doctor-test-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

let at = ""
let count = 0
beforeEach(() => {
  count += 1
  at = path.join(base, String(count))
  for (const name of ["shims", "real", "home", "work"]) fs.mkdirSync(path.join(at, name), { recursive: true })
  program("shim", "#!/bin/sh\necho the shim\n")
  program("real/docker", "#!/bin/sh\necho docker\n")
})

const program = (name: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(at, name)), { recursive: true })
  fs.writeFileSync(path.join(at, name), content, { mode: 0o755 })
}
const shimAs = (name: string): void => fs.symlinkSync(path.join(at, "shim"), path.join(at, name))

const record = (isComplete: boolean): Site.InstallRecord => ({
  version: 1,
  request: { directory: undefined, pluginDirectory: undefined, isInPlace: false },
  steps: [],
  isComplete
})

interface Given {
  readonly env?: Env
  readonly info?: unknown
  readonly answers?: Readonly<Record<string, Partial<Ran>>>
  readonly docker?: string | undefined
}

/** Runs a check; `answers` are docker's by how its arguments begin, without one it fails. */
const findings = (check: Check, given: Given = {}): Promise<ReadonlyArray<Finding.Finding>> => {
  const env = {
    PATH: `${at}/shims:${at}/real`,
    HOME: `${at}/home`,
    XDG_STATE_HOME: `${at}/state`,
    DOCKER_SHIM_CACHE_DIR: `${at}/buildkit-cache`,
    DOCKER_SHIM_USER_PATH: `${at}/work`,
    ...given.env
  }
  const settings = Settings.decode(env)
  if ("_tag" in settings) throw new Error(settings.variable)
  const examination: Examination = {
    invocation: { argv0: "docker-shim", argv: [], env, cwd: `${at}/work` },
    env,
    shim: `${at}/shim`,
    settings,
    docker: "docker" in given ? given.docker : `${at}/real/docker`,
    info: given.info,
    infoError: "Cannot connect",
    ask: (args) =>
      Effect.sync(() => {
        const found = Object.entries(given.answers ?? {}).find(([words]) => args.join(" ").startsWith(words))?.[1]
        return { code: found === undefined ? 1 : 0, stdout: "", stderr: "", ...found }
      })
  }
  return Effect.runPromise(check(examination))
}

/** The one finding of a part. */
const finding = async (check: Check, part: string, given: Given = {}): Promise<Finding.Finding> => {
  const found = (await findings(check, given)).filter((one) => one.part === part)
  assert.strictEqual(found.length, 1)
  return found[0] ?? Finding.ok("", "")
}

describe("PlacesCheck", () => {
  it("PATH: the shim is docker", async () => {
    shimAs("shims/docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.ok("PATH", `docker is the shim: ${at}/shims/docker`)
    )
  })

  it("PATH: the shim comes too late", async () => {
    shimAs("shims/docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH", { env: { PATH: `${at}/real:${at}/shims` } }),
      Finding.fail(
        "PATH",
        `docker is ${at}/real/docker, not the shim`,
        `put ${at}/shims first: export PATH=${at}/shims:$PATH`
      )
    )
  })

  it("PATH: there is no docker", async () => {
    fs.rmSync(`${at}/real/docker`)
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.fail(
        "PATH",
        "docker is not on PATH",
        "there is no docker on PATH for the shim to stand in front of; install docker first"
      )
    )
  })

  it("plugins: the real one comes first", async () => {
    program("home/.docker/cli-plugins/docker-compose", "compose")
    const { next, state } = await finding(PlacesCheck.check, "plugins")
    assert.deepStrictEqual([state, next], ["warn", `${at}/shim install --in-place`])
  })

  it("plugins: the shim comes first", async () => {
    program("home/.docker/cli-plugins/x", "")
    shimAs("home/.docker/cli-plugins/docker-compose")
    assert.strictEqual((await finding(PlacesCheck.check, "plugins")).state, "ok")
  })

  it("plugins: a directory hides them", async () => {
    fs.mkdirSync(`${at}/home/.docker/cli-plugins/docker-compose`, { recursive: true })
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "plugins"),
      Finding.fail(
        "plugins",
        `${at}/home/.docker/cli-plugins/docker-compose is a directory, and hides every plugin of that name behind it`,
        `remove ${at}/home/.docker/cli-plugins/docker-compose`
      )
    )
  })

  const recorded = (isComplete: boolean, ...steps: ReadonlyArray<Step.Step>): Installation.Recorded => ({
    _tag: "Installed",
    file: "/var/lib/docker-shim/install.json",
    record: { ...record(isComplete), steps }
  })

  it.each<[Installation.Recorded, boolean, Finding.State, string, string | undefined]>([
    [{ _tag: "NotInstalled" }, false, "ok", "not by docker-shim install", undefined],
    [recorded(true), false, "ok", "whole", undefined],
    [recorded(true), true, "ok", "whole, for all users", undefined],
    [recorded(false), false, "fail", "an installation was cut off", "docker-shim install"],
    [
      recorded(true, Step.link("/no/such/docker", "/x")),
      false,
      "fail",
      "no longer stands: link /no/such/docker -> /x",
      "docker-shim install"
    ],
    [
      { _tag: "Unreadable", file: "/s/install.json", why: "/s/install.json may not be used by this user" },
      true,
      "fail",
      "/s/install.json may not be used by this user",
      "run doctor as root; if /s/install.json is damaged, remove it and what was installed"
    ]
  ])("installation %#", (found, isForAll, state, evidence, next) => {
    const { part, ...rest } = PlacesCheck.installation(found, isForAll, "docker-shim install")
    assert.deepStrictEqual(rest, next === undefined ? { state, evidence } : { state, evidence, next })
    assert.strictEqual(part, "installation")
  })

  it("PATH: another build of the shim", async () => {
    program("shims/docker", "#!/bin/sh\n# DOCKER_SHIM_DEPTH\n")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "PATH"),
      Finding.warn(
        "PATH",
        `docker is another build of the shim than this one: ${at}/shims/docker`,
        `replace it with ${at}/shim`
      )
    )
  })

  it("older wrappers and their leftovers", async () => {
    program("real/docker", "#!/bin/bash\nexec docker.real \"$@\"\n")
    program("real/docker.real", "docker")
    program("home/.docker/cli-plugins/docker-compose.real", "compose")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "older wrappers"),
      Finding.warn(
        "older wrappers",
        `${at}/real/docker`,
        `${at}/shim install --in-place`
      )
    )
    program("real/docker", "docker")
    assert.deepStrictEqual(
      await finding(PlacesCheck.check, "older wrappers"),
      Finding.warn(
        "older wrappers",
        `${at}/real/docker.real, ${at}/home/.docker/cli-plugins/docker-compose.real, which an older wrapper left`,
        `if nothing calls it: rm ${at}/real/docker.real; `
          + `if nothing calls it: rm ${at}/home/.docker/cli-plugins/docker-compose.real`
      )
    )
  })
})

describe("ProgramsCheck", () => {
  const compose = { Name: "compose", Path: "/p/docker-compose", Version: "v2.40.3" }
  const buildx = { Name: "buildx", Path: "/p/docker-buildx", Version: "v0.29.1" }
  const info = (...plugins: ReadonlyArray<unknown>): unknown => ({ ClientInfo: { Plugins: plugins } })

  it("all are there", async () => {
    program("home/.docker/cli-plugins/docker-compose", "compose")
    const found = await findings(ProgramsCheck.check, {
      info: info(compose, buildx),
      answers: { "--version": { stdout: "Docker version 28.5.2, build x\n" } }
    })
    assert.deepStrictEqual(found, [
      Finding.ok("docker", `${at}/real/docker, version 28.5.2`),
      Finding.ok("compose", `${at}/home/.docker/cli-plugins/docker-compose, version 2.40.3`),
      Finding.ok("buildx", "/p/docker-buildx, version 0.29.1")
    ])
  })

  it("docker is too old, and has no plugins", async () => {
    const found = await findings(ProgramsCheck.check, {
      answers: { "--version": { stdout: "Docker version 19.3.1, build x\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state, one.next]), [
      ["docker", "warn", "update docker: the shim is tested with 20.10.0 and later"],
      ["compose", "warn", "install docker-compose if you use it"],
      ["buildx", "warn", "install docker-buildx"]
    ])
  })

  it("docker does not run", async () => {
    const found = await finding(ProgramsCheck.check, "docker", {
      answers: { "--version": { code: 255, stderr: "no" } }
    })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", `${at}/real/docker does not run: no`])
  })

  it("there is no docker but the shim", async () => {
    fs.rmSync(`${at}/real/docker`)
    shimAs("shims/docker")
    const found = await findings(ProgramsCheck.check, { docker: undefined })
    assert.deepStrictEqual(found.map((one) => [one.state, one.evidence]), [["fail", "the real docker was not found"]])
  })

  it("there is no Compose but the shim", async () => {
    fs.mkdirSync(`${at}/home/.docker/cli-plugins`, { recursive: true })
    shimAs("home/.docker/cli-plugins/docker-compose")
    const found = await finding(ProgramsCheck.check, "compose", { info: info(compose) })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", "the only docker-compose is the shim"])
  })
})

describe("DaemonCheck", () => {
  const containerd = {
    ServerVersion: "28.5.2",
    Driver: "overlayfs",
    DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]]
  }

  it("no daemon answers", async () => {
    assert.deepStrictEqual(
      await findings(DaemonCheck.check, { answers: { "context inspect": { stdout: "unix:///run/x.sock\n" } } }),
      [Finding.fail(
        "daemon",
        "no daemon answers at unix:///run/x.sock: Cannot connect",
        "start it, or name another in DOCKER_HOST or DOCKER_SHIM_DOCKER_HOST"
      )]
    )
  })

  it("the classic image store exports no cache", async () => {
    const found = await findings(DaemonCheck.check, {
      info: { ServerVersion: "28.5.2", Driver: "overlay2", DriverStatus: [["Backing Filesystem", "extfs"]] },
      answers: { "buildx inspect": { stdout: "Name: default\nDriver: docker\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [["daemon", "ok"], ["image store", "warn"], [
      "builder",
      "warn"
    ]])
  })

  it("the builder of the current context is asked", async () => {
    const found = await findings(DaemonCheck.check, {
      info: containerd,
      answers: {
        "context show": { stdout: "mine\n" },
        "buildx inspect mine": { stdout: "Name: mine\nDriver: docker-container\n" }
      }
    })
    assert.deepStrictEqual(found.slice(1), [
      Finding.ok("image store", "containerd (overlayfs)"),
      Finding.ok("builder", "driver docker-container, can export its cache")
    ])
  })

  it("there is no docker to ask", async () => {
    assert.strictEqual((await finding(DaemonCheck.check, "daemon", { docker: undefined })).state, "unchecked")
  })
})

describe("MappingCheck", () => {
  const env = { WORKSPACE_DIR: "/data/ses1" }
  const image = { import: { stdout: "sha256:0\n" }, rm: {} }

  const unseen = { code: 1, stderr: "invalid mount config for type \"bind\": bind source path does not exist: /x" }

  it("there is none, and the daemon sees the file at the same path", async () => {
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { answers: { ...image, create: { stdout: "c\n" } } }),
      Finding.ok("mapping", `none: the daemon sees a file made in ${at}/work at the same path`)
    )
    assert.deepStrictEqual(fs.readdirSync(`${at}/work`), [])
  })

  it("there is none, and the daemon does not see the user's files", async () => {
    const found = await finding(MappingCheck.check, "mapping", { answers: { ...image, create: unseen } })
    assert.deepStrictEqual(
      found,
      Finding.fail(
        "mapping",
        `none (WORKSPACE_DIR is unset), but the daemon does not see a file made in ${at}/work: mounts of it are empty`,
        `set WORKSPACE_DIR to where the daemon has ${at}/work, here or for all in /etc/docker-shim.env`
      )
    )
  })

  it("there is none, and the daemon does not see the working directory", async () => {
    const env = { DOCKER_SHIM_USER_PATH: `${at}/nobody` }
    const found = await finding(MappingCheck.check, "mapping", { env, answers: { ...image, create: unseen } })
    assert.deepStrictEqual([found.state, found.evidence], [
      "warn",
      `none (WORKSPACE_DIR is unset), but the daemon does not see a file made in ${at}/work: mounts of it are empty`
    ])
  })

  it("there is none, and nobody can say what the daemon sees", async () => {
    assert.strictEqual((await finding(MappingCheck.check, "mapping")).state, "unchecked")
    const answers = { ...image, create: { code: 1, stderr: "no\n" } }
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { answers }),
      Finding.unchecked("mapping", "none (WORKSPACE_DIR is unset): no")
    )
  })

  it("the daemon sees the file, which is removed again", async () => {
    const found = await finding(MappingCheck.check, "mapping", {
      env,
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.strictEqual(found.state, "ok")
    assert.deepStrictEqual(fs.readdirSync(`${at}/work`), [])
  })

  it("the daemon does not see it", async () => {
    const create = {
      code: 1,
      stderr: "invalid mount config for type \"bind\": bind source path does not exist: /data/ses1/x"
    }
    assert.deepStrictEqual(
      await finding(MappingCheck.check, "mapping", { env, answers: { ...image, create } }),
      Finding.fail(
        "mapping",
        `${at}/work is /data/ses1 for the daemon (WORKSPACE_DIR), but it does not see a file made there`,
        `set WORKSPACE_DIR to where the daemon has ${at}/work`
      )
    )
  })

  it("it cannot be found out", async () => {
    assert.strictEqual((await finding(MappingCheck.check, "mapping", { env })).state, "unchecked")
  })

  it("there is no docker to ask", async () => {
    const found = await finding(MappingCheck.check, "mapping", { env, docker: undefined })
    assert.strictEqual(found.state, "unchecked")
  })

  it("the daemon says something else", async () => {
    const create = { code: 1, stderr: "no space left on device\n" }
    const found = await findings(MappingCheck.check, {
      env: { ...env, DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create }
    })
    assert.deepStrictEqual(found, [
      Finding.unchecked("mapping", `${at}/work is /data/ses1 for the daemon (WORKSPACE_DIR): no space left on device`),
      Finding.unchecked("daemon socket", "no space left on device")
    ])
  })

  it("nothing can be made in the user's directory", async () => {
    const found = await finding(MappingCheck.check, "mapping", {
      env: { ...env, DOCKER_SHIM_USER_PATH: "/proc/self" },
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.strictEqual(found.state, "unchecked")
    assert.match(found.evidence, /\/proc\/self cannot be written, to try it$/)
  })

  it("the user's directory is not there", async () => {
    fs.rmSync(`${at}/work`, { recursive: true })
    const found = await finding(MappingCheck.check, "mapping", { env, answers: image })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", `${at}/work does not exist (WORKSPACE_DIR)`])
  })

  it("the session's socket is not there", async () => {
    const found = await finding(MappingCheck.check, "daemon socket", {
      env: { ...env, DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create: { code: 1, stderr: "bind source path does not exist" } }
    })
    assert.deepStrictEqual([found.state, found.evidence], ["fail", "the daemon has no /run/ses1.sock"])
  })

  it("the session's socket is looked for where no path is mapped", async () => {
    const found = await findings(MappingCheck.check, {
      env: { DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      answers: { ...image, create: { stdout: "c\n" } }
    })
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [["mapping", "ok"], ["daemon socket", "ok"]])
  })
})

describe("SessionDaemonCheck", () => {
  it("is silent about the session's daemon, and without a mapping", async () => {
    for (const env of [{ WORKSPACE_DIR: "/data" }, { DOCKER_HOST: "tcp://docker:2375" }]) {
      assert.deepStrictEqual(await findings(SessionDaemonCheck.check, { env }), [])
    }
  })

  it("says how to declare a daemon that may be the session's", async () => {
    const env = { WORKSPACE_DIR: "/data", DOCKER_HOST: "tcp://docker:2375" }
    const found = await finding(SessionDaemonCheck.check, "session's daemon", { env })
    assert.deepStrictEqual([found.state, found.evidence], [
      "warn",
      "tcp://docker:2375 is not known to be this session's daemon; if it is, set DOCKER_SHIM_DOCKER_HOST to it"
    ])
    const declared = { ...env, DOCKER_SHIM_DOCKER_HOST: "tcp://docker:2375" }
    assert.deepStrictEqual(await findings(SessionDaemonCheck.check, { env: declared }), [])
  })
})

describe("ProjectCheck", () => {
  it.each([
    [{}, "ok", "as Compose makes it: HELIX_TASK_NUMBER and HELIX_SESSION_ID are unset"],
    [{ HELIX_TASK_NUMBER: "12" }, "ok", "helix-task-12-work for a project here (HELIX_TASK_NUMBER)"],
    [
      { HELIX_TASK_NUMBER: "12", DOCKER_SHIM_DAEMON_SOCKET: "/run/ses1.sock" },
      "ok",
      "as Compose makes it: the daemon is this session's own"
    ],
    [
      { HELIX_SESSION_ID: "s1", DOCKER_SHIM_PROJECT_SCOPE: "off" },
      "ok",
      "as Compose makes it: DOCKER_SHIM_PROJECT_SCOPE=off"
    ],
    [
      { HELIX_TASK_NUMBER: "12", DOCKER_SHIM_PROJECT_SCOPE: "session" },
      "warn",
      "helix-task-12 for a project here (HELIX_TASK_NUMBER), and for every other project of this session"
    ],
    [{ COMPOSE_PROJECT_NAME: "own" }, "ok", "own, as COMPOSE_PROJECT_NAME says"]
  ])("with %j", async (env, state, evidence) => {
    const found = await finding(ProjectCheck.check, "project name", { env })
    assert.deepStrictEqual([found.state, found.evidence], [state, evidence])
  })
})

describe("CacheCheck", () => {
  const cache = (): string =>
    CacheSetup.init({ root: at, mode: CacheSetup.defaultMode, owner: undefined, repair: false }).directory

  it("it is switched off, or in a registry", async () => {
    assert.strictEqual((await finding(CacheCheck.check, "cache", { env: { DOCKER_SHIM_CACHE: "off" } })).state, "ok")
    const registry = { DOCKER_SHIM_CACHE_BACKEND: "registry:host/cache" }
    assert.strictEqual((await finding(CacheCheck.check, "cache", { env: registry })).state, "unchecked")
  })

  it("it is not there", async () => {
    assert.strictEqual((await finding(CacheCheck.check, "cache")).state, "warn")
  })

  it("it is no mount, and otherwise well", async () => {
    cache()
    const found = await findings(CacheCheck.check)
    assert.deepStrictEqual(found.map((one) => [one.part, one.state]), [
      ["cache", "ok"],
      ["cache mount", "warn"],
      ["cache space", "ok"],
      ["cache entries", "ok"],
      ["cache leases", "ok"],
      ["cache size", "ok"]
    ])
  })

  it("its store cannot be written", async () => {
    const directory = cache()
    fs.rmSync(path.join(directory, ".blobs"), { recursive: true, force: true })
    fs.writeFileSync(path.join(directory, ".blobs"), "")
    const found = await finding(CacheCheck.check, "cache")
    assert.deepStrictEqual([found.state, found.next], ["warn", "docker-shim cache verify --repair"])
    assert.strictEqual(
      (await finding(CacheCheck.check, "cache", { env: { DOCKER_SHIM_CACHE: "read-only" } })).state,
      "ok"
    )
  })

  it("its entries cannot be read", async () => {
    const self = process.geteuid?.()
    fs.chmodSync(base, 0o755)
    const store = path.join(cache(), ".blobs/sha256")
    fs.mkdirSync(store, { recursive: true })
    fs.chmodSync(store, 0o311)
    if (self === 0) process.seteuid?.(65534)
    try {
      const found = await finding(CacheCheck.check, "cache entries")
      assert.deepStrictEqual([found.state, found.evidence], ["warn", "cannot be read"])
    } finally {
      if (self === 0) process.seteuid?.(self)
      fs.chmodSync(store, 0o755)
    }
  })

  it("an entry is damaged", async () => {
    const directory = cache()
    fs.mkdirSync(path.join(directory, "shop"))
    fs.writeFileSync(path.join(directory, "shop", "index.json"), "{")
    const found = await finding(CacheCheck.check, "cache entries")
    assert.deepStrictEqual([found.state, found.next], ["warn", "docker-shim cache verify --repair"])
    assert.match(found.evidence, /^damaged: shop: /)
  })

  it("a lease is stale", async () => {
    const directory = cache()
    CacheLease.take(directory, "dead", ["shop"])
    const old = Date.now() / 1000 - CacheLease.staleAfter / 1000 - 60
    fs.utimesSync(path.join(directory, ".leases/dead/alive"), old, old)
    const found = await finding(CacheCheck.check, "cache leases")
    assert.deepStrictEqual([found.state, found.evidence], ["warn", "1 lease of builds that are gone"])
  })

  it.each([[100e6, "warn"], [2e9, "ok"]])("%i bytes are free", (free, state) => {
    assert.strictEqual(CacheCheck.space(free).state, state)
  })

  it("it is over its limit", async () => {
    const directory = cache()
    fs.mkdirSync(path.join(directory, ".blobs/sha256"), { recursive: true })
    fs.writeFileSync(path.join(directory, ".blobs/sha256", "a".repeat(64)), "0123456789")
    const found = await finding(CacheCheck.check, "cache size", { env: { DOCKER_SHIM_CACHE_MAX_SIZE: "9B" } })
    assert.deepStrictEqual([found.state, found.evidence], ["warn", "10B of 9B, over the limit"])
  })

  describe("directories that are only read", () => {
    const read = (directory: string, env: Env = {}): Promise<Finding.Finding> =>
      finding(CacheCheck.check, "cache read dirs", { env: { DOCKER_SHIM_CACHE_READ_DIRS: directory, ...env } })

    it("one that this user may write is not protected", async () => {
      cache()
      const trusted = path.join(at, "trusted")
      fs.mkdirSync(trusted)
      const found = await read(trusted)
      assert.strictEqual(found.state, "warn")
      assert.match(found.evidence, /, 0 entries, but this user may write it$/)
      assert.strictEqual(found.next, "mount it read-only; see 'docker-shim mounts --help'")
    })

    it("one that is not there is named, also where the own one is not there either", async () => {
      for (const make of [() => undefined, cache]) {
        make()
        const found = await read(path.join(at, "none"))
        assert.strictEqual(found.state, "warn")
        assert.match(found.evidence, /\/none does not exist$/)
      }
    })
  })
})

describe("UmaskCheck", () => {
  const before = process.umask(0o022)
  afterEach(() => void process.umask(0o022))
  afterAll(() => void process.umask(before))

  it.each([[0o022, "ok"], [0o002, "warn"], [0o000, "warn"]])("of %i is %s", async (mask, state) => {
    process.umask(mask)
    assert.strictEqual((await finding(UmaskCheck.check, "umask")).state, state)
  })
})

describe("SettingsCheck", () => {
  it.each([
    [{}, "ok", "none set"],
    [{ WORKSPACE_DIR: "/d", DOCKER_SHIM_CACHE: "off" }, "ok", "set: DOCKER_SHIM_CACHE, WORKSPACE_DIR"],
    [{ DOCKER_SHIM_DISABLE: "1" }, "warn", "the shim is off (DOCKER_SHIM_DISABLE=1)"],
    [{ DOCKER_SHIM_CACHE: "maybe" }, "fail", "DOCKER_SHIM_CACHE=\"maybe\" is not accepted"],
    [
      { DOCKER_SHIM_CACHEDIR: "/x", DOCKER_SHIM_DEPTH: "1" },
      "warn",
      "no such setting: DOCKER_SHIM_CACHEDIR (did you mean DOCKER_SHIM_CACHE_DIR?)"
    ],
    [{ DOCKER_SHIM_SOMETHING_ELSE: "" }, "warn", "no such setting: DOCKER_SHIM_SOMETHING_ELSE"]
  ])("with %j", (env, state, evidence) => {
    const { finding } = SettingsCheck.check(env)
    assert.deepStrictEqual([finding.state, finding.evidence], [state, evidence])
  })

  it.each<[string, Env, Finding.State, string]>([
    ["WORKSPACE_DIR=/d", {}, "ok", "set in /etc/f: WORKSPACE_DIR"],
    ["WORKSPACE_DIR=/d", { WORKSPACE_DIR: "/e" }, "ok", "set: WORKSPACE_DIR"],
    ["DOCKER_SHIM_DISABLE=on", {}, "warn", "the shim is off (DOCKER_SHIM_DISABLE=on in /etc/f)"],
    ["WORKSPACEDIR=/d", {}, "warn", "no such setting: WORKSPACEDIR in /etc/f (did you mean WORKSPACE_DIR?)"],
    ["WORKSPACE_DIR=d", {}, "fail", "WORKSPACE_DIR=\"d\" in /etc/f is not accepted"]
  ])("with %j in the machine's file and %j", (text, env, state, evidence) => {
    const { finding } = SettingsCheck.check(env, MachineSettings.parse("/etc/f", text))
    assert.deepStrictEqual([finding.state, finding.evidence], [state, evidence])
  })

  it("says that the machine's file is ignored", () => {
    const { finding } = SettingsCheck.check({}, {
      file: "/etc/f",
      values: {},
      ignored: "it belongs to user 7, not to root"
    })
    assert.deepStrictEqual([finding.state, finding.evidence], [
      "warn",
      "/etc/f is ignored: it belongs to user 7, not to root"
    ])
  })
})

describe("Finding", () => {
  it.each<[ReadonlyArray<Finding.Finding>, number]>([
    [[], 0],
    [[Finding.ok("a", ""), Finding.unchecked("b", "")], 0],
    [[Finding.ok("a", ""), Finding.warn("b", "", "")], 1],
    [[Finding.fail("a", "", ""), Finding.warn("b", "", "")], 2]
  ])("the exit status of %j is %i", (all, code) => {
    assert.strictEqual(Finding.exitCode(all), code)
  })

  it("is printed with its next step below", () => {
    assert.strictEqual(
      DoctorCommand.print([Finding.ok("a", "fine"), Finding.warn("b c", "not", "do\nso")], {
        isTerminal: false,
        hasColor: false,
        width: Infinity
      }),
      "STATE   PART   EVIDENCE\nok      a      fine\nwarn    b c    not\n               -> do\n                  so\n\n1 warning\n"
    )
  })

  it.each([80, 40])("breaks no word at %d columns", (width) => {
    const findings = [
      Finding.ok("docker-shim", "version 0.2.0, build 53e1458b2d01 (stand-alone, x64), /usr/local/bin/docker-shim"),
      Finding.fail(
        "daemon",
        `no daemon answers at unix:///var/run/docker.sock: ${"why ".repeat(40).trim()}`,
        "start it"
      ),
      Finding.warn("older wrappers", "one is left", `remove it with\n${"rm -f /a/b ".repeat(20).trim()}`)
    ]
    const printed = DoctorCommand.print(findings, { isTerminal: true, hasColor: false, width })
    for (const line of printed.split("\n")) {
      assert.isTrue(line.length <= width || !line.trim().replace(/^.*(?: {3}|-> )/, "").includes(" "), line)
    }
    const words = (text: string): ReadonlyArray<string> =>
      text.split(/\s+/).filter((word) => word !== "" && word !== "->")
    const given = findings.flatMap(({ evidence, next = "", part, state }) =>
      [state, part, evidence, next].flatMap(words)
    )
    assert.includeMembers([...words(printed)], given)
  })

  it.each([
    [[], "no problems"],
    [[Finding.ok("a", "b")], "no problems"],
    [[Finding.unchecked("a", "b")], "no problems; 1 not checked"],
    [[Finding.fail("a", "b", "c"), Finding.fail("a", "b", "c"), Finding.warn("a", "b", "c")], "2 problems, 1 warning"],
    [[Finding.warn("a", "b", "c"), Finding.warn("a", "b", "c")], "2 warnings"]
  ])("ends with a verdict: %#", (findings, verdict) => {
    assert.strictEqual(Finding.verdict(findings), verdict)
  })
})
