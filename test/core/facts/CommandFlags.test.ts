import { assert, describe, it } from "@effect/vitest"
import * as CommandFlags from "../../../src/core/facts/CommandFlags.ts"

describe("CommandFlags", () => {
  it.each<[CommandFlags.Asked, CommandFlags.Answer, string, string]>([
    [
      { program: "docker", command: ["run"], flag: "--new" },
      { flags: [{ name: "new", shorthand: "", arity: "list" }], unanswered: undefined },
      "does docker run have --new, and does it take a value?",
      "yes, and it takes a value"
    ],
    [
      { program: "docker", command: ["run"], flag: "--new" },
      { flags: [{ name: "new", shorthand: "", arity: "boolean" }], unanswered: undefined },
      "does docker run have --new, and does it take a value?",
      "yes, and it takes none"
    ],
    [
      { program: "docker", command: ["run"], flag: "--nex" },
      { flags: [{ name: "new", shorthand: "", arity: "list" }], unanswered: undefined },
      "does docker run have --nex, and does it take a value?",
      "no"
    ],
    [
      { program: "docker-compose", command: ["up"], flag: undefined },
      { flags: [{ name: "new", shorthand: "", arity: "list" }], unanswered: undefined },
      "which flags does docker-compose up have?",
      "1, by its --help"
    ],
    [
      { program: "docker", command: [], flag: "-Z" },
      { flags: [], unanswered: "it hung" },
      "does docker have -Z, and does it take a value?",
      "it does not say: it hung"
    ]
  ])("asks %j and hears %j", (asked, answer, question, heard) => {
    assert.strictEqual(CommandFlags.kind.question(asked), question)
    assert.strictEqual(CommandFlags.kind.answer(answer, asked), heard)
  })
})
