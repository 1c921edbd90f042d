import { assert, describe, it } from "vitest"
import * as HelpText from "../../../src/core/argv/HelpText.ts"

describe("HelpText", () => {
  describe("parse", () => {
    it("reads flags, aliases and commands of docker's template", () => {
      assert.deepStrictEqual(
        HelpText.parse(`
Usage:  docker compose [OPTIONS] COMMAND

Define and run multi-container applications with Docker

Aliases:
  docker compose config, docker compose convert

Options:
      --all-resources              Include all resources, even those not
                                   used by services
      --ansi string                Control when to print ANSI control
                                   --characters ("never"|"always"|"auto")
  -f, --file stringArray           Compose configuration files
  -t, --tty
      --when string[="always"]     When
      --level[=3]                  How much

Management Commands:
  buildx*     Docker Buildx

Commands:
  build       Build or rebuild services
  up          Create and start
              containers

Run 'docker compose COMMAND --help' for more information on a command.
`),
        {
          aliases: ["config", "convert"],
          subcommands: ["buildx", "build", "up"],
          flags: [
            { name: "all-resources", shorthand: "", arity: "boolean" },
            { name: "ansi", shorthand: "", arity: "value" },
            { name: "file", shorthand: "f", arity: "list" },
            { name: "tty", shorthand: "t", arity: "boolean" },
            { name: "when", shorthand: "", arity: "optional" },
            { name: "level", shorthand: "", arity: "optional" }
          ]
        }
      )
    })

    it("takes the short names of docker 20.10's aliases, and cobra's own headings", () => {
      const help = HelpText.parse(
        "Aliases:\n  ls, ps, list\n\nAvailable Commands:\n  x  y\n\nFlags:\n  -a, --all   All\n"
      )
      assert.deepStrictEqual(help.aliases, ["ls", "ps", "list"])
      assert.deepStrictEqual(help.subcommands, ["x"])
      assert.deepStrictEqual(help.flags, [{ name: "all", shorthand: "a", arity: "boolean" }])
    })

    it.each(["stringArray", "stringSlice", "strings", "list", "stringToString", "mount"])(
      "takes a flag of type %s to be given more than once",
      (type) => {
        assert.deepStrictEqual(HelpText.parse(`Options:\n      --flag ${type}   Text\n`).flags, [
          { name: "flag", shorthand: "", arity: "list" }
        ])
      }
    )

    it("does not take a backquoted phrase of a description for a type", () => {
      // Compose 2.26.1, `docker compose exec --help`
      const line = "  -T, --no-TTY docker compose exec   Disable pseudo-TTY allocation. By"
      assert.deepStrictEqual(HelpText.parse(`Options:\n${line}\n`).flags, [
        { name: "no-TTY", shorthand: "T", arity: "boolean" }
      ])
    })

    it.each(["", "docker: 'x' is not a docker command.\n", "Usage:  x\n\nExamples:\n  -v, --volume list   a\n"])(
      "finds nothing in %j",
      (text) => {
        assert.deepStrictEqual(HelpText.parse(text), { aliases: [], subcommands: [], flags: [] })
      }
    )
  })
})
