import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { assert, describe, it } from "vitest"
import * as OptionValue from "../../../src/shell/cli/OptionValue.ts"

const value = <A>(effect: Effect.Effect<A, { readonly text: string }>): unknown =>
  Effect.runSync(Effect.merge(Effect.mapError(effect, ({ text }) => text)))
const parse = (text: string): number | undefined => text === "one" ? 1 : undefined

describe("OptionValue", () => {
  it("is what the text means, or the fallback where it is not given", () => {
    const read = (given: Option.Option<string>) => value(OptionValue.read("count", given, parse, 7, "give one"))
    assert.strictEqual(read(Option.some("one")), 1)
    assert.strictEqual(read(Option.none()), 7)
    assert.strictEqual(read(Option.some("two\n")), "--count \"two\\n\" is not accepted; give one")
  })

  it("is a scope's name where that is one", () => {
    const read = (given: Option.Option<string>) => value(OptionValue.readScope(given))
    assert.deepStrictEqual([read(Option.some("team-a")), read(Option.none())], ["team-a", undefined])
    assert.match(String(read(Option.some("../x"))), /^--scope "\.\.\/x" is not accepted: a name has/)
  })
})
