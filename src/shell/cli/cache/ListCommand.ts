/**
 * `docker-shim cache ls [--json]`: the entries, the most recently used first.
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

const json: CommandPage.OptionPage = { name: "json", text: "Print the entries for programs" }

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "ls",
  words: "[--json]",
  summary: "List the entries of the shared cache",
  details: [
    "SIZE is everything an entry holds. OWN is the part that no other entry shares: removing the entry frees that."
  ],
  options: [json]
}

/** One row. */
export interface Row {
  readonly key: string
  readonly state: "sound" | "damaged" | "unreadable"
  readonly size: number
  readonly own: number
  readonly shared: number
  readonly lastUsed: string
  readonly uses: number
}

/** The rows of a survey. A key without a stored entry, such as that of a failed build, has no row. */
export const rows = (survey: CacheSurvey.CacheSurvey): ReadonlyArray<Row> => {
  const references = new Map<string, number>()
  for (const { graph } of survey.entries) {
    for (const { digest } of CacheSurvey.blobsOf(graph)) references.set(digest, (references.get(digest) ?? 0) + 1)
  }
  return [...survey.entries].sort((a, b) => b.lastUsed - a.lastUsed).map(({ graph, key, lastUsed, uses }) => {
    const blobs = CacheSurvey.blobsOf(graph)
    const size = blobs.reduce((sum, blob) => sum + blob.size, 0)
    const own = blobs.reduce((sum, blob) => sum + (references.get(blob.digest) === 1 ? blob.size : 0), 0)
    return {
      key,
      size,
      own,
      uses,
      shared: size - own,
      state: states[graph._tag],
      lastUsed: new Date(lastUsed).toISOString()
    }
  })
}

const states = { Whole: "sound", Broken: "damaged", Unreadable: "unreadable" } as const

/** The subcommand `cache ls`. */
export const make = (call: Call) =>
  Command.make(page.name, { json: CommandPage.isOn(json) }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const { directory } = yield* CacheContext.settings(call)
      const survey = yield* CacheContext.attempt(directory, () => CacheSurvey.read(directory, Date.now()))
      const listed = rows(survey)
      if (options.json) return yield* output.json(listed)
      yield* output.write(Table.print(
        [
          { name: "KEY", yields: true },
          { name: "STATE" },
          { name: "SIZE", align: "right" },
          { name: "OWN", align: "right" },
          { name: "LAST USED" },
          { name: "USES", align: "right" }
        ],
        listed.map(({ key, lastUsed, own, size, state, uses }) => [
          key,
          state,
          Quantity.printSize(size),
          Quantity.printSize(own),
          `${Quantity.printAge((Date.now() - Date.parse(lastUsed)) / 1000)} ago`,
          String(uses)
        ]),
        output.terminal
      ))
    })).pipe(Command.withDescription(page.summary))
