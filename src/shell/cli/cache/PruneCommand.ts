/** `docker-shim cache prune [--max-size 20GB] [--max-age 14d] [--key KEY] [--dry-run]`: brings the cache below its limits. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { CacheLimits } from "../../../core/settings/CacheLimits.ts"
import * as Quantity from "../../../core/syntax/Quantity.ts"
import * as CacheCollector from "../../cache/CacheCollector.ts"
import * as CacheSurvey from "../../cache/CacheSurvey.ts"
import type { Call } from "../Call.ts"
import * as CommandPage from "../CommandPage.ts"
import * as Confirmation from "../Confirmation.ts"
import * as OptionValue from "../OptionValue.ts"
import { Output } from "../Output.ts"
import * as Progress from "../Progress.ts"
import * as Table from "../Table.ts"
import * as CacheContext from "./CacheContext.ts"

const json: CommandPage.OptionPage = { name: "json", text: "Print what was removed for programs" }
const dryRun: CommandPage.OptionPage = { name: "dry-run", text: "Only show what would be removed" }
const force: CommandPage.OptionPage = { name: "force", short: "f", text: "Do not ask before removing" }
const maxSize: CommandPage.OptionPage = {
  name: "max-size",
  value: "SIZE",
  text: "Remove the least recently used entries until the rest fits, such as 20GB (default: DOCKER_SHIM_CACHE_MAX_SIZE)"
}
const maxAge: CommandPage.OptionPage = {
  name: "max-age",
  value: "AGE",
  text: "Remove entries that nobody used for this long, such as 14d (default: DOCKER_SHIM_CACHE_MAX_AGE)"
}
const keys: CommandPage.OptionPage = {
  name: "key",
  value: "KEY",
  text: "Remove this entry, whatever the limits; may be given several times"
}

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "prune",
  words: "[OPTIONS]",
  summary: "Remove what is over the limits, and blobs that no entry names",
  details: [
    "You can run it while sessions build: what they use stays. It waits for another collection that is running.",
    "All sessions share the cache, so the command asks before it removes an entry. Without an answer it removes nothing "
    + "and ends with status 1."
  ],
  options: [maxSize, maxAge, keys, force, dryRun, json],
  examples: ["docker-shim cache prune --max-size 20GB --max-age 14d --dry-run"]
}

/** The subcommand `cache prune`. */
export const make = (call: Call) =>
  Command.make(page.name, {
    json: CommandPage.isOn(json),
    dryRun: CommandPage.isOn(dryRun),
    force: CommandPage.isOn(force),
    maxSize: CommandPage.given(maxSize),
    maxAge: CommandPage.given(maxAge),
    keys: CommandPage.several(keys)
  }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const { directory, limits } = yield* CacheContext.settings(call)
      const asked: CacheLimits = {
        maxSize: yield* OptionValue.read("max-size", options.maxSize, Quantity.parseSize, limits.maxSize, sizeSyntax),
        maxAge: yield* OptionValue.read("max-age", options.maxAge, Quantity.parseAge, limits.maxAge, ageSyntax)
      }
      const unknown = yield* CacheContext.attempt(directory, () => unknownKeys(directory, options.keys))
      if (unknown.length > 0) {
        yield* output.end(1)
        return yield* output.complain(`nothing was removed: ${CacheContext.noEntry(unknown)}`)
      }
      const request: CacheCollector.CollectionRequest = {
        directory,
        limits: asked,
        dryRun: options.dryRun,
        progress: Progress.bar("removing"),
        ...(options.keys.length === 0 ? {} : { keys: new Set(options.keys) })
      }
      if (!options.dryRun && !options.force && !(yield* isConfirmed(request))) {
        yield* output.end(1)
        return yield* output.complain("nothing was removed; --force removes without asking")
      }
      const collected = yield* collect(request)
      if (options.json) return yield* output.json(collected)
      if (collected.evictions.length > 0) {
        yield* output.write(Table.print(
          [{ name: "KEY", yields: true }, { name: "WHY" }],
          collected.evictions.map(({ key, why }) => [key, reasons[why]]),
          output.terminal
        ))
      }
      const { blobs, evictions, freed, remaining } = collected
      yield* output.say(
        `${options.dryRun ? "would remove" : "removed"} ${
          Quantity.printCount(evictions.length, "entry", "entries")
        } and ${Quantity.printCount(blobs, "blob")}, `
          + `${Quantity.printSize(freed)}; ${Quantity.printSize(remaining)} ${
            options.dryRun ? "would remain" : "remain"
          }`
      )
    })).pipe(Command.withDescription(page.summary))

const collect = (request: CacheCollector.CollectionRequest) =>
  CacheContext.attempt(request.directory, () => CacheCollector.collect(request)).pipe(
    Effect.retry({ schedule: patience, while: ({ _tag }) => _tag === "CacheBusy" })
  )

/** Asks before an entry is removed; blobs that no entry names belong to nobody. */
const isConfirmed = (request: CacheCollector.CollectionRequest) =>
  Effect.map(
    collect({ ...request, dryRun: true }),
    ({ evictions, freed }) =>
      evictions.length === 0 || Confirmation.ask(
        `WARNING! This removes ${Quantity.printCount(evictions.length, "entry", "entries")} (${
          Quantity.printSize(freed)
        }) from ${request.directory}, which all sessions share.\nAre you sure you want to continue? [y/N] `
      )
  )

const unknownKeys = (directory: string, keys: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (keys.length === 0) return []
  const known = new Set(CacheSurvey.read(directory, Date.now()).entries.map(({ key }) => key))
  return keys.filter((key) => !known.has(key))
}

const sizeSyntax = "give a number with B, kB, MB, GB or TB, such as 20GB"
const ageSyntax = "give numbers with w, d, h, m or s, such as 14d or 1h30m"

/** How long to wait for a collection that is running already. */
const patience = Schedule.spaced("200 millis").pipe(Schedule.upTo("1 minute"))

const reasons = {
  asked: "asked for",
  age: "not used for too long",
  count: "too many of its image",
  size: "the cache is too large",
  room: "the disk is nearly full",
  flood: "the cache has too many entries"
} as const
