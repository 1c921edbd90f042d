import { FastCheck } from "effect"
import { assert, describe, it } from "vitest"
import * as KeptOverride from "../../../src/core/compose/KeptOverride.ts"
import * as PathMapping from "../../../src/core/paths/PathMapping.ts"

const project: KeptOverride.Project = {
  name: "shop",
  isNamed: false,
  directory: "/w/shop",
  files: ["/w/shop/compose.yaml"],
  mapping: KeptOverride.mappingOf([PathMapping.make("/w", "/data/a", "test")])
}

describe("KeptOverride", () => {
  it.each([
    [{ HOME: "/home/retro" }, "/home/retro/.cache/docker-shim/overrides"],
    [{ HOME: "/home/retro", XDG_CACHE_HOME: "/c" }, "/c/docker-shim/overrides"],
    [{ HOME: "/home/retro", XDG_CACHE_HOME: "relative" }, "/home/retro/.cache/docker-shim/overrides"],
    [{ HOME: "/home/a:b" }, undefined],
    [{ HOME: "/home/a,b" }, undefined],
    [{}, undefined]
  ])("with %j they are in %s", (env, directory) => {
    assert.strictEqual(KeptOverride.directory(env), directory)
  })

  it("are one for each project, set of files and mapping", () => {
    const others: ReadonlyArray<KeptOverride.Project> = [
      { ...project, name: "blog" },
      { ...project, directory: "/w/clone" },
      { ...project, files: [...project.files, "/w/shop/more.yaml"] },
      { ...project, mapping: KeptOverride.mappingOf([PathMapping.make("/w", "/data/b", "test")]) }
    ]
    const names = [project, ...others].map(KeptOverride.fileName)
    assert.strictEqual(new Set(names).size, names.length)
    assert.isTrue(names.every(KeptOverride.isFileName))
    assert.strictEqual(KeptOverride.fileName({ ...project, isNamed: true }), names[0])
  })

  it("are told from the user's files", () => {
    const place = { cwd: "/h/.cache", env: { HOME: "/h" } }
    const name = KeptOverride.fileName(project)
    const is = (file: string) => KeptOverride.is(file, place)
    assert.isTrue(is(`/h/.cache/docker-shim/overrides/${name}`))
    assert.isTrue(is(`docker-shim/./overrides/${name}`))
    assert.isFalse(is(`/h/.cache/docker-shim/${name}`))
    assert.isFalse(is(`/h/.cache/docker-shim/overrides/below/${name}`))
    assert.isFalse(is(`/h/.cache/docker-shim/overrides/../${name}`))
    assert.isFalse(is("/h/.cache/docker-shim/overrides/compose.yaml"))
    assert.isFalse(is("-"))
  })

  it("name their project in one line of YAML, whatever its files are called", () => {
    FastCheck.assert(FastCheck.property(
      FastCheck.array(FastCheck.string({ unit: "binary" })),
      FastCheck.string({ unit: "binary" }),
      (files, directory) => {
        const written = { ...project, files, directory }
        const header = KeptOverride.header(written)
        assert.match(header, /^#[^\n\r\u0085\u2028\u2029]*\n$/)
        assert.deepStrictEqual(KeptOverride.parse(`${header}{}\n`), written)
      }
    ))
  })

  it.each([
    "",
    "{}",
    "# docker-shim: ",
    "# docker-shim: {\"name\":",
    "# docker-shim: []",
    "# docker-shim: {\"name\":1}"
  ])(
    "%j names none",
    (text) => {
      assert.strictEqual(KeptOverride.parse(text), undefined)
    }
  )
})
