import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as EntryKind from "../../../src/shell/install/EntryKind.ts"

const root = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-kind-"))
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => path.join(root, name)
const put = (name: string, content: string, mode = 0o755): void => fs.writeFileSync(at(name), content, { mode })
put("shim", "#!/bin/sh\n# DOCKER_SHIM_DEPTH of this build\n")
put("copy", "#!/bin/sh\n# DOCKER_SHIM_DEPTH of this build\n")
put("other", "#!/bin/sh\n# DOCKER_SHIM_DEPTH of another build\n")
put("wrapper", "#!/bin/bash\nexec docker.real \"$@\"\n")
put("program", "#!/bin/sh\n# docker.realistic\n")
put("plain", "text", 0o644)
fs.mkdirSync(at("directory"))
fs.symlinkSync("shim", at("link"))
fs.symlinkSync("nowhere", at("dangling"))

describe("EntryKind", () => {
  it.each([
    ["none", { _tag: "Absent" }],
    ["shim", { _tag: "Shim" }],
    ["link", { _tag: "Shim" }],
    ["copy", { _tag: "Shim" }],
    ["other", { _tag: "OtherShim" }],
    ["wrapper", { _tag: "Wrapper" }],
    ["program", { _tag: "Program" }],
    ["plain", { _tag: "Other", what: "a file that cannot be run" }],
    ["directory", { _tag: "Other", what: "a directory" }],
    ["dangling", { _tag: "Other", what: "a link that leads nowhere" }]
  ])("of %s is %j", (name, kind) => {
    assert.deepStrictEqual(EntryKind.identify(root, `/${name}`, at("shim")), kind)
  })

  it("knows the shim by what it is, or what it holds", () => {
    assert.deepStrictEqual(
      ["shim", "link", "copy", "other", "none"].map((name) => EntryKind.isShim(at(name), at("shim"))),
      [true, true, true, false, false]
    )
  })
})
