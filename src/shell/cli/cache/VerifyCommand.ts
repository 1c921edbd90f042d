/**
 * `docker-shim cache verify [--repair] [--json]`: reads everything and compares it with its digests.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Quantity from "../../../core/syntax/Quantity.ts"
import * as CacheVerification from "../../cache/CacheVerification.ts"
import type { Call } from "../Call.ts"
import * as CommandPage from "../CommandPage.ts"
import { Output } from "../Output.ts"
import * as Progress from "../Progress.ts"
import * as Table from "../Table.ts"
import * as CacheContext from "./CacheContext.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print the result for programs" }
const repair: CommandPage.OptionPage = {
  name: "repair",
  text: "Set damaged entries aside and remove damaged blobs; what is sound stays"
}
const keys: CommandPage.OptionPage = {
  name: "key",
  value: "KEY",
  text: "Check this entry only; may be given several times"
}

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "verify",
  words: "[OPTIONS]",
  summary: "Check every index, manifest and blob of the shared cache",
  details: ["Ends with status 1 if it finds damage and does not repair it, or no entry of a key."],
  options: [keys, repair, json]
}

/** The subcommand `cache verify`. */
export const make = (call: Call) =>
  Command.make(
    page.name,
    {
      json: CommandPage.isOn(json),
      repair: CommandPage.isOn(repair),
      keys: CommandPage.several(keys)
    },
    (options) =>
      Effect.gen(function*() {
        const output = yield* Output
        const { directory } = yield* CacheContext.settings(call)
        const result = yield* CacheContext.attempt(
          directory,
          () =>
            CacheVerification.verify(directory, {
              repair: options.repair,
              progress: Progress.bar("verifying"),
              ...(options.keys.length === 0 ? {} : { keys: new Set(options.keys) })
            })
        )
        const isDamaged = result.faults.length > 0 && !options.repair
        if (isDamaged || result.more + result.unknown.length > 0) yield* output.end(1)
        if (options.json) return yield* output.json({ ...result, repaired: options.repair })
        if (result.unknown.length > 0) {
          yield* output.complain(CacheContext.noEntry(result.unknown))
          if (result.entries + result.faults.length === 0) return
        }
        if (result.faults.length > 0) {
          yield* output.write(Table.print(
            [{ name: "KEY", yields: true }, { name: "FAULT" }],
            result.faults.map(({ key, why }) => [key, why]),
            output.terminal
          ))
        }
        yield* output.say(summary(result, options.repair))
      })
  ).pipe(Command.withDescription(page.summary))

const summary = (
  { blobs, bytes, entries, faults, more }: CacheVerification.CacheVerification,
  repaired: boolean
): string => {
  const read = `${Quantity.printCount(entries, "entry", "entries")}, ${Quantity.printCount(blobs, "blob")}, ${
    Quantity.printSize(bytes)
  }`
  if (more > 0) {
    const found = `${Quantity.printCount(faults.length, "fault")}${repaired ? ", repaired," : ""}`
    return `${read}: ${found} and ${Quantity.printCount(more, "more name")} than docker-shim reads at once; `
      + "'docker-shim cache prune' removes what it can"
  }
  if (faults.length === 0) return `${read}: all sound`
  return `${read}: ${Quantity.printCount(faults.length, "fault")}${
    repaired ? ", repaired" : "; 'docker-shim cache verify --repair' sets them aside"
  }`
}
