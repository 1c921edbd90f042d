/**
 * Reads what was decoded from JSON, of which nothing is known: a field that is not of the kind expected is not there.
 */

/** The fields of an object in their order; none of what is no object. */
export const entries = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isObject(value) ? Object.entries(value) : []

/** An object with the same fields; one without any of what is no object. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> => Object.fromEntries(entries(value))

/** One field of an object. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** One field of an object that is a text, and not the empty one. */
export const text = (value: unknown, name: string): string | undefined => {
  const found = field(value, name)
  return typeof found === "string" && found !== "" ? found : undefined
}

/** The elements of a field that is a list; none of what is no list. */
export const list = (value: unknown, name: string): ReadonlyArray<unknown> => {
  const found: unknown = field(value, name)
  return Array.isArray(found) ? found : []
}

/** The texts among the elements of a field that is a list. */
export const texts = (value: unknown, name: string): ReadonlyArray<string> =>
  list(value, name).filter((one) => typeof one === "string")
