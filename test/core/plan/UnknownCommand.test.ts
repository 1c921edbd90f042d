import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { plan } from "./table.ts"

const env = { WORKSPACE_DIR: "/data/ses1" }
const cwd = "/home/retro/work"
const planned = (words: string, more: Readonly<Record<string, string>> = env) => plan(words, { env: more, cwd }).plan
const why = "docker-shim does not know docker sandbox, and translates no path in it"

describe("a command that the shim does not know", () => {
  it.each([
    ["sandbox run -v ./a:/x img", ["--volume ./a:/x"]],
    ["sandbox run --volume=/home/retro/work/a:/x -v /etc:/y img", ["--volume /home/retro/work/a:/x"]],
    ["sandbox --mount type=bind,src=/home/retro/work/a,dst=/x", ["--mount type=bind,src=/home/retro/work/a,dst=/x"]],
    ["-D sandbox --device /home/retro/work/dev", ["--device /home/retro/work/dev"]],
    ["sandbox run -v name:/x -v /home/retro/work -v", []],
    ["sandbox run -- tool -v ./a:/x", []],
    ["sandbox /home/retro/work/a", []]
  ])("%s: a line for each of %j", (words, expected) => {
    const { args, changes, notices } = planned(words)
    assert.deepStrictEqual(args, words.split(" "))
    assert.deepStrictEqual(changes, [])
    assert.deepStrictEqual(notices.map(({ text }) => text), expected.map((option) => `${option}: ${why}`))
  })

  it("has all its path options listed by explain", () => {
    const { leftAlone } = planned("sandbox run -v ./a:/x -v /etc:/y img")
    assert.deepStrictEqual(leftAlone, ["./a:/x", "/etc:/y"].map((value) => ({ what: "--volume", value, why })))
  })

  it("is of no concern without a mapping", () => {
    const { leftAlone, notices } = planned("sandbox run -v ./a:/x img", {})
    assert.deepStrictEqual([leftAlone, notices], [[], []])
  })
})

describe("a command of docker's own", () => {
  const names = ["20.10.5", "20.10.24", "26.1.5", "28.5.2"].flatMap((version) => {
    const help = readFileSync(new URL(`../../fixtures/help/docker-${version}/docker.txt`, import.meta.url), "utf8")
    return help.split("\n").flatMap((line) => /^ {2}([a-z]+)\*? {2,}\S/.exec(line)?.[1] ?? [])
  })

  it("is every one that its help lists", () => {
    assert.includeMembers(names, ["run", "exec", "volume", "wait", "trust"])
  })

  it.each([...new Set(names)].filter((name) => !["run", "create"].includes(name)))("is known: %s", (name) => {
    assert.deepStrictEqual(planned(`${name} -v /home/retro/work/a:/x`).notices, [])
  })
})
