import { assert, describe, it } from "vitest"
import * as Printable from "../../src/core/syntax/Printable.ts"
import * as Failure from "../../src/shell/Failure.ts"
import * as Obeyed from "../core/syntax/obeyed.ts"

/** One failure of each kind, with this text wherever it can hold one from outside. */
const failures = (text: string): { readonly [T in Failure.Failure["_tag"]]: Failure.Failure } => ({
  SettingError: {
    _tag: "SettingError",
    variable: "DOCKER_SHIM_CACHE",
    value: text,
    accepted: "on, off",
    file: "/etc/f"
  },
  ProgramNotFound: { _tag: "ProgramNotFound", program: "docker", looked: [text, text] },
  ProgramNotRunnable: { _tag: "ProgramNotRunnable", file: text, why: text },
  ProgramMissing: { _tag: "ProgramMissing", file: text, variable: "DOCKER_SHIM_REAL_DOCKER" },
  CacheUnusable: { _tag: "CacheUnusable", why: text },
  CacheBusy: { _tag: "CacheBusy", directory: text },
  Recursion: { _tag: "Recursion", depth: 3 },
  Defect: { _tag: "Defect", cause: new Error(text) }
})

/** All, and the other forms of two of them. */
const all = (text: string): ReadonlyArray<Failure.Failure> => [
  ...Object.values(failures(text)),
  { _tag: "ProgramNotRunnable", file: text, why: text, variable: "DOCKER_SHIM_REAL_DOCKER" },
  { _tag: "CacheUnusable", why: text, isInside: true }
]

describe("a failure of the shim's own", () => {
  it("advises no sticky bit for a cache that this user may not write: `cache init` refuses it", () => {
    const said = Failure.message({ _tag: "CacheUnusable", why: "/buildkit-cache may not be used by this user" })
    const [, mode] = /docker-shim cache init --root DIR --repair.* --mode (\d+) /.exec(said) ?? []
    assert.strictEqual(mode, "0777")
  })

  it.each(Obeyed.names.map((name) => [name]))("says nothing that a terminal would obey: %j", (name) => {
    const plain = all("plain").map((failure) => Failure.message(failure).split("\n"))
    for (const [at, failure] of all(name).entries()) {
      const lines = Printable.lines(Failure.message(failure)).split("\n")
      assert.lengthOf(lines, plain[at]?.length ?? 0, `${failure._tag} has the lines that it always has`)
      assert.isFalse(lines.some(Obeyed.isObeyed), failure._tag)
    }
  })

  it("says no password or token of a setting that is not accepted", () => {
    const { SettingError } = failures("tcp//user:hunter2@host")
    assert.include(Failure.message(SettingError), "DOCKER_SHIM_CACHE=")
    const said = Failure.message(failures("https://user:hunter2@host?x=hunter2").SettingError)
    assert.include(said, "https://***@host?***")
    assert.notInclude(said, "hunter2")
  })
})
