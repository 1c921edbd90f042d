import { assert, describe, it } from "@effect/vitest"
import { plan } from "../table.ts"
import { files, model } from "./project.ts"

const table = {
  env: { WORKSPACE_DIR: "/data", DOCKER_SHIM_DOCKER_HOST: "unix:///own.sock" },
  files: files(),
  model: model({
    web: {
      volumes: [{ type: "bind", source: "/home/retro/work", target: "/w" }],
      build: { context: "/home/retro/work" }
    }
  })
}
const foreign = (words: string, env = {}) => plan(words, { ...table, env: { ...table.env, ...env } }).plan

describe("ForeignProject", () => {
  it("runs as it was typed", () => {
    const words = "-H unix:///other.sock compose up -d"
    const { args, changes, files: added } = foreign(words)
    assert.deepStrictEqual([args, changes, added], [words.split(" "), [], []])
  })

  it("says in one line that its paths are not translated", () => {
    assert.deepStrictEqual(foreign("-H unix:///other.sock compose up -d").notices.map(({ text }) => text), [
      "no path of the project is translated: unix:///other.sock is not this session's daemon, unix:///own.sock"
    ])
  })

  it("is left alone for that", () => {
    assert.deepStrictEqual(foreign("-H unix:///other.sock compose up -d").leftAlone, [
      { what: "project", value: "", why: "unix:///other.sock is not this session's daemon, unix:///own.sock" }
    ])
  })

  it("says nothing where nothing would have been changed", () => {
    assert.deepStrictEqual(foreign("-H unix:///other.sock compose ps").notices, [])
  })

  it("is asked about no daemon where the session changes nothing", () => {
    const off = { WORKSPACE_DIR: "", DOCKER_SHIM_CACHE: "off" }
    const { questions } = plan("--context c compose up", { ...table, env: { ...table.env, ...off } })
    assert.isFalse(questions.some(({ _tag }) => _tag === "DockerContext"))
  })
})
