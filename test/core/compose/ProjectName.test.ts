import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { assert, describe } from "vitest"
import * as ComposeCommandLine from "../../../src/core/argv/ComposeCommandLine.ts"
import type { ComposeCall } from "../../../src/core/compose/ComposeCall.ts"
import * as FileList from "../../../src/core/compose/FileList.ts"
import * as ProjectName from "../../../src/core/compose/ProjectName.ts"
import * as Settings from "../../../src/core/settings/Settings.ts"

describe("ProjectName", () => {
  it.prop("normalize gives a name that Compose takes, and leaves it then", [FastCheck.string()], ([name]) => {
    const normal = ProjectName.normalize(name)
    assert.match(normal, /^(?:[a-z0-9][a-z0-9_-]*)?$/)
    assert.strictEqual(ProjectName.normalize(normal), normal)
  })

  it.each([
    ["My Proj.X_1-é", "myprojx_1-"],
    ["__--app", "app"],
    ["_-_", ""]
  ])("normalize makes of %s what Compose makes of it: %s", (name, normal) => {
    assert.strictEqual(ProjectName.normalize(name), normal)
  })

  const name = FastCheck.string().filter((one) => !ProjectName.normalize(one).startsWith("helix-task-7-"))
  it.prop("ofSession keeps different projects apart", [name, name], ([one, other]) => {
    const settings = Settings.decode({ HELIX_TASK_NUMBER: "7" })
    if ("_tag" in settings) throw new Error(settings.variable)
    assert.strictEqual(
      ProjectName.ofSession(one, settings) === ProjectName.ofSession(other, settings),
      ProjectName.normalize(one) === ProjectName.normalize(other)
    )
  })

  it.prop("ofSession leaves a name that it has given", [FastCheck.string(), FastCheck.string()], ([task, own]) => {
    const settings = Settings.decode({ HELIX_TASK_NUMBER: `1${task}` })
    if ("_tag" in settings) throw new Error(settings.variable)
    const given = ProjectName.ofSession(own, settings)
    if (given !== undefined) assert.strictEqual(ProjectName.ofSession(given, settings), given)
  })
})

describe("FileList", () => {
  const call = (words: string): ComposeCall => ({
    form: "docker",
    line: ComposeCommandLine.parse(["compose", ...words.split(" ")]),
    isV1: false
  })
  const path = FastCheck.string({ minLength: 1 }).filter((one) => !/[\n\0]/.test(one))

  it.prop("environment gives the same list back", [FastCheck.array(path, { minLength: 1 })], ([files]) => {
    const { COMPOSE_FILE, COMPOSE_PATH_SEPARATOR = ":" } = FileList.environment(files, {}, true)
    assert.deepStrictEqual(COMPOSE_FILE.split(COMPOSE_PATH_SEPARATOR), files)
  })

  it.each([
    ["up", {}, { start: "/w", files: undefined }],
    ["-f a/b.yaml -f - up", {}, { start: "/w/a", files: ["/w/a/b.yaml", "-"] }],
    ["-f - up", {}, { start: "/w", files: ["-"] }],
    ["--project-directory ../p -f a.yaml up", {}, { start: "/p", files: ["/w/a.yaml"], projectDirectory: "/p" }],
    ["up", { COMPOSE_FILE: "a;/b", COMPOSE_PATH_SEPARATOR: ";" }, { start: "/w", files: ["/w/a", "/b"] }],
    ["-f c up", { COMPOSE_FILE: "a" }, { start: "/w", files: ["/w/c"] }],
    ["--env-file e up", { COMPOSE_ENV_FILES: "f" }, { start: "/w", files: undefined, envFiles: ["/w/e"] }],
    ["up", { COMPOSE_ENV_FILES: "f,g" }, { start: "/w", files: undefined, envFiles: ["/w/f", "/w/g"] }],
    ["up", { COMPOSE_DISABLE_ENV_FILE: "1" }, { start: "/w", files: undefined, envFiles: [] }]
  ])("looks for the files of %s with %j", (words, env, expected) => {
    assert.deepStrictEqual(FileList.search(call(words), { argv0: "docker", argv: [], env, cwd: "/w" }), {
      projectDirectory: undefined,
      envFiles: undefined,
      isV1: false,
      ...expected
    })
  })

  it.each([["up", { COMPOSE_FILE: "" }], ["-f oci://x/y up", {}], ["-f https://host/r.git up", {}]])(
    "leaves %s with %j to Compose",
    (words, env) => {
      const invocation = { argv0: "docker", argv: [], env, cwd: "/w" }
      assert.strictEqual(FileList.search(call(words), invocation), undefined)
    }
  )

  it("knows which descriptors are read", () => {
    const words = "-f - -f /dev/fd/63 -f /proc/self/fd/4 -f /dev/stdin -f a up"
    const invocation = { argv0: "docker", argv: [], env: {}, cwd: "/w" }
    assert.deepStrictEqual(FileList.descriptors(call(words), invocation), [0, 63, 4])
  })
})
