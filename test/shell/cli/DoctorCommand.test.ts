import { assert, describe, it } from "vitest"
import * as DoctorCommand from "../../../src/shell/cli/DoctorCommand.ts"
import * as Finding from "../../../src/shell/doctor/Finding.ts"

describe("DoctorCommand", () => {
  it("is printed with its next step below", () => {
    assert.strictEqual(
      DoctorCommand.print([Finding.ok("a", "fine"), Finding.warn("b c", "not", "do\nso")], {
        isTerminal: false,
        hasColor: false,
        width: Infinity
      }),
      "STATE   PART   EVIDENCE\nok      a      fine\nwarn    b c    not\n               -> do\n                  so\n\n1 warning\n"
    )
  })

  it.each([80, 40])("breaks no word at %d columns", (width) => {
    const findings = [
      Finding.ok("docker-shim", "version 0.2.0, build 53e1458b2d01 (stand-alone, x64), /usr/local/bin/docker-shim"),
      Finding.fail(
        "daemon",
        `no daemon answers at unix:///var/run/docker.sock: ${"why ".repeat(40).trim()}`,
        "start it"
      ),
      Finding.warn("older wrappers", "one is left", `remove it with\n${"rm -f /a/b ".repeat(20).trim()}`)
    ]
    const printed = DoctorCommand.print(findings, { isTerminal: true, hasColor: false, width })
    for (const line of printed.split("\n")) {
      assert.isTrue(line.length <= width || !line.trim().replace(/^.*(?: {3}|-> )/, "").includes(" "), line)
    }
    const words = (text: string): ReadonlyArray<string> =>
      text.split(/\s+/).filter((word) => word !== "" && word !== "->")
    const given = findings.flatMap(({ evidence, next = "", part, state }) =>
      [state, part, evidence, next].flatMap(words)
    )
    assert.includeMembers([...words(printed)], given)
  })
})
