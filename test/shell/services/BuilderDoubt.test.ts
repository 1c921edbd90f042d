import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as Endpoint from "../../../src/core/argv/Endpoint.ts"
import type { Builder } from "../../../src/core/builder/Builder.ts"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as BuilderDoubt from "../../../src/shell/services/BuilderDoubt.ts"
import * as ReplacedStreams from "../replaced-streams.ts"

let said: Array<string> = []
beforeEach(() => {
  said = []
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => said.push(String(text)) })
})
afterEach(() => ReplacedStreams.replace(ReplacedStreams.original))

const question = (name: string): Question.Of<"Builder"> => ({
  _tag: "Builder",
  through: "docker",
  globals: [],
  env: {},
  endpoint: Endpoint.noFlags,
  name
})
const exporting: Builder = { _tag: "Exporting", driver: "docker" }
const importing: Builder = { _tag: "ImportOnly", why: "no containerd store" }
const facts = Facts.answer(Facts.answer(Facts.none, question("one"), exporting), question("two"), importing)

/** What is known after the doubt, where the builders answer this by now; and which were asked. */
const doubt = async (now: Builder, canRunAgain = true) => {
  const asked: Array<string | undefined> = []
  const correction = await Effect.runPromise(
    BuilderDoubt.doubt(ExecPlan.passThrough("docker", []), canRunAgain, facts, {
      ask: () => assert.fail("asked from memory"),
      askAgain: ({ name }) => {
        asked.push(name)
        return Effect.succeed(now)
      },
      report: () => assert.fail("asked for a report"),
      triggers: () => assert.fail("asked for triggers")
    })
  )
  const known = correction === undefined ? undefined : Facts.all(correction(facts), "Builder")
  return { asked, known: known?.map(({ answer }) => answer) }
}

describe("BuilderDoubt", () => {
  it("asks again those that could export, and believes them", async () => {
    assert.deepStrictEqual(await doubt(importing), { asked: ["one"], known: [importing, importing] })
    assert.deepStrictEqual(said, [
      "docker-shim: the builder cannot export cache, which it could before; building again without its cache\n"
    ])
  })

  it.each<Builder>([exporting, { _tag: "Unknown", why: "silent" }])("has no doubt where it is now %j", async (now) => {
    assert.deepStrictEqual(await doubt(now), { asked: ["one"], known: undefined })
    assert.deepStrictEqual(said, [])
  })

  it("leaves the build to the user where it may not run again", async () => {
    assert.isUndefined((await doubt({ _tag: "Legacy", why: "old" }, false)).known)
    assert.match(said[0] ?? "", /; run the build again\n$/)
  })
})
