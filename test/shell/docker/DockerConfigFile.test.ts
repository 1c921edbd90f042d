import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as DockerConfigFile from "../../../src/shell/docker/DockerConfigFile.ts"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-config-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

const write = (text: string): void => fs.writeFileSync(path.join(home, "config.json"), text)
const nothing = { currentContext: undefined, builderAlias: undefined }

describe("DockerConfigFile", () => {
  it("reads the context, the builder's alias and directories of plugins", () => {
    write(JSON.stringify({
      currentContext: "mine",
      aliases: { builder: "buildx" },
      cliPluginsExtraDirs: ["/a", 1, "/b"],
      auths: {}
    }))
    assert.deepStrictEqual(DockerConfigFile.read(home), { currentContext: "mine", builderAlias: "buildx" })
    assert.deepStrictEqual(DockerConfigFile.pluginDirectories(home), ["/a", "/b"])
  })

  it.each(["", "{", "[]", "null", "{\"currentContext\": \"\", \"aliases\": 1, \"cliPluginsExtraDirs\": \"/a\"}"])(
    "reads nothing in %j",
    (text) => {
      write(text)
      assert.deepStrictEqual([DockerConfigFile.read(home), DockerConfigFile.pluginDirectories(home)], [nothing, []])
    }
  )

  it("reads nothing in a file that cannot be read, of which docker itself complains", () => {
    const place = path.join(home, "unreadable")
    fs.mkdirSync(path.join(place, "config.json"), { recursive: true })
    const loop = path.join(home, "loop")
    fs.symlinkSync("loop", loop)
    for (const directory of [place, loop, path.join(home, "config.json"), `${home}\0`]) {
      assert.deepStrictEqual(DockerConfigFile.read(directory), nothing)
      assert.deepStrictEqual(DockerConfigFile.pluginDirectories(directory), [])
    }
  })

  it("reads nothing where there is no file", () => {
    assert.deepStrictEqual(DockerConfigFile.read(path.join(home, "none")), nothing)
  })
})
