import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type { Env } from "../../../src/core/Invocation.ts"
import { BuilderProbe } from "../../../src/shell/services/BuilderProbe.ts"
import { BuildTime } from "../../../src/shell/services/BuildTime.ts"
import { CommandHelp } from "../../../src/shell/services/CommandHelp.ts"
import { ComposeConfig } from "../../../src/shell/services/ComposeConfig.ts"
import { ComposeVersion } from "../../../src/shell/services/ComposeVersion.ts"
import { EngineInfo } from "../../../src/shell/services/EngineInfo.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { Planner } from "../../../src/shell/services/Planner.ts"
import { RegistryProbe } from "../../../src/shell/services/RegistryProbe.ts"
import * as ReplacedFs from "../cache/replaced-fs.ts"

let home = ""
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-planner-")))
  fs.mkdirSync(path.join(home, "cache"))
  fs.mkdirSync(path.join(home, "work"))
  fs.writeFileSync(path.join(home, "work/Dockerfile"), "FROM bb\n")
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

/** Plans a command, and gives the kinds of questions that programs were started for. */
const plan = async (words: string, env: Env = {}) => {
  const asked: Array<string> = []
  const answering = <A>(name: string, answer: A) => () =>
    Effect.sync(() => {
      asked.push(name)
      return answer
    })
  const config = JSON.stringify({ name: "shop", services: { web: { image: "a" } } })
  const outcome = await Effect.runPromise(
    Effect.flatMap(Planner.make, (planner) => Effect.either(planner.plan(Facts.none))).pipe(
      Effect.provideService(Environment, {
        invocation: {
          argv0: "docker",
          argv: words.split(" "),
          env: { HOME: home, DOCKER_SHIM_CACHE_DIR: path.join(home, "cache"), ...env },
          cwd: path.join(home, "work")
        },
        shim: "/shim"
      }),
      Effect.provideService(BuilderProbe, {
        ask: answering("builder", { _tag: "Exporting", driver: "docker" } as const),
        askAgain: answering("again", { _tag: "Exporting", driver: "docker" } as const),
        report: answering("report", ""),
        triggers: answering("triggers", [])
      }),
      Effect.provideService(CommandHelp, { flags: answering("help", { flags: [], unanswered: undefined }) }),
      Effect.provideService(ComposeConfig, {
        ask: answering("model", { _tag: "Model", config: JSON.parse(config) as unknown, input: [] } as const),
        askStack: answering("stack", { _tag: "Refused", input: [] } as const),
        remember: Effect.void
      }),
      Effect.provideService(EngineInfo, { ask: answering("engine", { _tag: "Unusable" } as const) }),
      Effect.provideService(RegistryProbe, {
        ask: answering("registry", [{ _tag: "None" }] as const),
        name: () => Effect.die("named")
      }),
      Effect.provideService(ComposeVersion, { ask: answering("version", { major: 2, minor: 40 }) }),
      Effect.provideServiceEffect(BuildTime, BuildTime.make)
    )
  )
  return { asked, outcome }
}

const args = (outcome: Awaited<ReturnType<typeof plan>>["outcome"]): ReadonlyArray<string> =>
  outcome._tag === "Right" ? outcome.right.plan.args : assert.fail(outcome.left._tag)

describe("Planner", () => {
  it("asks nothing for a command that needs nothing", async () => {
    const { asked, outcome } = await plan("ps -a")
    assert.deepStrictEqual([asked, args(outcome)], [[], ["ps", "-a"]])
  })

  it("looks itself at what is in files, and asks programs for the rest, each once", async () => {
    const { asked, outcome } = await plan("build -t app .")
    assert.deepStrictEqual(asked, ["builder"])
    assert.isTrue(args(outcome).some((word) => word.startsWith("--cache-to=type=local")))
    const facts = outcome._tag === "Right" ? outcome.right.facts : Facts.none
    for (const kind of ["CacheDirectory", "BuildContext"] as const) {
      assert.isNotEmpty(Facts.all(facts, kind), kind)
    }
  })

  it("opens a Dockerfile once, whatever it is asked about it", async () => {
    const opened: Array<string> = []
    ReplacedFs.replace({
      openSync: (file, ...rest) => {
        opened.push(path.basename(String(file)))
        return ReplacedFs.original.openSync(file, ...rest)
      }
    })
    const { outcome } = await plan("build -t app .").finally(() => ReplacedFs.replace(ReplacedFs.original))
    assert.isTrue(args(outcome).some((word) => word.startsWith("--cache-to=type=local")))
    assert.deepStrictEqual(opened.filter((name) => name === "Dockerfile"), ["Dockerfile"])
  })

  it("asks Compose for its model, and for what a flag takes that is not known", async () => {
    fs.writeFileSync(path.join(home, "work/compose.yaml"), "services: {web: {image: a}}\n")
    const { asked, outcome } = await plan("compose --galaxy up", { WORKSPACE_DIR: "/data/ses1" })
    assert.sameMembers([...new Set(asked)], asked)
    assert.includeMembers(asked, ["help"])
    assert.include(args(outcome), "--galaxy")
    const known = await plan("compose up", { WORKSPACE_DIR: "/data/ses1" })
    assert.includeMembers(known.asked, ["model"])
  })

  it("asks the daemon for its mounts where a setting wants that, and a path depends on it", async () => {
    const daemon = { DOCKER_HOST: `unix://${home}/docker.sock`, DOCKER_SHIM_PATH_MAP: "auto" }
    fs.writeFileSync(path.join(home, "docker.sock"), "")
    const { asked, outcome } = await plan("run -v /a:/a web", daemon)
    assert.include(asked, "engine")
    assert.deepStrictEqual(args(outcome), ["run", "-v", "/a:/a", "web"])
    assert.deepStrictEqual((await plan("run web", daemon)).asked, [])
  })

  it("asks docker which entries a registry has", async () => {
    const { asked, outcome } = await plan("build -t app .", { DOCKER_SHIM_CACHE_BACKEND: "registry:host/cache" })
    assert.deepStrictEqual(asked, ["builder", "registry"])
    assert.isTrue(args(outcome).some((word) => word.startsWith("--cache-to=type=registry")))
  })

  it("fails with a wrong setting", async () => {
    const { asked, outcome } = await plan("build .", { DOCKER_SHIM_CACHE: "maybe" })
    assert.deepStrictEqual([asked, outcome._tag === "Left" && outcome.left._tag], [[], "SettingError"])
  })
})
