import { assert, describe, it } from "@effect/vitest"
import * as RunMount from "../../../../src/core/syntax/dockerfile/RunMount.ts"

const cache = (id: string | undefined, isWritten = true, from?: string) => ({ _tag: "Cache", id, from, isWritten })

describe("RunMount", () => {
  it.each([
    ["type=cache,target=/root/.npm", cache("/root/.npm")],
    ["type=cache,target=/root/.npm/", cache("/root/.npm")],
    ["TYPE=CACHE,ID=npm,dst=/x", cache("npm")],
    ["type=cache,id=$ID,target=/x", cache(undefined)],
    ["type=cache,target=/x,ro", cache("/x", false)],
    ["type=cache,target=/x,readonly=false", cache("/x")],
    ["type=cache,target=/x,rw=false", cache("/x", false)],
    ["type=cache,target=/x,from=base", cache("/x", true, "base")],
    ["type=secret,id=token", { _tag: "Credential", id: "secret token" }],
    ["type=ssh", { _tag: "Credential", id: "ssh " }],
    ["target=/x", { _tag: "Other" }],
    ["from=build,target=/x", { _tag: "Stage", from: "build" }],
    ["from=$STAGE,target=/x", { _tag: "Stage", from: undefined }],
    ["type=tmpfs,target=/x", { _tag: "Other" }],
    ["type=new,target=/x", undefined],
    ["type=cache,\"x", undefined]
  ])("reads %s", (text, mount) => {
    assert.deepStrictEqual<unknown>(RunMount.parse(text), mount)
  })
})
