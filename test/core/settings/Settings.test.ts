import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import type { Env } from "../../../src/core/Invocation.ts"
import type * as CacheSettings from "../../../src/core/settings/CacheSettings.ts"
import * as MachineSettings from "../../../src/core/settings/MachineSettings.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"

const defaults: Settings.Settings = {
  userPath: "/home/retro/work",
  mappings: [],
  daemonSocket: undefined,
  dockerHost: undefined,
  cache: {
    use: "on",
    directory: "/buildkit-cache",
    readDirectories: [],
    backend: { _tag: "Local" },
    mode: "max",
    limits: { maxSize: 50e9, maxAge: 30 * 86_400 },
    origins: { place: "/buildkit-cache, the default of DOCKER_SHIM_CACHE_DIR", mode: undefined }
  },
  session: undefined,
  projectScope: "auto",
  realDocker: undefined,
  realCompose: undefined,
  verbosity: "normal"
}

const directoryUnset = defaults.cache.origins.place

const withCache = (cache: Partial<CacheSettings.CacheSettings>): Partial<Settings.Settings> => ({
  cache: { ...defaults.cache, ...cache }
})

const user = { from: "/home/retro/work", to: "/data/w", origin: "WORKSPACE_DIR" }

describe("Settings", () => {
  const accepted: ReadonlyArray<readonly [Env, Partial<Settings.Settings>]> = [
    [{}, {}],
    [{ "": "x" }, {}],
    [{ WORKSPACE_DIR: "/data/w" }, { mappings: [user] }],
    [{ WORKSPACE_DIR: "" }, {}],
    [{ WORKSPACE_DIR: "/data/w", DOCKER_SHIM_USER_PATH: "/u" }, {
      userPath: "/u",
      mappings: [{ ...user, from: "/u" }]
    }],
    [{ DOCKER_SHIM_USER_PATH: "/u//v/../w/" }, { userPath: "/u/w" }],
    [{ WORKSPACE_DIR: "/data/w", DOCKER_SHIM_PATH_MAP: "/a=/b" }, {
      mappings: [{ from: "/a", to: "/b", origin: "DOCKER_SHIM_PATH_MAP" }, user]
    }],
    [{ DOCKER_SHIM_DAEMON_SOCKET: "/s" }, { daemonSocket: "/s" }],
    [{ DOCKER_SHIM_DOCKER_HOST: "tcp://x" }, { dockerHost: "tcp://x" }],
    [{ DOCKER_SHIM_CACHE: "off" }, withCache({ use: "off" })],
    [{ DOCKER_SHIM_CACHE: "read-only" }, withCache({ use: "read-only" })],
    [
      { DOCKER_SHIM_CACHE_DIR: "/c" },
      withCache({ directory: "/c", origins: { place: "DOCKER_SHIM_CACHE_DIR", mode: undefined } })
    ],
    [
      { DOCKER_SHIM_CACHE_READ_DIRS: "/trusted:/a//b/:/buildkit-cache::/trusted" },
      withCache({ readDirectories: ["/trusted", "/a/b"] })
    ],
    [
      { DOCKER_SHIM_CACHE_MODE: "min" },
      withCache({ mode: "min", origins: { place: directoryUnset, mode: "DOCKER_SHIM_CACHE_MODE" } })
    ],
    [{ DOCKER_SHIM_CACHE_BACKEND: "registry:r.example:5000/c" }, {
      ...withCache({
        backend: { _tag: "Registry", prefix: "r.example:5000/c" },
        origins: { place: "DOCKER_SHIM_CACHE_BACKEND", mode: undefined }
      })
    }],
    [{ DOCKER_SHIM_CACHE_MAX_SIZE: "1GB", DOCKER_SHIM_CACHE_MAX_AGE: "2h" }, {
      ...withCache({ limits: { maxSize: 1e9, maxAge: 7200 } })
    }],
    [{ HELIX_TASK_NUMBER: "12", HELIX_SESSION_ID: "s" }, {
      session: { prefix: "helix-task-12", origin: "HELIX_TASK_NUMBER" }
    }],
    [{ HELIX_SESSION_ID: "s" }, { session: { prefix: "helix-session-s", origin: "HELIX_SESSION_ID" } }],
    [{ DOCKER_SHIM_PROJECT_SCOPE: "session" }, { projectScope: "session" }],
    [{ DOCKER_SHIM_REAL_DOCKER: "/d", DOCKER_SHIM_REAL_COMPOSE: "/e" }, { realDocker: "/d", realCompose: "/e" }],
    [{ DOCKER_SHIM_DEBUG: "1" }, { verbosity: "debug" }],
    [{ DOCKER_SHIM_DEBUG: "TRUE", DOCKER_SHIM_QUIET: "on" }, { verbosity: "debug" }],
    [{ DOCKER_SHIM_DEBUG: "off", DOCKER_SHIM_QUIET: "true" }, { verbosity: "quiet" }]
  ]
  it.each(accepted)("decode reads %j", (env, changed) => {
    assert.deepStrictEqual(Settings.decode(env), { ...defaults, ...changed })
  })

  it("decode refuses a value also where another setting overrides it", () => {
    const decoded = Settings.decode({ DOCKER_SHIM_DEBUG: "1", DOCKER_SHIM_QUIET: "very" })
    assert.strictEqual("_tag" in decoded ? decoded.variable : undefined, "DOCKER_SHIM_QUIET")
  })

  it.each([
    ["WORKSPACE_DIR", "data", "an absolute path"],
    ["DOCKER_SHIM_CACHE", "yes", "on, read-only, off"],
    ["DOCKER_SHIM_CACHE_MODE", "", undefined],
    ["DOCKER_SHIM_CACHE_BACKEND", "registry:", "local, registry:<repository prefix>"],
    ["DOCKER_SHIM_CACHE_BACKEND", "s3", "local, registry:<repository prefix>"],
    ["DOCKER_SHIM_CACHE_MAX_SIZE", "much", "a size such as 20GB"],
    ["DOCKER_SHIM_CACHE_MAX_AGE", "long", "an age such as 14d or 36h"],
    ["DOCKER_SHIM_PROJECT_SCOPE", "task", "auto, project, session, off"],
    ["DOCKER_SHIM_DEBUG", "yes", "1, true, on, 0, false, off"],
    ["DOCKER_SHIM_DISABLE", "yes", "1, true, on, 0, false, off"],
    ["DOCKER_SHIM_PATH_MAP", "/a", "auto, or from=to;from=to, all absolute paths (\"/a\" has no \"=\")"]
  ])("decode of %s=%j accepts %s", (variable, value, acceptedValues) => {
    const decoded = Settings.decode({ [variable]: value })
    if (acceptedValues === undefined) assert.deepStrictEqual(decoded, defaults)
    else assert.deepStrictEqual(decoded, { _tag: "SettingError", variable, value, accepted: acceptedValues })
  })

  it.each([
    ["1", true],
    ["true", true],
    ["ON", true],
    ["0", false],
    ["off", false],
    ["", false],
    [undefined, false],
    ["yes", undefined]
  ])("isDisabled by %j: %j", (value, expected) => {
    assert.strictEqual(Settings.isDisabled({ DOCKER_SHIM_DISABLE: value }), expected)
  })

  it("variables are those of docs/reference/settings.md", () => {
    const rows = readFileSync("docs/reference/settings.md", "utf8").split("\n").filter((line) => line.startsWith("| `"))
    const documented = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name)
    )
    assert.deepStrictEqual([...Settings.variables].sort(), documented.sort())
  })

  it("decode reads no other variable", () => {
    const read = new Set<string>()
    const env = new Proxy<Record<string, string>>({}, {
      get: (_, name) => void read.add(String(name)),
      ownKeys: () => [...Settings.variables],
      getOwnPropertyDescriptor: (_, name) => ({ value: read.add(String(name)), enumerable: true, configurable: true })
    })
    Settings.decode(env)
    assert.deepStrictEqual([...read].filter((name) => !Settings.variables.includes(name)), [])
  })

  describe("with the machine's file", () => {
    const machine = (text: string): MachineSettings.MachineSettings =>
      MachineSettings.parse("/etc/docker-shim.env", text)

    it("counts what the environment does not have, and names where it comes from", () => {
      const decoded = Settings.decode(
        { DOCKER_SHIM_CACHE_DIR: "/mine", HELIX_SESSION_ID: "" },
        machine(
          "# ours\n\n WORKSPACE_DIR=/data/w \r\nDOCKER_SHIM_CACHE_DIR=/theirs\nHELIX_SESSION_ID=s\nHELIX_TASK_NUMBER=7\n"
        )
      )
      assert.deepStrictEqual(decoded, {
        ...defaults,
        ...withCache({ directory: "/mine", origins: { place: "DOCKER_SHIM_CACHE_DIR", mode: undefined } }),
        mappings: [{ ...user, origin: "WORKSPACE_DIR in /etc/docker-shim.env" }],
        session: { prefix: "helix-task-7", origin: "HELIX_TASK_NUMBER in /etc/docker-shim.env" },
        machine: { file: "/etc/docker-shim.env", variables: ["WORKSPACE_DIR", "HELIX_TASK_NUMBER"] }
      })
    })

    it.each([
      [
        "WORKSPACE_DIR=data",
        "WORKSPACE_DIR=\"data\" in /etc/docker-shim.env is not accepted\n\nAccepted: an absolute path."
      ],
      [
        "WORKSPACE_DIR=/d\nexport A=b",
        "line 2 of /etc/docker-shim.env=\"export A=b\" is not accepted\n\n"
        + "Accepted: NAME=value, a comment after #, an empty line."
      ]
    ])("refuses %j", (text, message) => {
      const decoded = Settings.decode({}, machine(text))
      assert.strictEqual("_tag" in decoded ? Settings.message(decoded) : "accepted", message)
    })

    it("switches the shim off and on", () => {
      assert.isTrue(Settings.isDisabled({}, machine("DOCKER_SHIM_DISABLE=1")))
      assert.isFalse(Settings.isDisabled({ DOCKER_SHIM_DISABLE: "" }, machine("DOCKER_SHIM_DISABLE=1")))
    })
  })
})
