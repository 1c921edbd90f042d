import { assert, describe, it } from "@effect/vitest"
import * as OwnMounts from "../../../src/core/facts/OwnMounts.ts"

const mapping = (from: string, to: string, ...holes: ReadonlyArray<string>) => ({ from, to, holes, origin: "found" })

describe("OwnMounts", () => {
  it.each<[OwnMounts.Answer, string]>([
    [
      {
        _tag: "Mapped",
        container: "0123456789abcdef",
        mappings: [mapping("/w", "/d", "/w/a", "/w/b"), mapping("/x", "/y")]
      },
      "this is its container 0123456789ab: /w at /d without /w/a and /w/b, /x at /y"
    ],
    [
      { _tag: "Mapped", container: "0123456789abcdef", mappings: [] },
      "this is its container 0123456789ab: it has none of them"
    ],
    [
      { _tag: "Mapped", container: "0123456789abcdef", mappings: [mapping("/x", "/y")], doubtful: ["/a", "/w"] },
      "this is its container 0123456789ab: /x at /y; not certain: /a, /w"
    ],
    [{ _tag: "Same" }, "at the same paths: it sees the same files"],
    [{ _tag: "Gateway" }, "a gateway answers there, which translates paths itself"],
    [{ _tag: "Unknown", why: "it is silent" }, "that is not certain: it is silent"]
  ])("hears %j", (answer, heard) => {
    const asked = { socket: "/run/docker.sock" }
    assert.strictEqual(
      OwnMounts.kind.question(asked),
      "where has the daemon at /run/docker.sock the files that are seen here?"
    )
    assert.strictEqual(OwnMounts.kind.answer(answer, asked), heard)
  })
})
