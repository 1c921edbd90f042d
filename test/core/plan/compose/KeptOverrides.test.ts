import { assert, describe, it } from "vitest"
import type { ComposeFiles } from "../../../../src/core/compose/ComposeFiles.ts"
import * as KeptOverride from "../../../../src/core/compose/KeptOverride.ts"
import type * as Question from "../../../../src/core/facts/Question.ts"
import * as PathMapping from "../../../../src/core/paths/PathMapping.ts"
import * as Plan from "../../../../src/core/Plan.ts"
import * as PlannedMark from "../../../../src/core/plan/PlannedMark.ts"
import { args, overridesOf, plan, type Table } from "../table.ts"

const env = { WORKSPACE_DIR: "/data/ses1", HOME: "/home/retro" }
const cwd = "/home/retro/work/shop"
const compose = `${cwd}/compose.yaml`
const place = "/home/retro/.cache/docker-shim/overrides"
const override = `${place}/shop-0123456789abcdef.yaml`
const placeholder = "@docker-shim/compose-override@"

const found: ComposeFiles = { files: [compose], directory: cwd, name: { _tag: "None" }, settings: [], isChoice: false }

const web = { image: "bb", volumes: [{ type: "bind", source: `${cwd}/src`, target: "/src" }] }

const model = (services: Readonly<Record<string, unknown>>): Question.Answers["ComposeModel"] => ({
  _tag: "Model",
  config: { name: "shop", services },
  input: []
})

const table: Table = { env, cwd, files: found, model: model({ web }) }

const project: KeptOverride.Project = {
  name: "shop",
  isNamed: false,
  directory: cwd,
  files: [compose],
  mapping: KeptOverride.mappingOf([PathMapping.make("/home/retro/work", "/data/ses1", "test")])
}

const keptBy = (words: string, more: Table = {}) => overridesOf(plan(words, { ...table, ...more }).plan)[0]?.kept

describe("an override stays", () => {
  it.each(["up", "up -d", "create", "run -d web", "run --rm web", "scale web=2", "watch"])("after %s", (words) => {
    const kept = keptBy(`compose ${words}`)
    assert.strictEqual(kept?.name, KeptOverride.fileName(project))
    assert.deepStrictEqual(KeptOverride.parse(kept?.header ?? ""), project)
    assert.include(kept?.content, "/data/ses1/shop/src")
  })

  it.each(["build", "up --dry-run", "--dry-run up", "run --rm --no-deps web"])("not after %s", (words) => {
    assert.strictEqual(
      keptBy(`compose ${words}`, { model: model({ web: { ...web, build: { context: cwd } } }) }),
      undefined
    )
  })

  it("by the mapping that was found, and down finds it again", () => {
    const mapping = { ...PathMapping.make("/home/retro/work", "/data/ses9", "found"), holes: [] }
    const own: Table = {
      env: { HOME: "/home/retro", DOCKER_HOST: "unix:///run/docker.sock", DOCKER_SHIM_PATH_MAP: "auto" },
      ownMounts: { _tag: "Mapped", container: "0".repeat(64), mappings: [mapping] }
    }
    const kept = keptBy("compose up", own)
    assert.include(kept?.content, "/data/ses9/shop/src")
    const before = [{ ...project, mapping: KeptOverride.mappingOf([mapping]), file: override }]
    const after = (ownMounts: Table["ownMounts"]) =>
      plan("compose down", { ...table, ...own, ...(ownMounts === undefined ? {} : { ownMounts }), kept: before }).plan
        .after
    assert.deepStrictEqual(after(undefined), [{ _tag: "RemoveOverrides", files: [override] }])
    assert.deepStrictEqual(after({ _tag: "Same" }), [])
  })

  it("with the name that was given", () => {
    const parsed = (words: string, more: Table) => KeptOverride.parse(keptBy(words, more)?.header ?? "")
    assert.isTrue(parsed("compose -p shop up", {})?.isNamed)
    assert.isTrue(parsed("compose up", { env: { ...env, COMPOSE_PROJECT_NAME: "shop" } })?.isNamed)
    assert.isTrue(parsed("compose up", { env: { ...env, HELIX_TASK_NUMBER: "1" } })?.isNamed)
    assert.deepStrictEqual(parsed("compose -f a.yaml -f - up", {})?.files, [`${cwd}/a.yaml`, "-"])
  })

  it("with the name in it if somebody gave one, for a call that has these files and no name", () => {
    const nameIn = (words: string, more: Table) => {
      const [file] = overridesOf(plan(words, { ...table, ...more }).plan)
      const names = [file?.content, file?.kept?.content].map((text) =>
        (JSON.parse(text ?? "") as { readonly name?: string }).name
      )
      assert.strictEqual(names[0], names[1])
      return names[0]
    }
    const session = { env: { ...env, HELIX_TASK_NUMBER: "1" }, model: { ...model({ web }) } }
    assert.strictEqual(nameIn("compose up", {}), undefined)
    assert.strictEqual(nameIn("compose -p shop up", {}), "shop")
    assert.strictEqual(nameIn("compose up", session), "shop")
    assert.strictEqual(
      keptBy("compose -p shop up", { model: model({ web: { build: { context: cwd } } }) })?.content,
      "{\n  \"name\": \"shop\"\n}\n"
    )
  })

  it("without caches, which are gone by then", () => {
    const built = (fields: object) => ({ model: model({ web: { build: { context: cwd }, ...fields } }) })
    const [both] = overridesOf(plan("compose up", { ...table, ...built(web) }).plan)
    assert.include(both?.content, "cache_to")
    assert.deepStrictEqual(JSON.parse(both?.kept?.content ?? ""), {
      services: { web: { volumes: [{ type: "bind", source: "/data/ses1/shop/src", target: "/src" }] } }
    })
    assert.deepStrictEqual(JSON.parse(keptBy("compose up", built({}))?.content ?? ""), { services: {} })
  })
})

describe("an override that is given back", () => {
  it("by -f is left out", () => {
    assert.deepStrictEqual(
      args(`compose -p shop -f ${compose} -f ${override} up -d`, table),
      ["compose", "-p", "shop", "-f", compose, `--file=${placeholder}`, "up", "-d"]
    )
    assert.deepStrictEqual(
      args(`compose -f ${compose} -f ${override} ps`, table),
      ["compose", "--project-name=shop", "-f", compose, "ps"]
    )
    const { changes } = plan(`compose -f ${compose} -f ${override} ps`, table).plan
    assert.deepStrictEqual(changes.map(({ from, to, what }) => [what, from, to]), [
      ["--file", override, ""],
      ["--project-name", "", "shop"]
    ])
    const named = { ...table, env: { ...env, COMPOSE_PROJECT_NAME: "mine" } }
    assert.deepStrictEqual(args(`compose -f ${compose} -f ${override} ps`, named), ["compose", "-f", compose, "ps"])
    // a session's name is in the file's, whatever session, or none, the editor is in
    const other = `${place}/helix-task-12-shop-0123456789abcdef.yaml`
    for (const session of [{}, { HELIX_TASK_NUMBER: "12" }, { HELIX_TASK_NUMBER: "13" }]) {
      assert.deepStrictEqual(
        args(`compose -f ${compose} -f ${other} restart`, { ...table, env: { ...env, ...session } }),
        ["compose", "--project-name=helix-task-12-shop", "-f", compose, "restart"]
      )
    }
    assert.deepStrictEqual(args(`compose -f ${override} version`, table), ["compose", "-f", override, "version"])
  })

  it("alone stays: without it there would be other files", () => {
    assert.deepStrictEqual(args(`compose -f ${override} ps`, table), ["compose", "-f", override, "ps"])
  })

  it("by COMPOSE_FILE is left out, but for the Compose that it was planned for", () => {
    const argv = ["compose", "up"]
    const given = { argv0: "docker-compose", argv, cwd, env: { ...env, COMPOSE_FILE: `${compose}:${override}` } }
    assert.strictEqual(Plan.withoutAdded(given).env["COMPOSE_FILE"], compose)
    const planned = {
      ...given,
      env: {
        ...given.env,
        DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: "docker",
        [PlannedMark.variable]: PlannedMark.forWords(argv)
      }
    }
    assert.deepStrictEqual(Plan.withoutAdded(planned), planned)
    const alone = { ...given, env: { ...env, COMPOSE_FILE: override } }
    assert.strictEqual(Plan.withoutAdded(alone).env["COMPOSE_FILE"], override)
  })
})

describe("down removes", () => {
  const kept = (more: Partial<KeptOverride.KeptOverride> = {}): KeptOverride.KeptOverride => ({
    file: "one.yaml",
    ...project,
    ...more
  })
  const nowhere = { files: { ...found, files: [], directory: "/", name: { _tag: "Computed" } as const }, cwd: "/" }
  const more = [compose, `${cwd}/more.yaml`]

  it.each<[string, Partial<KeptOverride.KeptOverride>, Table, boolean]>([
    ["down", {}, {}, true],
    ["down -v --rmi local", {}, {}, true],
    ["down", { isNamed: true }, {}, true],
    ["down", { isNamed: true, name: "other" }, {}, false],
    ["down web", {}, {}, false],
    ["down --dry-run", {}, {}, false],
    ["stop", {}, {}, false],
    ["down", { directory: "/home/retro/work/clone" }, {}, false],
    ["down", { mapping: "of another session" }, {}, false],
    ["down", { files: more }, {}, false],
    ["down --remove-orphans", { files: more }, {}, true],
    [`-f ${more.join(" -f ")} down`, {}, {}, true],
    ["-p shop down", { isNamed: true }, {}, true],
    ["-p Shop down", {}, {}, true],
    ["-p blog down", {}, {}, false],
    ["down", {}, nowhere, false],
    ["-p shop down", {}, nowhere, true],
    ["-p blog down", {}, nowhere, false]
  ])("%s of one with %j, with %j: %s", (words, one, given, isRemoved) => {
    const { after } = plan(`compose ${words}`, { ...table, ...given, kept: [kept(one)] }).plan
    assert.deepStrictEqual(after, isRemoved ? [{ _tag: "RemoveOverrides", files: ["one.yaml"] }] : [])
  })

  it("those of the settings' mappings without asking which daemon it is", () => {
    const { questions } = plan("compose down", { ...table, kept: [kept()] })
    assert.deepStrictEqual(questions.map(({ _tag }) => _tag), ["KeptOverrides", "ComposeFiles"])
  })

  it("nothing, and asks for no more, where none is kept", () => {
    const { questions } = plan("compose down", table)
    assert.deepStrictEqual(questions.map(({ _tag }) => _tag), ["KeptOverrides"])
  })
})
