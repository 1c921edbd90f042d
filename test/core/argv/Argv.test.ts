import { it } from "@effect/vitest"
import { assert, describe } from "vitest"
import * as Argv from "../../../src/core/argv/Argv.ts"
import { docker } from "../../../src/core/argv/grammar/docker.generated.ts"
import * as Grammar from "../../../src/core/argv/grammar/Grammar.ts"
import * as Arbitrary from "../../arbitraries/argv.ts"
import * as ProcessorTime from "../processor-time.ts"

const run = Grammar.decode(docker["run"] ?? "")
const build = Grammar.decode(docker["build"] ?? "")
const volumeCreate = Grammar.decode(docker["volume create"] ?? "")
const words = (text: string): ReadonlyArray<string> => text === "" ? [] : text.split(" ")

/** What each token is, in one line. */
const sketch = (tokens: ReadonlyArray<Argv.Token>): string =>
  tokens.map((token) => {
    switch (token._tag) {
      case "Option":
        return `${token.flags.map((flag) => flag.name).join("+")}${
          token.value._tag === "Missing"
            ? "?"
            : Argv.valueOf(token) === undefined
            ? ""
            : `(${Argv.valueOf(token) ?? ""})`
        }`
      case "Positional":
        return `<${token.word}>`
      case "Terminator":
        return "--"
      case "Rest":
        return `[${token.words.join(" ")}]`
      case "Unknown":
        return `?${token.flag}${token.known.map((flag) => `+${flag.name}`).join("")}[${token.rest.join(" ")}]`
    }
  }).join(" ")

/** The flags of a command line in order, each with the value it is set to. */
const given = (tokens: ReadonlyArray<Argv.Token>): ReadonlyArray<Arbitrary.Given> =>
  tokens.flatMap((token) =>
    token._tag !== "Option" ? [] : token.flags.map((flag, at) => ({
      name: flag.name,
      value: (at === token.flags.length - 1 ? Argv.valueOf(token) : undefined) ?? "true"
    }))
  )

describe("Argv", () => {
  describe("parse", () => {
    it.each([
      // every spelling of a value
      ["-v a:/b img", "volume(a:/b) <img>"],
      ["-va:/b img", "volume(a:/b) <img>"],
      ["-v=a:/b img", "volume(a:/b) <img>"],
      ["-itv a:/b img", "interactive+tty+volume(a:/b) <img>"],
      ["-itva:/b img", "interactive+tty+volume(a:/b) <img>"],
      ["-itv=a:/b img", "interactive+tty+volume(a:/b) <img>"],
      ["--volume a:/b img", "volume(a:/b) <img>"],
      ["--volume=a:/b img", "volume(a:/b) <img>"],
      ["--volume= img", "volume() <img>"],
      ["-v= img", "volume(=) <img>"],
      ["-v==x img", "volume(=x) <img>"],
      ["-vit X", "volume(it) <X>"],
      // a value flag takes the next word, whatever it looks like
      ["--volume -v img", "volume(-v) <img>"],
      ["-e -v img", "env(-v) <img>"],
      ["--name -- x", "name(--) <x>"],
      ["--volume", "volume?"],
      ["-itv", "interactive+tty+volume?"],
      // booleans take a value only behind =
      ["--rm=false img", "rm(false) <img>"],
      ["--rm false", "rm <false>"],
      ["-it=false img", "interactive+tty(false) <img>"],
      ["-t= img", "?-=+tty[img]"],
      // -h is the hostname of a container
      ["-h x img", "hostname(x) <img>"],
      // the image ends the flags
      ["--rm bx -v /a:/b", "rm <bx> [-v /a:/b]"],
      ["-v A:B -- image -- ls", "volume(A:B) -- <image> [-- ls]"],
      ["img --help", "<img> [--help]"],
      ["-- --help", "-- <--help>"],
      ["- -v x", "<-> [-v x]"],
      // hidden flags
      ["--net host --dns-opt x --cpu-count 1 img", "net(host) dns-opt(x) cpu-count(1) <img>"],
      // no abbreviations, case matters
      ["--vol a:/b img", "?--vol[a:/b img]"],
      ["--RM img", "?--RM[img]"],
      ["--rm --new=1 img", "rm ?--new[img]"],
      ["-itZ img", "?-Z+interactive+tty[img]"],
      ["---x img", "?---x[img]"],
      ["--=x img", "?--[img]"]
    ])("run %s", (text, expected) => {
      const tokens = Argv.parse(run, words(text))
      assert.strictEqual(sketch(tokens), expected)
      assert.deepStrictEqual(Argv.print(tokens), words(text))
    })

    it.each([
      [". -t x -q", "<.> tag(x) quiet"],
      ["-qt app .", "quiet+tag(app) <.>"],
      ["-tapp .", "tag(app) <.>"],
      ["-f - .", "file(-) <.>"],
      ["--pull .", "pull <.>"],
      ["-m 1g -c 3 --squash .", "memory(1g) cpu-shares(3) squash <.>"],
      ["-- -t x -- y", "-- <-t> <x> <--> <y>"],
      [". -h", "<.> help"]
    ])("build %s", (text, expected) => {
      assert.strictEqual(sketch(Argv.parse(build, words(text))), expected)
    })

    it("volume create takes flags behind the name", () => {
      assert.strictEqual(sketch(Argv.parse(volumeCreate, words("name -o device=/x"))), "<name> opt(device=/x)")
    })

    it.prop("is undone by print for any words", [Arbitrary.words], ([argv]) => {
      for (const grammar of [run, build, volumeCreate]) {
        assert.deepStrictEqual(Argv.print(Argv.parse(grammar, argv)), argv)
      }
    }, { fastCheck: { numRuns: 1000 } })

    it.prop("reads back what was spelled, and leaves the container's words alone", [
      Arbitrary.runFlags,
      Arbitrary.words
    ], ([flags, tail]) => {
      const tokens = Argv.parse(run, [...flags.words, "img", ...tail])
      assert.deepStrictEqual(given(tokens), flags.given)
      assert.deepStrictEqual(Argv.positionals(tokens), ["img"])
      const last = tokens.at(-1)
      assert.deepStrictEqual(last?._tag === "Rest" ? last.words : [], tail)
    }, { fastCheck: { numRuns: 1000 } })

    it("takes time in proportion to the words", () => {
      ProcessorTime.inProportion(12_500, (count) => {
        const argv = Array.from({ length: count }, (_, at) => at % 2 === 0 ? "-t" : `tag${String(at)}`)
        return () => {
          assert.strictEqual(Argv.print(Argv.parse(build, argv)).length, count)
        }
      })
    })
  })

  describe("withValue", () => {
    it.each([
      ["-va:/b", "c:/d", ["-vc:/d"]],
      ["-itv=a:/b", "c:/d", ["-itv=c:/d"]],
      ["--volume=a:/b", "", ["--volume="]],
      ["--volume a:/b", "c d", ["--volume", "c d"]],
      ["-va:/b", "", ["-v", ""]],
      ["-v=a:/b", "", ["-v", ""]],
      ["-va:/b", "=x", ["-v==x"]],
      ["--volume", "a:/b", ["--volume", "a:/b"]],
      ["--rm", "false", ["--rm=false"]],
      ["-it", "false", ["-it=false"]]
    ])("%s with %s", (text, value, expected) => {
      const [token] = Argv.parse(run, words(text))
      assert.isTrue(token?._tag === "Option" && sameWords(Argv.print([Argv.withValue(token, value)]), expected))
    })

    it.prop("gives every value it is asked for", [Arbitrary.runFlags, Arbitrary.value], ([flags, value]) => {
      const tokens = Argv.parse(run, [...flags.words, "img", "-v", "x"])
      const rewritten = Argv.mapValues(tokens, (flag, old) => flag.arity === "boolean" ? old : value)
      const expected = flags.given.map((one) =>
        run.long.get(one.name)?.arity === "boolean" ? one : { name: one.name, value }
      )
      const again = Argv.parse(run, Argv.print(rewritten))
      assert.deepStrictEqual(given(again), expected)
      assert.deepStrictEqual(Argv.print(again).slice(-3), ["img", "-v", "x"])
    }, { fastCheck: { numRuns: 1000 } })

    it.prop("with the same value changes nothing", [Arbitrary.words], ([argv]) => {
      assert.deepStrictEqual(same(argv), argv)
    })

    it("with the same value keeps a spelling that it would not give another value", () => {
      for (const argv of [["-v="], ["-v=a"], ["-itv="], ["--rm="]]) assert.deepStrictEqual(same(argv), argv)
    })

    const same = (argv: ReadonlyArray<string>) => Argv.print(Argv.mapValues(Argv.parse(run, argv), (_, value) => value))
  })

  describe("queries", () => {
    it.each([
      ["--rm", true],
      ["--rm=false", false],
      ["--rm=0 --rm", true],
      ["--rm --rm=f", false],
      ["--rm=yes", undefined],
      ["img --rm", undefined],
      ["", undefined]
    ])("boolean: %s", (text, expected) => {
      assert.strictEqual(Argv.boolean(Argv.parse(run, words(text)), "rm"), expected)
    })

    it("boolean looks into groups", () => {
      assert.strictEqual(Argv.boolean(Argv.parse(run, words("-it=false x")), "interactive"), true)
      assert.strictEqual(Argv.boolean(Argv.parse(run, words("-it=false x")), "tty"), false)
      assert.strictEqual(Argv.boolean(Argv.parse(run, words("-itZ x")), "tty"), true)
      assert.isUndefined(Argv.boolean(Argv.parse(run, words("-itZ x")), "rm"))
    })

    it("values are those of all spellings, in order", () => {
      const tokens = Argv.parse(run, words("-v a:/b --volume=c:/d -itve:/f --rm img -v g:/h"))
      assert.deepStrictEqual(Argv.values(tokens, "volume"), ["a:/b", "c:/d", "e:/f"])
      assert.strictEqual(Argv.value(tokens, "volume"), "e:/f")
      assert.isTrue(Argv.has(tokens, "interactive"))
      assert.isFalse(Argv.has(tokens, "mount"))
    })

    it("option makes a flag in one word", () => {
      assert.deepStrictEqual(Argv.print([Argv.option("cache-from", "a"), Argv.option("load")]), [
        "--cache-from=a",
        "--load"
      ])
    })
  })
})

const sameWords = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
