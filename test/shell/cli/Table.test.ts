import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { assert, describe } from "vitest"
import * as Table from "../../../src/shell/cli/Table.ts"
import type * as Terminal from "../../../src/shell/cli/Terminal.ts"

const plain: Terminal.Terminal = { isTerminal: false, hasColor: false, width: Infinity }
const columns: ReadonlyArray<Table.Column> = [
  { name: "KEY", yields: true },
  { name: "SIZE", align: "right" },
  { name: "USED" }
]

describe("Table", () => {
  describe("print", () => {
    it("aligns columns", () => {
      assert.strictEqual(
        Table.print(columns, [["shop", "1.2GB", "now"], ["a/longer/key", "3B", ""]], plain),
        "KEY             SIZE   USED\n"
          + "shop           1.2GB   now\n"
          + "a/longer/key      3B\n"
      )
    })

    it("prints the names alone where there are no rows", () => {
      assert.strictEqual(Table.print(columns, [], plain), "KEY   SIZE   USED\n")
    })

    it("cuts what yields, and only that, on a narrow terminal", () => {
      assert.strictEqual(
        Table.print(columns, [["a/much/longer/key", "1.2GB", "now"]], { ...plain, width: 25 }),
        "KEY           SIZE   USED\n"
          + "a/much/lo…   1.2GB   now\n"
      )
    })

    it("prints a block for each row where no table fits, and breaks only between words", () => {
      const narrow = { ...plain, isTerminal: true, width: 20 }
      const faults: ReadonlyArray<Table.Column> = [{ name: "KEY", yields: true }, { name: "FAULT" }]
      const rows = [["shop", "a manifest is missing"], ["a/much/longer/key", "torn"]]
      assert.strictEqual(
        Table.print(faults, rows, narrow),
        "KEY     shop\nFAULT   a manifest\n        is missing\n\nKEY     a/much/longer/key\nFAULT   torn\n"
      )
      assert.strictEqual(Table.print(columns, [], { ...narrow, width: 12 }), "KEY SIZE\n  USED\n")
    })

    it("does not count dress", () => {
      const terminal = { ...plain, hasColor: true }
      const printed = Table.print(columns, [[{ look: "red", text: "shop" }, "1B", "now"]], terminal)
      assert.strictEqual(
        printed,
        "\u001b[1mKEY    SIZE   USED\u001b[0m\n\u001b[31mshop\u001b[0m     1B   now\n"
      )
    })

    it("shows what a terminal would obey, so that no cell ends its line or looks like another row", () => {
      const name = "a\u001b]52;c;aGk=\u0007\nb   1B   now\u009b2K"
      const terminal = { ...plain, hasColor: true }
      const lines = Table.print(columns, [[name, "1B", "now"], [{ look: "red", text: name }, "1B", "now"]], terminal)
      assert.deepStrictEqual(lines.split("\n").slice(1), [
        "a\\x1b]52;c;aGk=\\x07\\nb   1B   now\\x9b2K     1B   now",
        "\u001b[31ma\\x1b]52;c;aGk=\\x07\\nb   1B   now\\x9b2K\u001b[0m     1B   now",
        ""
      ])
    })

    it.prop(
      "fits any terminal as far as its columns yield, and shows every fixed cell whole",
      {
        rows: FastCheck.array(
          FastCheck.tuple(FastCheck.stringMatching(/^\w{0,40}$/), FastCheck.stringMatching(/^\d{0,6}$/))
        ),
        width: FastCheck.integer({ min: 25, max: 90 })
      },
      ({ rows, width }) => {
        const lines = Table.print(columns, rows, { ...plain, width }).split("\n")
        assert.isTrue(lines.every((line) => line.length <= width && !line.endsWith(" ")))
        assert.isTrue(rows.every(([, size], at) => lines[at + 1]?.includes(size)))
      }
    )
  })
})
