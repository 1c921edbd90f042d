import { assert, describe, it } from "@effect/vitest"
import * as LogOption from "../../../src/core/syntax/LogOption.ts"

describe("LogOption", () => {
  it.each([
    ["syslog-address=unix:///home/a/log", "/home/a/log", "syslog-address=unix:///n?%"],
    ["syslog-address=unixgram:///a%20b", "/a b", "syslog-address=unixgram:///n?%"],
    ["fluentd-address=unix:///run/f.sock?x#y", "/run/f.sock", "fluentd-address=unix:///n?%?x#y"],
    ["syslog-tls-ca-cert=/a/ca.pem", "/a/ca.pem", "syslog-tls-ca-cert=/n?%"],
    ["syslog-tls-cert=/a", "/a", "syslog-tls-cert=/n?%"],
    ["syslog-tls-key=/a", "/a", "syslog-tls-key=/n?%"],
    ["splunk-capath=/a=b", "/a=b", "splunk-capath=/n?%"]
  ])("finds the path in %j and replaces it", (text, source, replaced) => {
    assert.strictEqual(LogOption.source(text), source)
    const isAddress = text.includes("address")
    assert.strictEqual(LogOption.withSource(text, "/n?%"), isAddress ? replaced.replace("/n?%", "/n%3F%25") : replaced)
  })

  it.each([
    "syslog-address=tcp://host:514",
    "syslog-address=unix://relative",
    "syslog-address=unix:///a%zz",
    "syslog-address=unix:///a%C3%A4",
    "syslog-tls-key=relative",
    "max-file=/3",
    "tag=/a",
    ""
  ])("finds none in %j", (text) => {
    assert.isUndefined(LogOption.source(text))
  })
})
