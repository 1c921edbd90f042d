import { assert, describe, it } from "@effect/vitest"
import type * as OwnMounts from "../../../../src/core/facts/OwnMounts.ts"
import type { PathMapping } from "../../../../src/core/paths/PathMapping.ts"
import * as Plan from "../../../../src/core/Plan.ts"
import * as FoundMappings from "../../../../src/core/plan/paths/FoundMappings.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"

const found = (from: string, to: string, ...holes: ReadonlyArray<string>): PathMapping => ({
  from,
  to,
  holes,
  origin: "found: mounts of container 0123456789ab"
})

const mapped = (...mappings: ReadonlyArray<PathMapping>): OwnMounts.Answer & { readonly _tag: "Mapped" } => ({
  _tag: "Mapped",
  container: "0123456789ab".padEnd(64, "0"),
  mappings
})

const apply = (env: Readonly<Record<string, string>>, answer: OwnMounts.Answer) => {
  const settings = Settings.decode(env)
  assert.isFalse("_tag" in settings)
  if ("_tag" in settings) throw new Error("not accepted")
  const { notices, settings: settled } = FoundMappings.apply(settings, answer)
  assert.isUndefined(settled.auto)
  return { mappings: settled.mappings.map(({ from, to }) => `${from}=${to}`), notices: notices.map(({ text }) => text) }
}

/** Plans `docker` with these words; every path is what it is, and the daemon is asked for its mounts once. */
const plan = (
  argv: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  answer: OwnMounts.Answer | undefined
) => {
  const asked: Array<string> = []
  const outcome = Plan.planWith(
    { argv0: "docker", argv, env: { DOCKER_HOST: "unix:///run/docker.sock", ...env }, cwd: "/w" },
    {
      RealPath: ({ path }) => ({ resolved: path, exists: true }),
      ...(answer === undefined ? {} : {
        OwnMounts: ({ socket }) => {
          asked.push(socket)
          return answer
        }
      })
    }
  )
  assert.strictEqual(outcome._tag, "ExecPlan")
  if (outcome._tag !== "ExecPlan") throw new Error("no plan")
  return { ...outcome, asked }
}

const auto = { DOCKER_SHIM_PATH_MAP: "auto" }
const run = ["run", "-v", "/w/app:/app", "-v", "./tmp/x:/t", "web"]

describe("FoundMappings", () => {
  it.each<[Readonly<Record<string, string>>, OwnMounts.Answer, ReadonlyArray<string>, RegExp?]>([
    [auto, mapped(found("/w", "/d")), ["/w=/d"]],
    [auto, mapped(), []],
    [{ DOCKER_SHIM_PATH_MAP: "/w=/x;auto" }, mapped(found("/w", "/d")), ["/w=/x", "/w=/d"]],
    [{ ...auto, WORKSPACE_DIR: "/d/work", DOCKER_SHIM_USER_PATH: "/w/work" }, mapped(found("/w", "/d")), ["/w=/d"]],
    [
      { ...auto, WORKSPACE_DIR: "/e", DOCKER_SHIM_USER_PATH: "/w" },
      mapped(found("/w", "/d")),
      ["/w=/d"],
      /^WORKSPACE_DIR says that the daemon has \/w at \/e, but it has it at \/d, by what DOCKER_SHIM_PATH_MAP=auto found/
    ],
    [
      { ...auto, WORKSPACE_DIR: "/d/tmp", DOCKER_SHIM_USER_PATH: "/w/tmp" },
      mapped(found("/w", "/d", "/w/tmp")),
      ["/w=/d"],
      /but it has it nowhere/
    ],
    // of what is not certain the user may be right
    [
      { ...auto, WORKSPACE_DIR: "/e", DOCKER_SHIM_USER_PATH: "/w/work" },
      { ...mapped(found("/x", "/d")), doubtful: ["/w"] },
      ["/w/work=/e", "/x=/d"]
    ],
    [
      { ...auto, WORKSPACE_DIR: "/e", DOCKER_SHIM_USER_PATH: "/w/work" },
      { ...mapped(found("/x", "/d")), doubtful: ["/w/work/app"] },
      ["/x=/d"],
      /but it has it nowhere/
    ],
    [auto, { _tag: "Same" }, []],
    [{ ...auto, WORKSPACE_DIR: "/w", DOCKER_SHIM_USER_PATH: "/w" }, { _tag: "Same" }, []],
    [{ ...auto, WORKSPACE_DIR: "/e", DOCKER_SHIM_USER_PATH: "/w" }, { _tag: "Same" }, [], /but it has it at \/w,/],
    [{ ...auto, WORKSPACE_DIR: "/e" }, { _tag: "Gateway" }, []],
    [{ ...auto, WORKSPACE_DIR: "/e" }, { _tag: "Unknown", why: "it is silent" }, ["/home/retro/work=/e"]],
    [
      auto,
      { _tag: "Unknown", why: "it is silent" },
      [],
      /^DOCKER_SHIM_PATH_MAP=auto: no path is translated: .*it is silent/
    ]
  ])("with %j and the answer %j the mappings are %j", (env, answer, mappings, said) => {
    const outcome = apply(env, answer)
    assert.deepStrictEqual(outcome.mappings, mappings)
    assert.strictEqual(outcome.notices.length, said === undefined ? 0 : 1)
    if (said !== undefined) assert.match(outcome.notices[0] ?? "", said)
  })

  it("docker run gets what was found, and says which container's mounts it is from", () => {
    const { args, asked, changes, notices } = plan(run, auto, mapped(found("/w", "/d", "/w/tmp")))
    assert.deepStrictEqual(asked, ["/run/docker.sock"])
    assert.deepStrictEqual(args, ["run", "-v", "/d/app:/app", "-v", "./tmp/x:/t", "web"])
    assert.deepStrictEqual(changes.map(({ why }) => why), [
      "the daemon sees /w at /d (found: mounts of container 0123456789ab)"
    ])
    assert.match(notices[0]?.text ?? "", /the daemon does not have \/w\/tmp/)
  })

  it("says why nothing is translated", () => {
    const whys = (answer: OwnMounts.Answer) => new Set(plan(run, auto, answer).leftAlone.map(({ why }) => why))
    assert.deepStrictEqual(
      whys({ _tag: "Same" }),
      new Set(["the daemon sees the same files (DOCKER_SHIM_PATH_MAP=auto)"])
    )
    assert.deepStrictEqual(
      whys({ _tag: "Gateway" }),
      new Set(["the gateway at this socket translates paths itself (DOCKER_SHIM_PATH_MAP=auto)"])
    )
  })

  it("asks nothing where no path is, where auto is not set, and for another daemon", () => {
    assert.deepStrictEqual(plan(["ps"], auto, undefined).args, ["ps"])
    assert.deepStrictEqual(plan(["run", "web"], auto, undefined).args, ["run", "web"])
    assert.deepStrictEqual(plan(run, { WORKSPACE_DIR: "/d" }, undefined).asked, [])
    const ssh = plan(["-H", "ssh://prod", ...run], auto, undefined)
    assert.deepStrictEqual(ssh.args, ["-H", "ssh://prod", ...run])
    assert.deepStrictEqual(ssh.notices, [])
  })

  it("says that it cannot ask a daemon that has no socket here", () => {
    const undeclared = plan(run, { ...auto, DOCKER_HOST: "tcp://docker:2375" }, undefined)
    assert.deepStrictEqual(undeclared.args, run)
    assert.match(undeclared.notices[0]?.text ?? "", /^no path is translated: tcp:\/\/docker:2375 is not known/)
    const declared = plan(run, { ...auto, DOCKER_HOST: "tcp://d:1", DOCKER_SHIM_DOCKER_HOST: "tcp://d:1" }, undefined)
    assert.match(declared.notices[0]?.text ?? "", /its daemon is not at a unix socket/)
  })
})
