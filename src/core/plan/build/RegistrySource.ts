/**
 * Which of a build's entries in a registry it imports. BuildKit can be given several, and mixes up steps that they share
 * (docs/decisions/0011-records-of-an-entry.md); so docker is asked first which are there.
 */
import type { Wanted } from "../../cache/CacheDirectory.ts"
import * as CacheReference from "../../cache/CacheReference.ts"
import type { RegistryEntry } from "../../cache/RegistryEntry.ts"
import type { Of } from "../../facts/Question.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import type { Store } from "./CacheStore.ts"

/**
 * The nearest entry of each build that imports one, in the order of the builds; `undefined` for one that imports none, and
 * where the store is no registry.
 */
export const find = (
  store: Store,
  builds: ReadonlyArray<{ readonly wanted: Wanted; readonly imports: boolean }>,
  client: Pick<Of<"RegistryEntries">, "globals" | "env">,
  situation: Situation
): Planning.Planning<ReadonlyArray<RegistryEntry | undefined>> => {
  const references = builds.map(({ imports, wanted }) =>
    store._tag === "Registry" && imports ? CacheReference.all(CacheReference.of(store.prefix, wanted)) : undefined
  )
  const asked = references.flatMap((one) => one === undefined ? [] : [one])
  if (asked.length === 0) return Planning.of(references.map(() => undefined))
  const question = { _tag: "RegistryEntries", builds: asked, ...client } as const
  return Planning.map(Planning.ask(situation, question), (answers) => {
    const left = [...answers]
    return references.map((one) => one === undefined ? undefined : left.shift())
  })
}
