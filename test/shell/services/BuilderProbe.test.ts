import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import { BuilderProbe } from "../../../src/shell/services/BuilderProbe.ts"
import { type Answer, EngineInfo } from "../../../src/shell/services/EngineInfo.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { ProbeMemory } from "../../../src/shell/services/ProbeMemory.ts"
import { ProbeRunner } from "../../../src/shell/services/ProbeRunner.ts"
import { RealPrograms } from "../../../src/shell/services/RealPrograms.ts"

let home = ""
let asked: Array<string> = []
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-builder-"))
  asked = []
  fs.mkdirSync(path.join(home, "config/cli-plugins"), { recursive: true })
  fs.writeFileSync(path.join(home, "config/cli-plugins/docker-buildx"), "", { mode: 0o755 })
  fs.writeFileSync(path.join(home, "docker"), "", { mode: 0o755 })
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const question = (more: Partial<Question.Of<"Builder">> = {}): Question.Of<"Builder"> => ({
  _tag: "Builder",
  through: "buildx",
  globals: [],
  env: {},
  endpoint: Endpoint.noFlags,
  name: undefined,
  ...more
})

interface Machine {
  readonly daemon?: Answer
  readonly version?: string
  readonly inspect?: string
}

/** A process that may ask: what it learns is remembered on disk for the next. */
const probing = <A>(machine: Machine, use: (probe: BuilderProbe["Type"]) => Effect.Effect<A>): Promise<A> =>
  Effect.runPromise(
    Effect.flatMap(BuilderProbe.make, use).pipe(
      Effect.provideServiceEffect(ProbeMemory, ProbeMemory.make),
      Effect.provideService(RealPrograms, { locate: () => Effect.succeed(path.join(home, "docker")) }),
      Effect.provideService(EngineInfo, {
        ask: (socket) =>
          Effect.sync(() => {
            asked.push(socket)
            return machine.daemon ?? { _tag: "Unusable" }
          })
      }),
      Effect.provideService(ProbeRunner, {
        run: ({ args }) =>
          Effect.sync(() => {
            asked.push(args.join(" "))
            const stdout = args[0] === "--version" ? machine.version : machine.inspect
            return { code: stdout === undefined ? 1 : 0, stdout: stdout ?? "", stderr: "" }
          })
      }),
      Effect.provideService(Environment, {
        invocation: {
          argv0: "docker",
          argv: [],
          env: { HOME: home, DOCKER_CONFIG: path.join(home, "config"), DOCKER_HOST: "unix:///run/d.sock" },
          cwd: home
        },
        shim: "/shim"
      })
    )
  )
const ask = (machine: Machine, more: Partial<Question.Of<"Builder">> = {}) =>
  probing(machine, (probe) => probe.ask(question(more)))

const containerd: Answer = {
  _tag: "Answered",
  info: { ServerVersion: "28.5.2", DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] }
}
const exporting = { _tag: "Exporting", driver: "docker" } as const
const container = "Name: mine\nDriver: docker-container\n"

describe("BuilderProbe", () => {
  it("asks the daemon where that builds, once: the next command remembers", async () => {
    assert.deepStrictEqual(await ask({ daemon: containerd }), exporting)
    assert.deepStrictEqual(await ask({}), exporting)
    assert.deepStrictEqual(asked, ["/run/d.sock"])
    fs.writeFileSync(path.join(home, "config/cli-plugins/docker-buildx"), "another")
    await ask({ daemon: containerd })
    assert.lengthOf(asked, 2)
  })

  it("asks buildx for another builder, and where the daemon does not say", async () => {
    const named = await ask({ inspect: container }, { name: "mine" })
    assert.deepStrictEqual([named._tag, asked], ["Exporting", ["buildx inspect"]])
    assert.strictEqual((await ask({ inspect: container }))._tag, "Exporting")
    assert.deepStrictEqual(asked.slice(1), ["/run/d.sock", "buildx inspect"])
  })

  it("asks a docker of before buildx for its version first", async () => {
    const found = await ask({ version: "Docker version 20.10.24, build x" }, { through: "docker" })
    assert.deepStrictEqual(found, { _tag: "Legacy", why: "docker 20.10.24 builds without buildx" })
    assert.deepStrictEqual(asked, ["--version"])
  })

  it("remembers nothing of a daemon that was silent", async () => {
    const silent: Answer = { _tag: "Silent", why: "it gave no answer" }
    const unknown = { _tag: "Unknown", why: silent.why }
    assert.deepStrictEqual([await ask({ daemon: silent }), await ask({ daemon: silent })], [unknown, unknown])
    assert.lengthOf(asked, 2)
  })

  it("asks again what it remembered, unless it asked itself", async () => {
    await ask({ daemon: containerd })
    const [again, twice] = await probing(
      { inspect: "Name: default\nDriver: remote\n" },
      (probe) => Effect.all([probe.askAgain(question()), probe.askAgain(question())])
    )
    assert.deepStrictEqual([again._tag, twice._tag], ["Shared", "Shared"])
    assert.deepStrictEqual(asked, ["/run/d.sock", "/run/d.sock", "buildx inspect"])
  })

  it("gives what a command of buildx prints, and nothing where it fails", async () => {
    const report = (machine: Machine) =>
      probing(machine, (probe) => probe.report(question({ globals: ["-D"] }), ["du", "--verbose"]))
    assert.deepStrictEqual([await report({ inspect: "ID: a" }), await report({})], ["ID: a", ""])
    assert.deepStrictEqual(asked, ["-D buildx du --verbose", "-D buildx du --verbose"])
  })
})
