/** Reads JSON of unknown form: a field of an unexpected type counts as absent. */

/** The value of a text; `undefined` if that is no JSON. What others can write needs limits: {@link BoundedJson}. */
export const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    // no JSON, for whatever reason
    return undefined
  }
}

/** The fields of an object in their order; none if the value is no object. */
export const entries = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isObject(value) ? Object.entries(value) : []

/** An object with the same fields; one without any of what is no object. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> => Object.fromEntries(entries(value))

/** One field of an object. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** Whether a value is an object, and no list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether a value is a list of texts. */
export const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((one) => typeof one === "string")

/** One field of an object that is a text, and not the empty one. */
export const text = (value: unknown, name: string): string | undefined => {
  const found = field(value, name)
  return typeof found === "string" && found !== "" ? found : undefined
}

/** The elements of a field that is a list; none if it is no list. */
export const list = (value: unknown, name: string): ReadonlyArray<unknown> => {
  const found: unknown = field(value, name)
  return Array.isArray(found) ? found : []
}

/** The texts among the elements of a field that is a list. */
export const texts = (value: unknown, name: string): ReadonlyArray<string> =>
  list(value, name).filter((one) => typeof one === "string")
