/**
 * Installing and uninstalling below temporary roots: what is there before is there after, byte for byte.
 */
import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe } from "vitest"
import * as Installation from "../../../src/shell/install/Installation.ts"
import * as InstallPlan from "../../../src/shell/install/InstallPlan.ts"
import type { InstallRecord, Request, Site } from "../../../src/shell/install/Site.ts"
import * as Step from "../../../src/shell/install/Step.ts"
import type * as StepExecutor from "../../../src/shell/install/StepExecutor.ts"
import * as Survey from "../../../src/shell/install/Survey.ts"

const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-install-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

const searchPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
const plugins = ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"].map((one) =>
  `${one}/docker/cli-plugins`
)
const env = { PATH: searchPath.join(":"), HOME: "/root" }
const state = "/var/lib/docker-shim"
const asked = (more: Partial<Request> = {}): Request => ({
  directory: undefined,
  pluginDirectory: undefined,
  isInPlace: false,
  ...more
})

const contents = {
  program: "\u007fELF docker",
  wrapper: "#!/bin/bash\nexec docker.real \"$@\"\n",
  composeWrapper: "#!/bin/bash\nexec \"$(dirname \"$0\")/docker-compose.real\" \"$@\"\n",
  plain: "no program"
} as const

type Content = keyof typeof contents

let count = 0

/** A root with files of these contents, a merged `/bin`, and the shim at `shim`. */
const makeRoot = (files: Readonly<Record<string, Content>>, shim = "/opt/docker-shim/dist/docker-shim.js"): string => {
  count += 1
  const root = path.join(base, String(count))
  for (const directory of searchPath.slice(0, 4)) fs.mkdirSync(path.join(root, directory), { recursive: true })
  for (const link of ["bin", "sbin"]) fs.symlinkSync(`usr/${link}`, path.join(root, link))
  const put = (name: string, content: string, mode: number): void => {
    fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true })
    fs.writeFileSync(path.join(root, name), content, { mode })
    fs.utimesSync(path.join(root, name), 1_000_000, 1_000_000)
  }
  put(shim, "the shim", 0o755)
  for (const [name, content] of Object.entries(files)) put(name, contents[content], content === "plain" ? 0o644 : 0o755)
  return root
}

const site = (root: string, request: Request, shim = "/opt/docker-shim/dist/docker-shim.js"): Site =>
  Survey.site(root, env, path.join(root, shim), request)

/** All that can be told of what is below a root: kinds, modes, owners, contents, targets, times of files. */
const snapshot = (root: string): unknown =>
  fs.readdirSync(root, { recursive: true, encoding: "utf8" }).sort().map((name) => {
    const file = path.join(root, name)
    const stat = fs.lstatSync(file)
    const kind = stat.isSymbolicLink() ? fs.readlinkSync(file) : stat.isFile() ? fs.readFileSync(file, "latin1") : ""
    return [name, stat.mode, stat.uid, stat.gid, stat.nlink, kind, stat.isFile() ? stat.mtimeMs : 0, stat.ino]
  })

const steps = (root: string, request: Request, shim?: string): ReadonlyArray<string> => {
  const plan = InstallPlan.plan(site(root, request, shim), request)
  return plan._tag === "Refused" ? plan.reasons.map((one) => `refused: ${one}`) : plan.steps.map(Step.print)
}

const stateSteps = ["make directory /var", "make directory /var/lib", "make directory /var/lib/docker-shim"]
const shim = "/opt/docker-shim/dist/docker-shim.js"
const local = "/usr/local/lib/docker/cli-plugins"
const packaged = "/usr/libexec/docker/cli-plugins"

describe("InstallPlan", () => {
  describe("plan", () => {
    it("puts names ahead of docker, of a stand-alone compose and of the plugin", () => {
      const root = makeRoot({
        "/usr/bin/docker": "program",
        "/usr/bin/docker-compose": "program",
        [`${packaged}/docker-compose`]: "program"
      })
      assert.deepStrictEqual(steps(root, asked()), [
        ...stateSteps,
        `link /usr/local/bin/docker-shim -> ${shim}`,
        `link /usr/local/bin/docker -> ${shim}`,
        `link /usr/local/bin/docker-compose -> ${shim}`,
        "make directory /usr/local/lib",
        "make directory /usr/local/lib/docker",
        `make directory ${local}`,
        `link ${local}/docker-compose -> ${shim}`
      ])
    })

    it("copies the executable where PATH does not lead to it", () => {
      const root = makeRoot({ "/usr/bin/docker": "program" }, "/tmp/docker-shim")
      assert.deepStrictEqual(
        steps(root, asked({ directory: "/opt/bin" }), "/tmp/docker-shim"),
        [
          ...stateSteps,
          "make directory /opt",
          "make directory /opt/bin",
          "copy /tmp/docker-shim to /opt/bin/docker-shim",
          "link /opt/bin/docker -> /opt/bin/docker-shim"
        ].filter((line) => line !== "make directory /opt/")
      )
    })

    it("links to the executable where PATH leads to it", () => {
      const root = makeRoot({ "/usr/bin/docker": "program" }, "/usr/local/bin/docker-shim")
      assert.deepStrictEqual(steps(root, asked({ isInPlace: true }), "/usr/local/bin/docker-shim"), [
        ...stateSteps,
        "keep /usr/bin/docker as /usr/bin/docker.real, link /usr/bin/docker -> /usr/local/bin/docker-shim"
      ])
    })

    it("takes the place of older wrappers, and gives the plugin its own name back", () => {
      const root = makeRoot({
        "/usr/bin/docker": "wrapper",
        "/usr/bin/docker.real": "program",
        [`${packaged}/docker-compose`]: "composeWrapper",
        [`${packaged}/docker-compose.real`]: "program"
      }, "/usr/local/bin/docker-shim")
      assert.deepStrictEqual(steps(root, asked({ isInPlace: true }), "/usr/local/bin/docker-shim"), [
        ...stateSteps,
        "keep /usr/bin/docker as /usr/bin/.docker-shim-saved.docker, link /usr/bin/docker -> /usr/local/bin/docker-shim",
        `move ${packaged}/docker-compose to ${packaged}/.docker-shim-saved.docker-compose`,
        `move ${packaged}/docker-compose.real to ${packaged}/docker-compose`,
        "make directory /usr/local/lib",
        "make directory /usr/local/lib/docker",
        `make directory ${local}`,
        `link ${local}/docker-compose -> /usr/local/bin/docker-shim`
      ])
    })

    it("moves the first plugin of all to the next directory", () => {
      const root = makeRoot({ "/usr/bin/docker": "program", [`${local}/docker-compose`]: "program" })
      const next = "/usr/local/libexec/docker/cli-plugins"
      assert.deepStrictEqual(steps(root, asked({ isInPlace: true })).slice(4), [
        `keep /usr/bin/docker as /usr/bin/docker.real, link /usr/bin/docker -> ${shim}`,
        "make directory /usr/local/libexec",
        "make directory /usr/local/libexec/docker",
        `make directory ${next}`,
        `move ${local}/docker-compose to ${next}/docker-compose`,
        `link ${local}/docker-compose -> ${shim}`
      ])
    })

    it.each<[string, Readonly<Record<string, Content>>, Partial<Request>, string]>([
      ["no docker", {}, {}, "there is no docker on PATH for the shim to stand in front of; install docker first"],
      [
        "docker first of all",
        { "/usr/local/sbin/docker": "program" },
        {},
        "no usual directory that can be written comes before /usr/local/sbin/docker on PATH; "
        + "name one with --dir and put it first on PATH, or use --in-place"
      ],
      [
        "a wrapper",
        { "/usr/bin/docker": "wrapper", "/usr/bin/docker.real": "program" },
        {},
        "/usr/bin/docker is an older wrapper; --in-place puts the shim in its place"
      ],
      [
        "a wrapper alone",
        { "/usr/bin/docker": "wrapper" },
        { isInPlace: true },
        "/usr/bin/docker is an older wrapper, but /usr/bin/docker.real, which it calls, is no program"
      ],
      [
        "two dockers",
        { "/usr/bin/docker": "program", "/usr/bin/docker.real": "program" },
        { isInPlace: true },
        "/usr/bin/docker and /usr/bin/docker.real are both there, and neither is the shim; remove the one that is not docker"
      ],
      [
        "a docker where asked for",
        { "/usr/bin/docker": "program", "/opt/bin/docker": "program" },
        { directory: "/opt/bin" },
        "/opt/bin/docker is there and is not the shim; name another directory with --dir, or use --in-place"
      ]
    ])("refuses with %s", (_, files, request, reason) => {
      assert.deepStrictEqual(steps(makeRoot(files), asked(request)), [`refused: ${reason}`])
    })
  })
})

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
      "/usr/bin/docker was replaced since and stays; /usr/bin/docker.real, which is older, goes"
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
    assert.include(plan.steps.map(Step.print), "divert /usr/bin/docker of packages to /usr/bin/docker.real")
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
