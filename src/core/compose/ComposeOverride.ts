/** The override file that the shim adds after the user's own Compose files: only what changes. */

import * as JsonObject from "../syntax/JsonObject.ts"
import * as LongText from "../syntax/LongText.ts"

/** What an override file holds. */
export interface ComposeOverride {
  readonly services: Readonly<Record<string, Fields>>
  readonly volumes: Readonly<Record<string, Fields>>
  readonly secrets: Readonly<Record<string, Fields>>
  readonly configs: Readonly<Record<string, Fields>>
  readonly networks: Readonly<Record<string, Fields>>
}

/** Fields as they stand in a Compose file. */
export type Fields = Readonly<Record<string, unknown>>

/** Fields of one part, such as `volumes` of the service `web`. */
export interface Addition {
  readonly section: keyof ComposeOverride
  readonly name: string
  readonly fields: Fields
}

/** The override with these fields, objects merged; if a part gets another value twice, the last one counts. */
export const fromAdditions = (additions: ReadonlyArray<Addition>): ComposeOverride => {
  const sections = { services: part(), volumes: part(), secrets: part(), configs: part(), networks: part() }
  for (const { fields, name, section } of additions) {
    const before = sections[section].get(name)
    sections[section].set(name, before === undefined ? fields : merge(before, fields))
  }
  return {
    services: Object.fromEntries(sections.services),
    volumes: Object.fromEntries(sections.volumes),
    secrets: Object.fromEntries(sections.secrets),
    configs: Object.fromEntries(sections.configs),
    networks: Object.fromEntries(sections.networks)
  }
}

const merge = (one: Fields, other: Fields): Fields => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([name, value]) => [
      name,
      isObject(one[name]) && isObject(value) ? merge(JsonObject.fields(one[name]), JsonObject.fields(value)) : value
    ])
  )
})

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value)

const part = (): Map<string, Fields> => new Map()

/**
 * The name of a field whose value replaces what earlier files say of it, where Compose would append to that: `!override`
 * in the file. Compose v1 does not know this.
 */
export const replacing = (name: string): string => `${name}\u0000override`

/**
 * The name of a field that Compose takes out of what earlier files say: `!reset` in the file. Compose v1 does not know this.
 */
export const removing = (name: string): string => `${name}\u0000reset`

/** The mark of such names as JSON has it. No other name has it: Compose would refuse the field. */
const mark = "\\u0000"

const marked = /\\u0000(override|reset)": /g

/** Whether there is nothing in it. */
export const isEmpty = (override: ComposeOverride): boolean =>
  Object.values(override).every((section: object) => Object.keys(section).length === 0)

/**
 * Prints an override as JSON, which every YAML reader takes; with `version` for `docker stack`, which wants the same version in
 * all files, or with the project's name.
 *
 * **Details**
 *
 * Characters that YAML takes for line breaks or does not allow, and JSON does, are escaped (YAML 1.2.2, 5.1 and 5.4; go-yaml
 * and PyYAML read YAML 1.1, in which U+0085, U+2028 and U+2029 are line breaks).
 */
export const print = (
  override: ComposeOverride,
  { name, version }: { readonly name?: string | undefined; readonly version?: string | undefined } = {}
): string => {
  const sections = Object.entries(override).filter(([, section]: [string, object]) => Object.keys(section).length > 0)
  const json = JSON.stringify({ version, name, ...Object.fromEntries(sections) }, undefined, 2)
  // no expression where there is no mark
  return `${escape(LongText.includes(json, mark) ? json.replace(marked, "\": !$1 ") : json)}\n`
}

/** JSON without characters that YAML takes for line breaks or does not allow. */
export const escape = (json: string): string =>
  // nearly every text is plain, and an interpreter looks for single characters nine times as long
  /[\u007f-\uffff]/.test(json) ? json.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, unicode) : json

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
