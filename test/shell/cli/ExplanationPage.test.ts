import { assert, describe, it } from "vitest"
import type { Explanation } from "../../../src/core/explain/Explanation.ts"
import * as ExplanationPage from "../../../src/shell/cli/ExplanationPage.ts"
import type * as Terminal from "../../../src/shell/cli/Terminal.ts"

const wide: Terminal.Terminal = { isTerminal: false, hasColor: false, width: Infinity }
const explanation: Explanation = {
  typed: "docker ps",
  runs: "/usr/bin/docker ps",
  changes: [],
  leftAlone: [],
  asked: [],
  before: [],
  after: [],
  files: [],
  notices: []
}
const print = (more: Partial<Explanation>, terminal = wide) =>
  ExplanationPage.print({ ...explanation, ...more }, terminal)
const head = "typed   docker ps\nruns    /usr/bin/docker ps\n"

describe("ExplanationPage", () => {
  it("leaves empty parts out", () => {
    assert.strictEqual(print({}), head)
  })

  it("has each change beside its original, and what was left alone with its reason", () => {
    const added = { what: "DOCKER_HOST", from: "", to: "unix:///d.sock", why: "the session's" }
    const changed = { what: "--volume", from: "/a:/x", to: "/b:/x", why: "mapped" }
    const leftAlone = [{ what: "docker build", value: "", why: "off" }, { what: "--volume", value: "/s:/x", why: "no" }]
    assert.strictEqual(
      print({ changes: [changed, added], leftAlone }),
      `${head}\nchanges\n  --volume\n    - /a:/x\n    + /b:/x\n      mapped\n`
        + "  DOCKER_HOST\n    + unix:///d.sock\n      the session's\n"
        + "\nleft alone\n  docker build\n    off\n  --volume /s:/x\n    no\n"
    )
  })

  it("shows the text of a file that the program reads, and names one that it writes", () => {
    const files = [
      { _tag: "Override", placeholder: "@override@", content: "services: {}\n" } as const,
      { _tag: "Report", placeholder: "@report@" } as const
    ]
    assert.strictEqual(print({ files }), `${head}\nfiles\n  @override@\n    services: {}\n  @report@\n`)
  })

  it("breaks what does not fit, and lets nothing through that a terminal would obey", () => {
    const printed = print({ notices: [`${"word ".repeat(30)}\u001b[2J`], before: ["look"] }, { ...wide, width: 40 })
    for (const line of printed.split("\n")) assert.isAtMost(line.length, 40)
    assert.notInclude(printed, "\u001b")
    assert.include(printed, "\nbefore\n  look\n")
  })

  it("has a request's parts alike", () => {
    const request = { typed: "POST /containers/create", changes: [], leftAlone: [], notices: ["no paths"] }
    assert.strictEqual(
      ExplanationPage.printRequest(request, wide),
      "request POST /containers/create\n\nnotices\n  no paths\n"
    )
  })
})
