/**
 * Installing and uninstalling below temporary roots: what is there before is there after, byte for byte.
 */
import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe } from "vitest"
import * as Installation from "../../../src/shell/install/Installation.ts"
import * as InstallPlan from "../../../src/shell/install/InstallPlan.ts"
import type { InstallRecord } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import type * as StepExecutor from "../../../src/shell/install/StepExecutor.ts"
import {
  asked,
  type Content,
  local,
  makeRoot,
  plugins,
  searchPath,
  shim,
  site,
  snapshot,
  state,
  stateSteps
} from "./root.ts"

/** At a path nothing, mostly, or one of these. */
const maybe = (
  name: string,
  ...kinds: ReadonlyArray<Content>
): readonly [string, FastCheck.Arbitrary<Content | undefined>] => [
  name,
  FastCheck.oneof({ weight: 5, arbitrary: FastCheck.constant(undefined) }, {
    weight: 1,
    arbitrary: FastCheck.constantFrom(...kinds)
  })
]

const files = FastCheck.record(Object.fromEntries([
  ...searchPath.slice(0, 4).flatMap((one) => [
    maybe(`${one}/docker`, "program", "program", "wrapper", "plain"),
    maybe(`${one}/docker.real`, "program"),
    maybe(`${one}/docker-compose`, "program", "composeWrapper"),
    maybe(`${one}/docker-compose.real`, "program")
  ]),
  ...plugins.flatMap((one) => [
    maybe(`${one}/docker-compose`, "program", "program", "composeWrapper", "plain"),
    maybe(`${one}/docker-compose.real`, "program")
  ]),
  ["/usr/bin/docker", FastCheck.constantFrom<Content>("program", "program", "program", "wrapper")] as const
]))

const requests = FastCheck.record({
  directory: FastCheck.constantFrom(undefined, undefined, undefined, "/opt/bin", "/usr/local/sbin", "/usr/bin"),
  pluginDirectory: FastCheck.constantFrom(undefined, undefined, undefined, "/opt/plugins", local),
  isInPlace: FastCheck.boolean()
})

const shims = FastCheck.constantFrom(shim, "/tmp/docker-shim", "/usr/local/bin/docker-shim")

const given = (some: Readonly<Record<string, Content | undefined>>): Readonly<Record<string, Content>> =>
  Object.fromEntries(Object.entries(some).flatMap(([name, one]) => one === undefined ? [] : [[name, one]]))

const recordIn = (root: string): InstallRecord => {
  const recorded = Installation.read(root, state)
  if (recorded._tag !== "Installed") throw new Error(`the record is ${recorded._tag}`)
  return recorded.record
}

describe("Installation", () => {
  const counts = { installed: 0, refused: 0 }

  it.prop(
    "uninstall after install leaves all as it was; and a run does what a dry run says",
    { some: files, request: requests, file: shims },
    ({ file, request, some }) => {
      const root = makeRoot(given(some), file)
      const before = snapshot(root)
      const plan = InstallPlan.plan(site(root, request, file), request)
      assert.deepStrictEqual(snapshot(root), before)
      if (plan._tag === "Refused") return void (counts.refused += 1)
      counts.installed += 1
      const said: Array<Step.Step> = []
      const failed = Installation.install(root, state, request, plan.steps, (step) => said.push(step))
      assert.deepStrictEqual([failed, said], [undefined, [...plan.steps]])
      const record = recordIn(root)
      assert.deepStrictEqual(Installation.broken(root, record), [])
      const first = site(root, request, file).path.find((one) =>
        one.entries.docker._tag !== "Absent" && one.entries.docker._tag !== "Other"
      )
      if (request.directory === undefined) assert.strictEqual(first?.entries.docker._tag, "Shim")
      const left: Array<StepExecutor.Undone> = []
      Installation.uninstall(root, state, record, (_, one) => left.push(one))
      assert.deepStrictEqual(left, plan.steps.map(() => ({ isDone: true })))
      assert.deepStrictEqual(snapshot(root), before)
      fs.rmSync(root, { recursive: true })
    },
    { fastCheck: { numRuns: 400 } }
  )

  it("has installed and refused often enough above", () => {
    assert.isAbove(counts.installed, 60)
    assert.isAbove(counts.refused, 30)
  })

  it.prop(
    "a step that fails, and a run that is cut off, leave nothing",
    { some: files, isInPlace: FastCheck.boolean(), at: FastCheck.nat({ max: 12 }) },
    ({ at, isInPlace, some }) => {
      const root = makeRoot({ ...given(some), "/usr/bin/docker": "program" })
      const before = snapshot(root)
      const request = asked({ isInPlace })
      const plan = InstallPlan.plan(site(root, request), request)
      if (plan._tag === "Refused") return
      const bad: Step.Step = Step.move("/no/such/file", "/no/such/place")
      const broken = [...plan.steps.slice(0, at), bad, ...plan.steps.slice(at)]
      const failed = Installation.install(root, state, request, broken, () => undefined)
      assert.deepStrictEqual(failed?.step, bad)
      assert.deepStrictEqual(snapshot(root), before)

      const cut = new Error("cut off")
      let count = 0
      try {
        Installation.install(root, state, request, plan.steps, () => {
          count += 1
          if (count > at + stateSteps.length) throw cut
        })
      } catch (error) {
        assert.strictEqual(error, cut)
      }
      const recorded = Installation.read(root, state)
      if (recorded._tag === "Installed") Installation.uninstall(root, state, recorded.record, () => undefined)
      assert.deepStrictEqual(snapshot(root), before)
      fs.rmSync(root, { recursive: true })
    },
    { fastCheck: { numRuns: 100 } }
  )

  it("leaves what somebody else put in its place, and says so", () => {
    const root = makeRoot({ "/usr/bin/docker": "program" })
    const request = asked({ isInPlace: true })
    const plan = InstallPlan.plan(site(root, request), request)
    assert.strictEqual(plan._tag, "InstallPlan")
    if (plan._tag !== "InstallPlan") return
    Installation.install(root, state, request, plan.steps, () => undefined)
    fs.rmSync(path.join(root, "/usr/bin/docker"))
    fs.writeFileSync(path.join(root, "/usr/bin/docker"), "upgraded", { mode: 0o755 })
    const record = recordIn(root)
    assert.deepStrictEqual(Installation.broken(root, record).map(Step.print), [
      `keep /usr/bin/docker as /usr/bin/docker.real, link /usr/bin/docker -> ${shim}`
    ])
    const left: Array<string> = []
    Installation.uninstall(root, state, record, (_, { note }) => note === undefined || left.push(note))
    assert.deepStrictEqual(left, [
      "/usr/bin/docker was replaced since and stays; removed /usr/bin/docker.real, which is older"
    ])
    assert.strictEqual(fs.readFileSync(path.join(root, "/usr/bin/docker"), "utf8"), "upgraded")
    assert.isFalse(fs.existsSync(path.join(root, "/usr/bin/docker.real")))
  })

  it("diverts what a package owns, so that an upgrade does not put it back", () => {
    const root = makeRoot({ "/usr/bin/docker": "program" })
    const database = path.join(root, "var/lib/dpkg")
    fs.mkdirSync(path.join(database, "info"), { recursive: true })
    fs.mkdirSync(path.join(database, "updates"))
    fs.writeFileSync(
      path.join(database, "status"),
      "Package: docker-cli\nStatus: install ok installed\nMaintainer: x\nArchitecture: all\nVersion: 1\nDescription: x\n"
    )
    fs.writeFileSync(path.join(database, "info/docker-cli.list"), "/.\n/usr\n/usr/bin\n/usr/bin/docker\n")
    fs.writeFileSync(path.join(database, "info/format"), "1\n")
    const before = snapshot(root)
    const request = asked({ isInPlace: true })
    const plan = InstallPlan.plan(site(root, request), request)
    assert.strictEqual(plan._tag, "InstallPlan")
    if (plan._tag !== "InstallPlan") return
    assert.include(plan.steps.map(Step.print), "divert the packaged /usr/bin/docker to /usr/bin/docker.real")
    assert.isUndefined(Installation.install(root, state, request, plan.steps, () => undefined))
    const truename = spawnSync("dpkg-divert", ["--admindir", database, "--truename", "/usr/bin/docker"], {
      encoding: "utf8"
    })
    assert.strictEqual(truename.stdout, "/usr/bin/docker.real\n")
    const record = recordIn(root)
    assert.deepStrictEqual(Installation.broken(root, record), [])
    Installation.uninstall(root, state, record, () => undefined)
    // dpkg's own file of diversions, which names none any more, and its backup of that
    assert.strictEqual(fs.readFileSync(path.join(database, "diversions"), "utf8"), "")
    for (const name of ["diversions", "diversions-old"]) fs.rmSync(path.join(database, name))
    assert.deepStrictEqual(snapshot(root), before)
  })
})
