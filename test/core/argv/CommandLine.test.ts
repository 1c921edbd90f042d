import { it } from "@effect/vitest"
import { assert, describe } from "vitest"
import * as Argv from "../../../src/core/argv/Argv.ts"
import * as CommandLine from "../../../src/core/argv/CommandLine.ts"
import * as Arbitrary from "../../arbitraries/argv.ts"

const words = (text: string): ReadonlyArray<string> => text === "" ? [] : text.split(" ")

const parse = (text: string): CommandLine.CommandLine => CommandLine.parse(words(text))

/** What the command is, in one line. */
const sketch = ({ command }: CommandLine.CommandLine): string => {
  switch (command._tag) {
    case "Docker":
      return `${command.name}: ${command.path.join(" ")}${command.misforwarded ? " (misforwarded)" : ""}`
    case "Compose":
      return "Compose"
    case "ComposeCommand":
      return `compose ${command.name}`
    case "Other":
      return `Other: ${command.path.join(" ")}`
    case "Uncertain":
      return `Uncertain: ${command.flag}`
  }
}

describe("CommandLine", () => {
  describe("parse", () => {
    it.each([
      ["run web", "run: run"],
      ["container run web", "run: container run"],
      ["create web", "create: create"],
      ["container create web", "create: container create"],
      ["volume create x", "volume create: volume create"],
      ["service create web", "service create: service create"],
      ["service update web", "service update: service update"],
      ["stack deploy -c f s", "stack deploy: stack deploy"],
      ["stack up -c f s", "stack deploy: stack up"],
      ["stack --orchestrator all config", "stack config: stack config"],
      // all forms of a build
      ["build .", "build: build"],
      ["image build .", "build: image build"],
      ["builder build .", "build: builder build"],
      ["buildx build .", "build: buildx build"],
      ["buildx b .", "build: buildx b"],
      ["buildx --builder x build .", "build: buildx build"],
      ["buildx --builder=x -D b .", "build: buildx b"],
      ["builder --builder build build .", "build: builder build"],
      ["buildx -- build .", "Other: buildx ."],
      ["buildx bake", "Other: buildx bake"],
      ["buildx --new x build .", "Uncertain: --new"],
      // global flags, in every spelling
      ["--context c run web", "run: run"],
      ["--context=c run web", "run: run"],
      ["-cc run web", "run: run"],
      ["-l debug build .", "build: build"],
      ["-H h build .", "build: build"],
      ["-Dldebug run web", "run: run"],
      ["-Dl debug run web", "run: run"],
      ["--debug true run web", "Other: true"],
      ["-c run ps", "Other: ps"],
      ["-- run web", "run: run"],
      ["-D -- build .", "build: build"],
      ["--deb run web", "Uncertain: --deb"],
      ["-Z run web", "Uncertain: -Z"],
      ["--builder x build .", "Uncertain: --builder"],
      // docker replaces the first word that looks like the command
      ["-c build build .", "build: build (misforwarded)"],
      ["--context build build .", "build: build (misforwarded)"],
      ["-cbuild build .", "build: build"],
      ["-c build image build .", "build: image build"],
      ["-c image image build .", "build: image build (misforwarded)"],
      ["-c builder builder build .", "build: builder build (misforwarded)"],
      ["-c build buildx build .", "build: buildx build"],
      ["build build", "build: build"],
      ["image --help build .", "build: image build"],
      // compose is looked into elsewhere
      ["compose up", "Compose"],
      ["--context c -D compose -f x up", "Compose"],
      // words that are not commands
      ["", "Other: "],
      ["-D", "Other: "],
      ["ps -a", "Other: ps"],
      ["exec c run x", "Other: exec"],
      ["rm -v web", "Other: rm"],
      ["ru web", "Other: ru"],
      ["help run", "Other: help"],
      ["__complete run -", "Other: __complete"],
      ["docker-cli-plugin-metadata", "Other: docker-cli-plugin-metadata"],
      ["container", "Other: container"],
      ["container -v x run", "Uncertain: -v"],
      ["constructor __proto__", "Other: constructor"],
      ["image constructor", "Other: image constructor"]
    ])("docker %s", (text, expected) => {
      const line = parse(text)
      assert.strictEqual(sketch(line), expected)
      assert.deepStrictEqual(CommandLine.print(line), words(text))
    })

    it("does not join words into a command", () => {
      assert.strictEqual(sketch(CommandLine.parse(["volume create", "x"])), "Other: volume create")
      assert.strictEqual(sketch(CommandLine.parse(["container", "create run"])), "Other: container create run")
    })

    it("leaves the words of other commands in one piece", () => {
      assert.deepStrictEqual(parse("exec c tool --mount src=x").tokens, [Argv.rest(words("c tool --mount src=x"))])
    })

    it.prop("is undone by print for any words", [Arbitrary.words], ([argv]) => {
      assert.deepStrictEqual(CommandLine.print(CommandLine.parse(argv)), argv)
    }, { fastCheck: { numRuns: 2000 } })

    it.prop(
      "finds the command behind any global flags",
      [Arbitrary.globalFlags, Arbitrary.runFlags],
      ([globals, flags]) => {
        const line = CommandLine.parse([...globals, "container", "run", ...flags.words, "img", "run"])
        assert.strictEqual(sketch(line), "run: container run")
        assert.deepStrictEqual(Argv.print(line.globals), globals)
        assert.deepStrictEqual(Argv.positionals(line.tokens), ["img"])
      }
    )
  })

  describe("isHelp", () => {
    it.each([
      ["run --help", true],
      ["run --help=false web", false],
      ["run --help web", true],
      ["run web --help", false],
      ["run -h web img", false],
      ["build . -h", true],
      ["build -- --help", false],
      ["image --help build .", true],
      ["--help build .", true],
      ["--help build --help=false .", false],
      // run and create have a --help of their own: docker does run these (28.5.2, 26.1.5)
      ["--help run web", false],
      ["container --help run web", false],
      ["--help volume create x", true]
    ])("docker %s: %s", (text, expected) => {
      assert.strictEqual(CommandLine.isHelp(parse(text)), expected)
    })
  })

  describe("insert", () => {
    it.each([
      ["build .", "build --load ."],
      ["-c build build .", "-c build build --load ."],
      ["-D buildx --builder build build -t build build", "-D buildx --builder build build --load -t build build"],
      ["image build -- .", "image build --load -- ."],
      ["run web build", "run --load web build"]
    ])("%s", (text, expected) => {
      assert.strictEqual(CommandLine.print(CommandLine.insert(parse(text), [Argv.option("load")])).join(" "), expected)
    })
  })

  describe("with learned flags", () => {
    const takes = (name: string, arity: "value" | "boolean") => ({ name, shorthand: "", arity })
    const at = (path: string, ...flags: ReadonlyArray<ReturnType<typeof takes>>): CommandLine.Learned => (words) =>
      words.join(" ") === path ? flags : []

    it("makes sense of what stands behind an unknown flag", () => {
      const words = "run --new x -v a:/b img -v c:/d".split(" ")
      const line = CommandLine.parse(words)
      assert.strictEqual(CommandLine.unknownFlag(line), "--new")
      assert.deepStrictEqual(Argv.values(line.tokens, "volume"), [])
      const learned = CommandLine.parse(words, at("run", takes("new", "value")))
      assert.strictEqual(CommandLine.unknownFlag(learned), undefined)
      assert.deepStrictEqual(Argv.values(learned.tokens, "volume"), ["a:/b"])
      assert.deepStrictEqual(CommandLine.print(learned), words)
    })

    it.each([
      ["--new x run img", "", "value", "run"],
      ["--new run img", "", "boolean", "run"],
      ["--new run img", "", "value", "img"],
      ["--new x buildx build .", "", "value", "buildx build"],
      ["buildx --new x build .", "buildx", "value", "buildx build"],
      ["image --new build .", "image", "boolean", "image build"],
      ["--new x compose up", "", "value", "Compose"]
    ])("finds the command in %s", (text, path, arity, expected) => {
      const { command } = CommandLine.parse(text.split(" "), at(path, takes("new", arity as "value" | "boolean")))
      assert.strictEqual("path" in command ? command.path.join(" ") : command._tag, expected)
      assert.deepStrictEqual(CommandLine.unknown(CommandLine.parse(text.split(" "))), {
        path: path === "" ? [] : [path],
        flag: "--new"
      })
    })

    it("does not change what is known", () => {
      const learned = CommandLine.parse(["run", "--rm", "x"], at("run", takes("rm", "value")))
      assert.deepStrictEqual(Argv.positionals(learned.tokens), ["x"])
    })

    it("is the first unknown flag, before the command too", () => {
      assert.strictEqual(CommandLine.unknownFlag(parse("--new run x")), "--new")
    })
  })
})
