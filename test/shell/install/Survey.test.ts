import * as fs from "node:fs"
import { assert, describe, it } from "vitest"
import * as Survey from "../../../src/shell/install/Survey.ts"
import { asked, makeRoot, shim } from "./root.ts"

const look = (root: string, env: Readonly<Record<string, string>>, request = asked()) =>
  Survey.site(root, { HOME: "/root", ...env }, `${root}${shim}`, request)

describe("Survey", () => {
  it("names each directory of PATH once, with its links followed, and none that is relative", () => {
    const root = makeRoot({ "/usr/bin/docker": "program", "/usr/local/bin/docker": "wrapper" })
    const { path } = look(root, { PATH: "/bin:/usr/local/bin::usr/bin:/usr/bin" })
    assert.deepStrictEqual(path.map((one) => [one.path, one.entries.docker._tag]), [
      ["/usr/bin", "Program"],
      ["/usr/local/bin", "Wrapper"]
    ])
  })

  it("says what has to be made for a directory, and whether it can be", () => {
    const root = makeRoot({})
    fs.mkdirSync(`${root}/opt/bin`, { recursive: true })
    const { given } = look(root, {}, asked({ directory: "/opt/new/bin", pluginDirectory: "/usr/bin" }))
    assert.deepStrictEqual(given.map(({ isWritable, missing, path }) => [path, missing, isWritable]), [
      ["/opt/new/bin", ["/opt/new", "/opt/new/bin"], true],
      ["/usr/bin", [], true]
    ])
  })

  it("has docker's directories for plugins, those of its configuration first", () => {
    const root = makeRoot({})
    fs.mkdirSync(`${root}/root/.docker`, { recursive: true })
    fs.writeFileSync(`${root}/root/.docker/config.json`, "{\"cliPluginsExtraDirs\": [\"/extra\"]}")
    const [extra, own, ...system] = look(root, {}).plugins.map(({ path }) => path)
    assert.deepStrictEqual([extra, own, system.length], ["/extra", "/root/.docker/cli-plugins", 4])
  })

  it("has the shim's file as it is named below the root", () => {
    const root = makeRoot({})
    assert.deepStrictEqual(look(root, {}).shim, { file: shim, isExecutable: false })
    assert.isTrue(Survey.site(root, {}, `${root}/opt/docker-shim`, asked()).shim.isExecutable)
  })
})
