import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ExecPlan from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as StepRefresh from "../../../src/core/plan/build/StepRefresh.ts"
import type { Ended } from "../../../src/shell/process/Ended.ts"
import * as StepDoubt from "../../../src/shell/services/StepDoubt.ts"
import * as ReplacedStreams from "../replaced-streams.ts"
import { builder } from "./builder-question.ts"

let said: Array<string> = []
beforeEach(() => {
  said = []
  asked = []
  ReplacedStreams.replace({ writeSync: (_: number, text: unknown) => said.push(String(text)) })
})
afterEach(() => ReplacedStreams.replace(ReplacedStreams.original))

const steps: Question.Of<"ImportedSteps"> = { _tag: "ImportedSteps", endpoint: "unix:///d.sock" }
const facts = Facts.answer(
  Facts.answer(Facts.none, builder, { _tag: "Exporting", driver: "docker" }),
  steps,
  ["known"]
)
const imported = "ID: a\nDescription:  imported sha256:9f3c\n"
const ran = (command: string): string => `ID: b\nDescription:  mount / from exec /bin/sh -c ${command}\n`
const failedIn = (name: string): string => JSON.stringify({ Error: { Name: name } })
const failed: Ended = { _tag: "Exited", code: 1 }

const triggers: Readonly<Record<string, ReadonlyArray<string>>> = {
  onbuild: ["COPY lock /lock", "RUN --mount=type=cache,target=/c cp  /lock /c"],
  pair: ["RUN --mount=type=cache,target=/c fill", "RUN --mount=type=cache,target=/c read"],
  harmless: ["COPY . /src", "RUN make"]
}
let asked: Array<string> = []

/** The steps not to take from the cache, after a build with the steps `fill` and `read` in this order. */
const doubt = async (
  usage: string,
  history: string,
  ended: Ended = failed,
  canRunAgain = true,
  commands: ReadonlyArray<string> = ["fill", "read"]
) => {
  const correction = await Effect.runPromise(
    StepDoubt.doubt(
      ExecPlan.passThrough("docker", []),
      { _tag: "DoubtImportedSteps", canRunAgain, endpoint: "unix:///d.sock", commands },
      ended,
      facts,
      {
        ask: () => assert.fail("asked"),
        askAgain: () => assert.fail("asked again"),
        report: (_, [command]) => {
          asked.push(command ?? "")
          return Effect.succeed(command === "du" ? usage : history)
        },
        triggers: (_, image) => Effect.succeed(triggers[image] ?? [])
      }
    )
  )
  return correction === undefined ? undefined : Facts.find<"ImportedSteps">(correction(facts), steps)?.answer
}
const digests = (...commands: ReadonlyArray<string>) => ["known", ...commands.map(StepRefresh.digestOf)]

describe("StepDoubt", () => {
  it("doubts the steps before the one that failed that the builder has not run", async () => {
    const failedStep = failedIn("[2/2] RUN --mount=type=cache,target=/c read")
    assert.deepStrictEqual(await doubt(imported, failedStep), digests("fill"))
    assert.match(said[0] ?? "", /steps that fill its cache mounts were imported; building again without them\n$/)
    assert.isUndefined(await doubt(imported + ran("fill"), failedStep))
  })

  it("doubts all that did not run where an older buildx does not say which failed", async () => {
    assert.deepStrictEqual(await doubt(imported, "Usage: docker buildx"), digests("fill", "read"))
    assert.deepStrictEqual(await doubt(imported + ran("fill"), "{}"), digests("read"))
  })

  it.each<[string, string, string, Ended]>([
    ["nothing was imported", ran("fill"), "", failed],
    ["the step that failed uses no cache mount", imported, failedIn("[2/2] RUN make"), failed],
    ["the build succeeded", imported, "", { _tag: "Exited", code: 0 }],
    ["a signal ended it", imported, "", { _tag: "Signaled", signal: "SIGTERM" }]
  ])("doubts nothing where %s", async (_, usage, history, ended) => {
    assert.isUndefined(await doubt(usage, history, ended))
    assert.deepStrictEqual(said, [])
  })

  it("doubts the triggers of an image that fill a mount, and that the builder has not run", async () => {
    const failedStep = failedIn("[4/4] RUN --mount=type=cache,target=/c read")
    const commands = ["FROM onbuild", "FROM harmless", "FROM unknown"]
    for (const history of [failedStep, "{}"]) {
      assert.deepStrictEqual(await doubt(imported, history, failed, true, commands), digests("FROM onbuild"))
      assert.isUndefined(await doubt(imported + ran("cp /lock /c"), history, failed, true, commands))
    }
    assert.isUndefined(await doubt(imported, failedIn("[4/4] RUN make"), failed, true, commands))
    assert.deepStrictEqual(await doubt(imported + ran("read"), "{}", failed, true, ["FROM pair"]), digests("FROM pair"))
    assert.isUndefined(await doubt(imported + ran("fill") + ran("read"), "{}", failed, true, ["FROM pair"]))
  })

  it("asks the builder nothing where no image has any", async () => {
    assert.isUndefined(await doubt(imported, "{}", failed, true, ["FROM harmless", "FROM unknown"]))
    assert.deepStrictEqual(asked, [])
  })

  it("leaves the build to the user where it may not run again", async () => {
    assert.isUndefined(await doubt(imported, "", failed, false))
    assert.match(said[0] ?? "", /; run the build again with --no-cache\n$/)
  })
})
