import { it } from "@effect/vitest"
import { FastCheck } from "effect"
import { assert, describe } from "vitest"
import { nothing } from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import type * as Question from "../../../src/core/facts/Question.ts"
import * as Planning from "../../../src/core/plan/Planning.ts"

const question = (file: string): Question.Of<"Dockerfile"> => ({ _tag: "Dockerfile", file })

const ask = (file: string, facts: Facts.Facts = Facts.none): Planning.Planning<string | undefined> =>
  Planning.ask({ facts }, question(file))

const knowing = (...files: ReadonlyArray<string>): Facts.Facts =>
  files.reduce((facts, file) => Facts.answer(facts, question(file), `text of ${file}`), Facts.none)

const say = (text: string): Planning.Planning<undefined> => Planning.gain({ notices: [{ text }] })

const done = <A>(value: A, notices: ReadonlyArray<string> = []) => ({
  _tag: "Done" as const,
  value,
  gains: { ...nothing, notices: notices.map((text) => ({ text })) }
})

const open = (...files: ReadonlyArray<string>) => ({
  _tag: "OpenQuestions" as const,
  questions: files.map(question)
})

describe("Planning", () => {
  describe("ask", () => {
    it("leaves a question open that has no answer yet", () => {
      assert.deepStrictEqual(ask("/a").state, open("/a"))
    })

    it("gives the answer, also where that is undefined", () => {
      assert.deepStrictEqual(ask("/a", knowing("/a")).state, done("text of /a"))
      const facts = Facts.answer(Facts.none, question("/a"), undefined)
      assert.deepStrictEqual(ask("/a", facts).state, done(undefined))
    })
  })

  describe("askAll", () => {
    it("asks all that have no answer at once, and gives the answers in order", () => {
      const askAll = (facts: Facts.Facts) => Planning.askAll({ facts }, ["/a", "/b", "/c"].map(question)).state
      assert.deepStrictEqual(askAll(knowing("/b")), open("/a", "/c"))
      assert.deepStrictEqual(askAll(knowing("/c", "/b", "/a")), done(["text of /a", "text of /b", "text of /c"]))
    })
  })

  describe("all", () => {
    it("asks at once what its steps ask", () => {
      assert.deepStrictEqual(Planning.all([ask("/a"), Planning.of("b"), ask("/c")]).state, open("/a", "/c"))
    })

    it("keeps values and gains in order", () => {
      const steps = ["a", "b", "c"].map((text) => Planning.map(say(text), () => text))
      assert.deepStrictEqual(Planning.all(steps).state, done(["a", "b", "c"], ["a", "b", "c"]))
    })
  })

  describe("both", () => {
    it("asks at once what either asks", () => {
      assert.deepStrictEqual(Planning.both(ask("/a"), ask("/b")).state, open("/a", "/b"))
      assert.deepStrictEqual(Planning.both(Planning.of(1), ask("/b")).state, open("/b"))
    })

    it("gives both values", () => {
      assert.deepStrictEqual(
        Planning.both(Planning.map(say("x"), () => 1), Planning.map(say("y"), () => "b")).state,
        done([1, "b"], ["x", "y"])
      )
    })
  })

  describe("along", () => {
    it("asks with its own questions those of what comes next", () => {
      assert.deepStrictEqual(Planning.along(ask("/a"), () => ask("/b")).state, open("/a", "/b"))
    })

    it("is the step alone once that is done", () => {
      assert.deepStrictEqual(Planning.along(say("x"), () => ask("/b")).state, done(undefined, ["x"]))
    })
  })

  describe("run", () => {
    it("goes on with each step's value, and joins what they gain", () => {
      const planned = Planning.run(function*() {
        yield* say("first")
        const text = yield* ask("/a", knowing("/a"))
        yield* say("second")
        return text
      })
      assert.deepStrictEqual(planned.state, done("text of /a", ["first", "second"]))
    })

    it("ends at the first step with open questions, and gains nothing", () => {
      let reached = false
      const planned = Planning.run(function*() {
        yield* say("first")
        yield* ask("/a")
        reached = true
      })
      assert.deepStrictEqual(planned.state, open("/a"))
      assert.isFalse(reached)
    })

    it("can be taken in twice, since it holds no place in its generator", () => {
      const step = Planning.run(function*() {
        return yield* ask("/a", knowing("/a"))
      })
      const twice = Planning.run(function*() {
        return [yield* step, yield* step]
      })
      assert.deepStrictEqual(twice.state, done(["text of /a", "text of /a"]))
    })
  })

  describe("flatMap", () => {
    it("does not take the next step while the first is open", () => {
      const next = () => {
        throw new Error("taken")
      }
      assert.deepStrictEqual(Planning.flatMap(ask("/a"), next).state, open("/a"))
    })

    it("gains what both gain; the later variable wins", () => {
      const first = Planning.gain({ env: { A: "1", B: "1" } })
      const planned = Planning.flatMap(first, () => Planning.of("x", { env: { B: "2", C: null } }))
      assert.deepStrictEqual(planned.state, { ...done("x"), gains: { ...nothing, env: { A: "1", B: "2", C: null } } })
    })
  })

  describe("inspect", () => {
    it("hands out what was gained instead of adding it to the plan", () => {
      const planned = Planning.inspect(Planning.of("x", { notices: [{ text: "n" }] }))
      assert.deepStrictEqual(planned.state, done({ ...nothing, notices: [{ text: "n" }], value: "x" }))
    })
  })

  describe("mapGains", () => {
    it("replaces the fields that it names, and no others", () => {
      const step = Planning.of("x", { env: { A: "1" }, notices: [{ text: "n" }] })
      assert.deepStrictEqual(
        Planning.mapGains(step, ({ notices }, value) => ({ notices: [...notices, { text: value }] })).state,
        { ...done("x", ["n", "x"]), gains: { ...nothing, env: { A: "1" }, notices: [{ text: "n" }, { text: "x" }] } }
      )
      assert.deepStrictEqual(Planning.mapGains(ask("/a"), () => ({ notices: [] })).state, open("/a"))
    })
  })

  it.prop(
    "a generator and flatMap come to the same, whatever is known",
    [FastCheck.array(FastCheck.constantFrom("/a", "/b", "/c")), FastCheck.subarray(["/a", "/b", "/c"])],
    ([files, known]) => {
      const facts = knowing(...known)
      const step = (file: string) => Planning.flatMap(ask(file, facts), (text) => Planning.map(say(file), () => text))
      const byRun = Planning.run(function*() {
        const texts: Array<string | undefined> = []
        for (const file of files) texts.push(yield* step(file))
        return texts
      })
      const byFlatMap = files.reduce<Planning.Planning<ReadonlyArray<string | undefined>>>(
        (texts, file) => Planning.flatMap(texts, (before) => Planning.map(step(file), (text) => [...before, text])),
        Planning.of([])
      )
      assert.deepStrictEqual(byRun.state, byFlatMap.state)
    }
  )
})
