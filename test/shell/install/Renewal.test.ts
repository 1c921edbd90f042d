/**
 * What install does over an installation, and uninstall after others changed the machine.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Installation from "../../../src/shell/install/Installation.ts"
import * as InstallPlan from "../../../src/shell/install/InstallPlan.ts"
import * as Renewal from "../../../src/shell/install/Renewal.ts"
import type { InstallRecord, Request, Site } from "../../../src/shell/install/Site.ts"
import * as Survey from "../../../src/shell/install/Survey.ts"

const base = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-renewal-"))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

const env = { PATH: "/usr/local/bin:/usr/bin", HOME: "/root" }
const state = "/var/lib/docker-shim"
const bare: Request = { directory: undefined, pluginDirectory: undefined, isInPlace: false }
const inPlace: Request = { ...bare, isInPlace: true }

interface Machine {
  readonly root: string
  readonly at: (name: string) => string
  readonly site: (shim: string) => Site
  readonly record: () => InstallRecord
}

let count = 0

/** A root with docker, one build of the shim at /root/old and another at /root/new, and the old one installed. */
const machine = (request: Request, name = "docker-shim"): Machine => {
  count += 1
  const root = path.join(base, String(count))
  const at = (one: string): string => path.join(root, one)
  for (const directory of ["usr/local/bin", "usr/bin", "root/old", "root/new"]) {
    fs.mkdirSync(at(directory), { recursive: true })
  }
  fs.writeFileSync(at("usr/bin/docker"), "docker 1", { mode: 0o755 })
  fs.writeFileSync(at(`root/old/${name}`), "DOCKER_SHIM_DEPTH old", { mode: 0o755 })
  fs.writeFileSync(at(`root/new/${name}`), "DOCKER_SHIM_DEPTH new", { mode: 0o755 })
  const site = (shim: string): Site => Survey.site(root, env, at(shim), request)
  const plan = InstallPlan.plan(site(`root/old/${name}`), request)
  if (plan._tag === "Refused") throw new Error(plan.reasons.join())
  assert.isUndefined(Installation.install(root, state, request, plan.steps, () => undefined))
  const record = (): InstallRecord => {
    const recorded = Installation.read(root, state)
    if (recorded._tag !== "Installed") throw new Error(recorded._tag)
    return recorded.record
  }
  return { root, at, site, record }
}

/** What install says over the installation, and does. */
const install = ({ record, root, site }: Machine, shim: string, request: Request): ReadonlyArray<string> => {
  const renewal = Renewal.plan(root, site(shim), record(), request)
  if (renewal._tag === "Refused") return renewal.reasons.map((one) => `refused: ${one}`)
  const lines: Array<string> = []
  const failed = Renewal.carryOut(root, site(shim), record(), renewal, (line) => lines.push(line))
  return [
    ...lines,
    ...renewal.notes.map((one) => `note: ${one}`),
    ...(failed === undefined ? [] : [`failed: ${failed}`])
  ]
}

const uninstall = ({ record, root }: Machine): ReadonlyArray<string | boolean> => {
  const said: Array<string | boolean> = []
  Installation.uninstall(root, state, record(), (_, { isDone, note }) => said.push(note ?? isDone))
  return said
}

describe("Renewal", () => {
  it.each([["without options", bare], ["in place", inPlace]])("does nothing over the same, %s", (_, request) => {
    const one = machine(request)
    assert.deepStrictEqual(install(one, "root/old/docker-shim", request), [])
  })

  it.each([["without options", bare], ["in place", inPlace]])("updates the executable, %s", (_, request) => {
    const one = machine(request)
    const copy = "/usr/local/bin/docker-shim"
    const target = one.record().steps.some(({ _tag }) => _tag === "Copy") ? copy : "/root/old/docker-shim"
    assert.deepStrictEqual(install(one, "root/new/docker-shim", request), [
      `update ${target} from /root/new/docker-shim`
    ])
    assert.strictEqual(fs.readFileSync(one.at(target), "utf8"), "DOCKER_SHIM_DEPTH new")
    assert.deepStrictEqual(install(one, "root/new/docker-shim", request), [])
    assert.isTrue(uninstall(one).every((said) => said === true))
    assert.strictEqual(fs.readFileSync(one.at("usr/bin/docker"), "utf8"), "docker 1")
  })

  it("an update leaves no half-written executable behind when it fails", () => {
    const one = machine(bare)
    fs.mkdirSync(one.at("usr/local/bin/docker-shim.partial/x"), { recursive: true })
    const [failed = ""] = install(one, "root/new/docker-shim", bare)
    assert.match(failed, /^failed: could not update \/usr\/local\/bin\/docker-shim from \/root\/new\/docker-shim: /)
    assert.strictEqual(fs.readFileSync(one.at("usr/local/bin/docker-shim"), "utf8"), "DOCKER_SHIM_DEPTH old")
  })

  it("keeps the way of the installation when none is asked for, and says how to change it", () => {
    const one = machine(inPlace)
    assert.deepStrictEqual(install(one, "root/new/docker-shim", bare).slice(1), [
      "note: it stays installed with --in-place; to change that: /root/new/docker-shim uninstall && "
      + "/root/new/docker-shim install"
    ])
  })

  it("refuses another way, and says how to change it", () => {
    assert.deepStrictEqual(install(machine(bare), "root/new/docker-shim", inPlace), [
      "refused: installed already without options; to change that: /root/new/docker-shim uninstall && "
      + "/root/new/docker-shim install --in-place"
    ])
    // uninstall would remove the program that is to install again
    assert.deepStrictEqual(install(machine(bare), "usr/local/bin/docker-shim", inPlace), [
      "refused: installed already without options; to change that: cp /usr/local/bin/docker-shim /tmp/docker-shim && "
      + "/tmp/docker-shim uninstall && /tmp/docker-shim install --in-place"
    ])
  })

  it("refuses to update a package for Node, which has more files than one", () => {
    const one = machine(bare, "docker-shim.cjs")
    assert.deepStrictEqual(install(one, "root/new/docker-shim.cjs", bare), [
      "refused: /root/old/docker-shim.cjs is installed, of another form or build; to change to this one: "
      + "/root/new/docker-shim.cjs uninstall && /root/new/docker-shim.cjs install"
    ])
  })

  it("repairs what no longer stands", () => {
    const one = machine(bare)
    fs.rmSync(one.at("usr/local/bin/docker"))
    fs.rmSync(one.at("usr/local/bin/docker-shim"))
    assert.deepStrictEqual(install(one, "root/new/docker-shim", bare), [
      "copy /root/new/docker-shim to /usr/local/bin/docker-shim",
      "link /usr/local/bin/docker -> /usr/local/bin/docker-shim"
    ])
    assert.deepStrictEqual(Installation.broken(one.root, one.record()), [])
  })

  it("takes the place of a docker that an upgrade put there, and gives that one back", () => {
    const one = machine(inPlace)
    fs.rmSync(one.at("usr/bin/docker"))
    fs.writeFileSync(one.at("usr/bin/docker"), "docker 2", { mode: 0o755 })
    const [line = ""] = install(one, "root/old/docker-shim", inPlace)
    assert.match(line, /^keep \/usr\/bin\/docker as \/usr\/bin\/docker\.real, link/)
    assert.strictEqual(fs.readFileSync(one.at("usr/bin/docker.real"), "utf8"), "docker 2")
    uninstall(one)
    assert.strictEqual(fs.readFileSync(one.at("usr/bin/docker"), "utf8"), "docker 2")
  })

  it("repairs an installation that was cut off", () => {
    const one = machine(inPlace)
    const file = one.at(`${state}/install.json`)
    fs.writeFileSync(file, JSON.stringify({ ...one.record(), isComplete: false }))
    fs.renameSync(one.at("usr/bin/docker.real"), one.at("usr/bin/docker"))
    assert.strictEqual(install(one, "root/old/docker-shim", inPlace).length, 1)
    assert.isTrue(Installation.isWhole(one.root, one.record()))
  })

  it("does not repair over something else, nor when docker is gone", () => {
    const other = machine(bare)
    fs.rmSync(other.at("usr/local/bin/docker"))
    fs.writeFileSync(other.at("usr/local/bin/docker"), "else")
    assert.deepStrictEqual(install(other, "root/old/docker-shim", bare), [
      "failed: could not link /usr/local/bin/docker -> /usr/local/bin/docker-shim: /usr/local/bin/docker is not what was "
      + "installed and stays"
    ])
    const purged = machine(inPlace)
    fs.rmSync(purged.at("usr/bin/docker.real"))
    const [failed = ""] = install(purged, "root/old/docker-shim", inPlace)
    assert.include(failed, "/usr/bin/docker.real is gone; install docker again, or run 'docker-shim uninstall'")
    assert.isTrue(fs.lstatSync(purged.at("usr/bin/docker")).isSymbolicLink())
  })
})

describe("uninstall", () => {
  it("removes its link when docker is gone, and says that nothing was put back", () => {
    const one = machine(inPlace)
    fs.rmSync(one.at("usr/bin/docker.real"))
    assert.include(
      uninstall(one),
      "/usr/bin/docker.real is gone, so there is nothing to put back; removed /usr/bin/docker, the link to the shim"
    )
    assert.deepStrictEqual(fs.readdirSync(one.at("usr/bin")), [])
    assert.deepStrictEqual(fs.readdirSync(one.at("usr/local/bin")), [])
  })
})

describe("Installation.read", () => {
  it.each([
    ["not JSON", (file: string) => fs.writeFileSync(file, "{")],
    ["no record", (file: string) => fs.writeFileSync(file, "{\"version\":1,\"steps\":[{\"_tag\":\"Link\"}]}")],
    ["a directory", (file: string) => fs.mkdirSync(file)]
  ])("says that it cannot be read: %s", (_, make) => {
    const { at, root } = machine(bare)
    fs.rmSync(at(`${state}/install.json`))
    make(at(`${state}/install.json`))
    assert.strictEqual(Installation.read(root, state)._tag, "Unreadable")
  })

  it("knows nothing where there is none", () => {
    assert.strictEqual(Installation.read(base, state)._tag, "NotInstalled")
  })
})
