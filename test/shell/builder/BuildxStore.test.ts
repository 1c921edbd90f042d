import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as BuildxStore from "../../../src/shell/builder/BuildxStore.ts"

let home = ""
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-buildx-"))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const write = (name: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true })
  fs.writeFileSync(path.join(home, name), content)
}
const read = () => BuildxStore.read({ DOCKER_CONFIG: home })

describe("BuildxStore", () => {
  it("has what buildx keeps, and is empty where it keeps nothing", () => {
    const empty = { current: undefined, defaults: [], instances: [] }
    assert.deepStrictEqual(read(), empty)
    write("buildx/current", "{\"Key\": \"unix:///run/docker.sock\", \"Name\": \"mine\", \"Global\": false}")
    write("buildx/defaults/abc", "mine")
    write("buildx/instances/mine", "{\"Name\": \"mine\"}")
    write("buildx/instances/.tmp-1", "{")
    const store = read()
    assert.deepStrictEqual(store.current, { Key: "unix:///run/docker.sock", Name: "mine", Global: false })
    assert.deepStrictEqual([store.defaults, store.instances], [[["abc", "mine"]], [["mine", "{\"Name\": \"mine\"}"]]])
    assert.deepStrictEqual(
      BuildxStore.read({ DOCKER_CONFIG: "/none", BUILDX_CONFIG: path.join(home, "buildx") }),
      store
    )
  })

  it.each(["{\"Name\": \"\"}", "{", "[]"])("takes %s for no selection", (text) => {
    write("buildx/current", text)
    assert.isUndefined(read().current)
  })

  it("tells whether the builder is the current context's daemon", () => {
    const store = { current: undefined, defaults: [], instances: [["mine", "{}"], ["default2", "{}"]] } as const
    const isContext = (name: string | undefined, context: string, more: Partial<BuildxStore.BuildxStore> = {}) =>
      BuildxStore.isContext({ ...store, ...more }, name, context)
    assert.isTrue(isContext(undefined, "default"))
    assert.isTrue(isContext("default", "desktop"))
    assert.isTrue(isContext("desktop", "desktop"))
    assert.isFalse(isContext("other", "desktop"))
    assert.isFalse(isContext("Mine", "Mine"), "a builder of that name comes first")
    assert.isFalse(isContext(undefined, "default", { current: { Name: "mine" } }))
    assert.isFalse(isContext(undefined, "default", { defaults: [["a", "mine"]] }))
    assert.isTrue(isContext("default", "default", { current: { Name: "mine" } }))
  })
})
