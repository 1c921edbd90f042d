import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import { Environment } from "../../../src/shell/services/Environment.ts"
import { TemporaryFiles } from "../../../src/shell/services/TemporaryFiles.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-temporary-"))
  fs.mkdirSync(path.join(home, "run"), { mode: 0o700 })
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

/** Places the files of a plan while something runs with it. */
const place = <A>(
  more: Partial<ExecPlan.ExecPlan>,
  use: (plan: ExecPlan.ExecPlan) => A,
  env: Readonly<Record<string, string>> = {}
) =>
  Effect.runPromise(
    Effect.flatMap(TemporaryFiles.make, (files) => files.place({ ...ExecPlan.passThrough("docker", []), ...more }))
      .pipe(
        Effect.map(use),
        Effect.scoped,
        Effect.either,
        Effect.provideService(Environment, {
          invocation: {
            argv0: "docker",
            argv: [],
            cwd: home,
            env: { HOME: home, XDG_RUNTIME_DIR: path.join(home, "run"), ...env }
          },
          shim: "/shim"
        })
      )
  )

const override = { _tag: "Override", placeholder: "@docker-shim/override@", content: "services: {}\n" } as const
const report = { _tag: "Report", placeholder: "@docker-shim/report@" } as const
const inside = (): ReadonlyArray<string> => fs.readdirSync(path.join(home, "run"))

describe("TemporaryFiles", () => {
  it("puts paths for placeholders, in words, variables and actions, as long as the scope lasts", async () => {
    const placed = await place({
      files: [override, report],
      args: [`--file=${override.placeholder}`, `--metadata-file=${report.placeholder}`],
      env: { COMPOSE_FILE: `a.yaml:${override.placeholder}`, OTHER: null },
      after: [{ _tag: "ConfirmRegistryExport", file: report.placeholder, place: "r/app" }]
    }, ({ after, args, env }) => {
      const [file = "", metadata = ""] = args.map((word) => word.split("=")[1] ?? "")
      assert.strictEqual(fs.readFileSync(file, "utf8"), override.content)
      assert.strictEqual(fs.readFileSync(metadata, "utf8"), "")
      assert.strictEqual(fs.statSync(path.dirname(file)).mode & 0o777, 0o700)
      assert.deepStrictEqual(env, { COMPOSE_FILE: `a.yaml:${file}`, OTHER: null })
      assert.deepStrictEqual(after, [{ _tag: "ConfirmRegistryExport", file: metadata, place: "r/app" }])
      return file
    })
    if (placed._tag === "Left") return assert.fail(placed.left.why)
    assert.isTrue(placed.right.startsWith(`${home}/run/`))
    assert.deepStrictEqual(inside(), [])
  })

  it("has paths for views of the cache, which the actions make", async () => {
    const view = "@docker-shim/cache-import-1/app/@"
    const source = { directory: "/cache", access: "own", key: "app", view, omitted: [] } as const
    await place({
      files: [{ ...override, content: `src=${view}` }],
      args: [`--cache-from=type=local,src=${view}`, override.placeholder],
      before: [{ _tag: "OpenCacheImport", import: source }]
    }, ({ args: [word = "", file = ""], before: [action] }) => {
      const made = word.slice(word.indexOf("src=") + 4)
      assert.deepStrictEqual(action, { _tag: "OpenCacheImport", import: { ...source, view: made } })
      assert.isFalse(fs.existsSync(made))
      assert.strictEqual(fs.readFileSync(file, "utf8"), `src=${made}`)
    })
  })

  it("leaves a file that stays in its own place, without what is gone then", async () => {
    const kept = { name: "shop-0123456789abcdef.yaml", header: "# header\n", content: "{\"services\": {}}\n" }
    const placed = await place(
      { files: [{ ...override, kept }], args: [override.placeholder] },
      ({ args: [file = ""] }) => {
        assert.include(fs.readFileSync(file, "utf8"), override.content)
        return file
      }
    )
    if (placed._tag === "Left") return assert.fail(placed.left.why)
    assert.include(placed.right, kept.name)
    assert.strictEqual(fs.readFileSync(placed.right, "utf8"), `${kept.header}${kept.content}`)
  })

  it("has nothing to do for a plan without files, and says where there is no place for them", async () => {
    const nowhere = { XDG_RUNTIME_DIR: "/none", TMPDIR: "/none" }
    assert.strictEqual((await place({}, () => "done", nowhere))._tag, "Right")
    fs.chmodSync(path.join(home, "run"), 0o777)
    const placed = await place({ files: [override] }, () => "done", {
      XDG_RUNTIME_DIR: path.join(home, "run"),
      TMPDIR: path.join(home, "run")
    })
    assert.isTrue(placed._tag === "Right" || placed.left.why !== "")
    assert.deepStrictEqual(inside(), [])
  })
})
