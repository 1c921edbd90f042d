import { it } from "@effect/vitest"
import { assert, describe } from "vitest"
import * as Argv from "../../../src/core/argv/Argv.ts"
import * as CommandLine from "../../../src/core/argv/CommandLine.ts"
import * as ComposeCommandLine from "../../../src/core/argv/ComposeCommandLine.ts"
import * as Arbitrary from "../../arbitraries/argv.ts"

const words = (text: string): ReadonlyArray<string> => text === "" ? [] : text.split(" ")

/** The command and the flags before it, in one line. */
const sketch = ({ command, group }: CommandLine.CommandLine): string => {
  const flags = group.map((token) => token._tag === "Option" ? token.flags.at(-1)?.name : "!").join(",")
  switch (command._tag) {
    case "ComposeCommand":
      return `${command.name} (${flags})`
    case "Uncertain":
      return `Uncertain: ${command.flag}`
    case "Other":
      return `Other: ${command.path.join(" ")}`
    case "Compose":
    case "Docker":
      return command._tag
  }
}

describe("ComposeCommandLine", () => {
  describe("parse", () => {
    it.each([
      ["compose up -d web", "up ()"],
      ["--context c -D compose -f x up", "up (file)"],
      ["compose -fother.yml --profile=dev -p build up", "up (file,profile,project-name)"],
      ["compose -f - config", "config (file)"],
      ["compose convert", "config ()"],
      ["compose --dry-run --verbose --workdir . build", "build (dry-run,verbose,workdir)"],
      ["compose --all-resources ps", "ps (all-resources)"],
      // cobra's search for the command (run on 2.40.3 and 2.26.1)
      ["compose -f --dry-run up", "up (file)"],
      ["compose -f -x up", "Other: compose"],
      ["compose -- up", "Other: compose"],
      ["compose --file up", "Other: compose"],
      ["compose -pf x up", "Other: compose x"],
      // docker's flags are not taken here
      ["compose --context c up", "Uncertain: --context"],
      ["compose", "Other: compose"],
      ["compose --version", "Other: compose"],
      ["compose help up", "Other: compose help"],
      ["compose alpha viz", "Other: compose alpha"],
      ["compose unheard-of --of web", "Other: compose unheard-of"],
      ["compose constructor", "Other: compose constructor"],
      ["run compose up", "Docker"],
      ["__complete compose up", "Other: __complete"]
    ])("docker %s", (text, expected) => {
      const line = ComposeCommandLine.parse(words(text))
      assert.strictEqual(sketch(line), expected)
      assert.deepStrictEqual(CommandLine.print(line), words(text))
    })

    it.each([
      ["compose run -v ./a:/b -p 8080:80 web sh -v x:/y", "volume", ["./a:/b"]],
      ["compose run --volumes ./a:/b --volume=c:/d web", "volume", ["./a:/b", "c:/d"]],
      ["compose run -Tv ./a:/b web", "volume", ["./a:/b"]],
      ["compose run --labels a=b web", "label", ["a=b"]],
      ["compose exec web tail -f docker-compose.yml", "file", []],
      ["compose exec --no-TTY -e A=b web mkdir -p /x", "env", ["A=b"]],
      ["compose logs -f web", "follow", []],
      ["compose up web --scale web=3 -t 5", "scale", ["web=3"]],
      ["compose build --parallel --progress plain --builder b web", "builder", ["b"]]
    ])("%s: --%s", (text, name, expected) => {
      const line = ComposeCommandLine.parse(words(text))
      assert.deepStrictEqual(Argv.values(line.tokens, name), expected)
      assert.strictEqual(CommandLine.unknownFlag(line), undefined)
    })

    it("finds the service, not its command", () => {
      for (const text of ["compose exec web build", "compose run web npm run build", "compose run up up --build"]) {
        const line = ComposeCommandLine.parse(words(text))
        assert.deepStrictEqual(Argv.positionals(line.tokens), [words(text)[2]])
      }
    })

    it("says which flag of a command it does not know", () => {
      assert.strictEqual(CommandLine.unknownFlag(ComposeCommandLine.parse(words("compose up -f x"))), "-f")
      assert.strictEqual(CommandLine.unknownFlag(ComposeCommandLine.parse(words("compose up --se x"))), "--se")
    })

    it("puts new words behind the command", () => {
      const line = ComposeCommandLine.parse(words("--context up compose -p up up -d"))
      assert.strictEqual(
        CommandLine.print(CommandLine.insert(line, [Argv.option("build")])).join(" "),
        "--context up compose -p up up --build -d"
      )
    })

    it.prop("is undone by print for any words", [Arbitrary.words], ([argv]) => {
      for (const argvs of [argv, ["compose", ...argv]]) {
        assert.deepStrictEqual(CommandLine.print(ComposeCommandLine.parse(argvs)), argvs)
      }
    }, { fastCheck: { numRuns: 2000 } })
  })

  describe("isHelp", () => {
    it.each([
      ["compose up --help", true],
      ["compose --help up", true],
      ["--help compose -f x up", true],
      ["compose run web --help", false],
      ["compose up -h", true]
    ])("docker %s: %s", (text, expected) => {
      assert.strictEqual(CommandLine.isHelp(ComposeCommandLine.parse(words(text))), expected)
    })
  })

  describe("parseStandalone", () => {
    it.each([
      ["-f a.yaml up web", "up (file)"],
      ["up", "up ()"],
      ["--context c -f a.yaml up", "up (context,file)"],
      ["--ansi=never -D --profile x up", "up (ansi,debug,profile)"],
      ["--host=u --verbose -H x up", "up (host,verbose,host)"],
      // the scan stops at a.yaml
      ["-f a.yaml --context x ps", "Uncertain: --context"],
      ["-f --debug a.yaml up", "Uncertain: -f"],
      ["-Hx up", "Uncertain: -H"],
      ["-H=x up", "Uncertain: -H"],
      ["-c x up", "Uncertain: -c"],
      ["-v", "Other: compose version"],
      ["--version up", "Other: compose version"],
      ["-D -v", "Other: compose version"],
      ["__complete up", "Other: compose __complete"],
      ["--debug", "Other: compose"],
      ["", "Other: compose"]
    ])("docker-compose %s", (text, expected) => {
      const line = ComposeCommandLine.parseStandalone(words(text))
      assert.strictEqual(sketch(line), expected)
      assert.deepStrictEqual(CommandLine.print(line), words(text))
      assert.strictEqual(line.groupWord, undefined)
    })

    it("has the flags of both where queries look for them", () => {
      const line = ComposeCommandLine.parseStandalone(words("--context c --file=a.yaml up"))
      assert.strictEqual(Argv.value(CommandLine.globals(line), "context"), "c")
      assert.strictEqual(Argv.value(CommandLine.globals(line), "file"), "a.yaml")
    })

    it.prop("is undone by print for any words", [Arbitrary.words], ([argv]) => {
      assert.deepStrictEqual(CommandLine.print(ComposeCommandLine.parseStandalone(argv)), argv)
    }, { fastCheck: { numRuns: 2000 } })
  })
})
