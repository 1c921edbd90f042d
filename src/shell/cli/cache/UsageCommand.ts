/**
 * `docker-shim cache du [--json]`: how large the cache is, and what sharing saves.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Quantity from "../../../core/syntax/Quantity.ts"
import * as CacheSurvey from "../../cache/CacheSurvey.ts"
import type { Call } from "../Call.ts"
import * as CommandPage from "../CommandPage.ts"
import { Output } from "../Output.ts"
import * as Table from "../Table.ts"
import * as CacheContext from "./CacheContext.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print the sizes for programs, in bytes" }

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "du",
  words: "[--json]",
  summary: "Show how large the shared cache is, and what sharing saves",
  options: [json]
}

/**
 * Sizes in bytes: of the entries if nothing were shared; of the entries as they are; what sharing saves; of blobs that no entry
 * names, which collection removes; and of the whole store.
 */
export interface Usage {
  readonly entries: number
  readonly blobs: number
  readonly apart: number
  readonly together: number
  readonly saved: number
  readonly garbage: number
  readonly total: number
}

/** The sizes of a survey. */
export const usage = (survey: CacheSurvey.CacheSurvey): Usage => {
  let apart = 0
  for (const { graph } of survey.entries) for (const { size } of CacheSurvey.blobsOf(graph)) apart += size
  let together = 0
  let used = 0
  for (const digest of CacheSurvey.named(survey.entries)) {
    const blob = survey.blobs.get(digest)
    together += blob?.size ?? 0
    used += blob?.occupied ?? 0
  }
  return {
    apart,
    together,
    entries: CacheSurvey.count(survey),
    blobs: survey.store.count,
    saved: apart - together,
    // a build may have stored what it names since the store was listed
    garbage: Math.max(0, survey.store.occupied - used),
    total: survey.store.occupied
  }
}

/** The subcommand `cache du`. */
export const make = (call: Call) =>
  Command.make(page.name, { json: CommandPage.isOn(json) }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const { directory, limits } = yield* CacheContext.settings(call)
      const survey = yield* CacheContext.attempt(directory, () => CacheSurvey.read(directory, Date.now()))
      const sizes = usage(survey)
      if (options.json) return yield* output.json(sizes)
      const row = (what: string, bytes: number, note: string) => [what, Quantity.printSize(bytes), note]
      yield* output.write(Table.print(
        [{ name: "WHAT" }, { name: "SIZE", align: "right" }, { name: "" }],
        [
          row("all entries, added up", sizes.apart, Quantity.printCount(sizes.entries, "entry", "entries")),
          row("on disk once", sizes.together, ""),
          row("saved by sharing", sizes.saved, ""),
          row("in no entry", sizes.garbage, "removed by the next collection"),
          row(
            "on disk",
            sizes.total,
            `${Quantity.printCount(sizes.blobs, "blob")}, limit ${Quantity.printSize(limits.maxSize)}`
          )
        ],
        output.terminal
      ))
    })).pipe(Command.withDescription(page.summary))
