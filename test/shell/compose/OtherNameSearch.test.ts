import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import * as OtherNameSearch from "../../../src/shell/compose/OtherNameSearch.ts"
import type { Answer } from "../../../src/shell/services/EngineInfo.ts"

let home = ""
let asked: Array<readonly [string, string | undefined]> = []
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-other-"))
  asked = []
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

const look = (answer: Answer, kind: "containers" | "volumes" = "containers", host = "unix:///run/d.sock") =>
  Effect.runPromise(OtherNameSearch.look(
    { _tag: "LookForOtherName", kind, other: "shop", text: "there is another", endpoint: Endpoint.noFlags },
    { HOME: home, DOCKER_HOST: host },
    {
      ask: (socket, path) =>
        Effect.sync(() => {
          asked.push([socket, path])
          return answer
        })
    }
  ))
const answered = (info: unknown): Answer => ({ _tag: "Answered", info })

describe("OtherNameSearch", () => {
  it("says once that something exists under another name, and does not ask again", async () => {
    assert.deepStrictEqual(await look(answered([{}])), ["there is another"])
    assert.deepStrictEqual(await look(answered([{}])), [])
    const filters = encodeURIComponent("{\"label\":[\"com.docker.compose.project=shop\"]}")
    assert.deepStrictEqual(asked, [["/run/d.sock", `/containers/json?filters=${filters}`]])
  })

  it.each([
    [{ Volumes: [{}] }, ["there is another"]],
    [{ Volumes: [] }, []],
    [{ Volumes: null }, []],
    [{}, []]
  ])("reads volumes in %j", async (info, said) => {
    assert.deepStrictEqual(await look(answered(info), "volumes"), said)
    assert.match(asked[0]?.[1] ?? "", /^\/volumes\?/)
  })

  it("asks again the next time what could not be asked", async () => {
    for (const answer of [{ _tag: "Unusable" }, { _tag: "Silent", why: "" }] as const) {
      assert.deepStrictEqual(await look(answer), [])
    }
    assert.lengthOf(asked, 2)
    assert.deepStrictEqual(await look(answered([{}]), "containers", "tcp://far:2375"), [])
    assert.lengthOf(asked, 2)
    assert.deepStrictEqual(await look(answered([{}])), ["there is another"])
  })
})
