/**
 * The override file that the shim adds after the user's own Compose files: only what changes.
 */

/**
 * What an override file holds.
 *
 * @category models
 * @since 0.1.0
 */
export interface ComposeOverride {
  readonly services: Readonly<Record<string, Fields>>
  readonly volumes: Readonly<Record<string, Fields>>
  readonly secrets: Readonly<Record<string, Fields>>
  readonly configs: Readonly<Record<string, Fields>>
}

/** Fields as they stand in a Compose file. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Fields of one part, such as `volumes` of the service `web`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Addition {
  readonly section: keyof ComposeOverride
  readonly name: string
  readonly fields: Fields
}

/**
 * The override with these fields; of those that one part is given twice the last counts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (additions: ReadonlyArray<Addition>): ComposeOverride => {
  const sections = { services: part(), volumes: part(), secrets: part(), configs: part() }
  for (const { fields, name, section } of additions) {
    sections[section].set(name, { ...sections[section].get(name), ...fields })
  }
  return {
    services: Object.fromEntries(sections.services),
    volumes: Object.fromEntries(sections.volumes),
    secrets: Object.fromEntries(sections.secrets),
    configs: Object.fromEntries(sections.configs)
  }
}

const part = (): Map<string, Fields> => new Map()

/**
 * The name of a field whose value replaces what earlier files say of it, where Compose would append to that: `!override`
 * in the file. Compose v1 does not know this.
 *
 * @category constructors
 */
export const replacing = (name: string): string => `${name}${mark}`

/** In no name of a field: YAML cannot write a NUL character as it is, and Compose would refuse the field. */
const mark = "\u0000override"

/** Whether there is nothing in it. */
export const isEmpty = (override: ComposeOverride): boolean =>
  Object.values(override).every((section: object) => Object.keys(section).length === 0)

/**
 * Prints an override as JSON, which every YAML reader takes; with `version` for `docker stack`, which asks for the same in
 * all files.
 *
 * **Details**
 *
 * Characters that YAML takes for line breaks or does not allow, and JSON does, are escaped (YAML 1.2.2, 5.1 and 5.4;
 * go-yaml and PyYAML read YAML 1.1, in which U+0085, U+2028 and U+2029 are line breaks).
 *
 * @category printing
 * @since 0.1.0
 */
export const print = (override: ComposeOverride, version?: string): string =>
  `${
    JSON.stringify(
      {
        ...(version === undefined ? {} : { version }),
        ...Object.fromEntries(
          Object.entries(override).filter(([, section]: [string, object]) => Object.keys(section).length > 0)
        )
      },
      undefined,
      2
    ).replaceAll("\\u0000override\": ", "\": !override ").replace(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      unicode
    )
  }\n`

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
