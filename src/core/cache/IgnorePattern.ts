/**
 * One pattern of a `.dockerignore`, matched in a time that is linear in the length of the path.
 *
 * **Details**
 *
 * The rules are those of moby/patternmatcher 0.6 (`patternmatcher.go`, `compile` and `match`), which makes a Go regular
 * expression of a pattern with wildcards. Go matches these without going back; JavaScript goes back, and takes for ever
 * over `a*a*a*a*a*b`. So the pattern is walked as an automaton here: for each character of the path, all places of the
 * pattern that could be next.
 */

/**
 * A pattern that can be matched.
 *
 * **Details**
 *
 * - `Exact`: no wildcards. The path itself.
 * - `Prefix`: ends in its only wildcard, `**`.
 * - `Suffix`: begins with its only wildcard, `**`; also matches within a name.
 * - `Steps`: everything else.
 */
export type IgnorePattern =
  | { readonly _tag: "Exact" | "Prefix" | "Suffix"; readonly text: string }
  | { readonly _tag: "Steps"; readonly steps: ReadonlyArray<Step> }

/**
 * A place of the automaton: what it takes of a path.
 *
 * - `One`: one character that it accepts.
 * - `Many`: any number of characters that it accepts, none too.
 * - `Directories`: enters `**`, or skips it; the place after it is its inside.
 * - `Inside`: anything up to a slash.
 */
type Step =
  | { readonly _tag: "One" | "Many"; readonly accepts: (character: string) => boolean }
  | { readonly _tag: "Directories" | "Inside" }

/** Paths have at most 4,096 bytes. The time for one is the product of both lengths. */
const longest = 1_024

/**
 * Reads a cleaned pattern, such as `src/**`. Returns `undefined` if BuildKit refuses it, where it means something else
 * to Go's regular expressions than it looks like (`\d*`, `a|b*`), or where it is longer than any honest one.
 */
export const parse = (pattern: string): IgnorePattern | undefined => {
  if (pattern.length > longest) return undefined
  const last = pattern.length - 2
  if (!/[*?[\]\\]/.test(pattern)) return { _tag: "Exact", text: pattern }
  const isPlain = (text: string): boolean => !/[*?[\]\\]/.test(text)
  if (pattern.startsWith("**") && isPlain(pattern.slice(2))) return { _tag: "Suffix", text: pattern.slice(2) }
  if (pattern.endsWith("**") && isPlain(pattern.slice(0, last))) return { _tag: "Prefix", text: pattern.slice(0, last) }
  const steps = stepsOf(Array.from(pattern))
  return steps === undefined ? undefined : { _tag: "Steps", steps }
}

const stepsOf = (characters: ReadonlyArray<string>): ReadonlyArray<Step> | undefined => {
  const steps: Array<Step> = []
  for (let at = 0; at < characters.length; at += 1) {
    const read = readStep(characters, at)
    if (read === undefined) return undefined
    steps.push(...read.steps)
    at = read.end
  }
  return steps
}

/** The steps that begin at a character, and the last character they are made of. */
type ReadSteps = { readonly steps: ReadonlyArray<Step>; readonly end: number }

const readStep = (characters: ReadonlyArray<string>, at: number): ReadSteps | undefined => {
  const [character = "", next] = [characters[at], characters[at + 1]]
  if (character === "*" && next === "*") {
    const end = characters[at + 2] === "/" ? at + 2 : at + 1
    return end === characters.length - 1
      ? { end, steps: [{ _tag: "Many", accepts: isNoNewline }] }
      : { end, steps: [{ _tag: "Directories" }, { _tag: "Inside" }] }
  }
  if (character === "*") return { end: at, steps: [{ _tag: "Many", accepts: isNoSlash }] }
  if (character === "?") return { end: at, steps: [{ _tag: "One", accepts: isNoSlash }] }
  if (character === "[") return readClass(characters, at)
  // Go would take these for escapes, repetitions, alternatives and anchors
  if (character === "\\") {
    return next === undefined || !/^[!-/:-@[-`{-~ ]$/.test(next)
      ? undefined
      : literal(next, at + 1)
  }
  return /^[{|}^]$/.test(character) ? undefined : literal(character, at)
}

const literal = (wanted: string, end: number): ReadSteps => ({
  end,
  steps: [{ _tag: "One", accepts: (character) => character === wanted }]
})

const isNoSlash = (character: string): boolean => character !== "/"

/** Go's `.` does not match one. */
const isNoNewline = (character: string): boolean => character !== "\n"

/** A class such as `[a-c]` or `[^/]`; none with characters in it that Go's two readers of the pattern take differently. */
const readClass = (characters: ReadonlyArray<string>, start: number): ReadSteps | undefined => {
  const isNegated = characters[start + 1] === "^"
  const first = start + (isNegated ? 2 : 1)
  const end = characters.indexOf("]", first)
  const content = end < 0 ? [] : characters.slice(first, end)
  if (content.length === 0 || content.some((one) => /^[*?[\\]$/.test(one))) return undefined
  const ranges: Array<readonly [number, number]> = []
  for (let at = 0; at < content.length; at += 1) {
    const isRange = content[at + 1] === "-"
    const [low, high] = [content[at], content[isRange ? at + 2 : at]]
    if (low === "-" || high === undefined || high === "-") return undefined
    const range = [low?.codePointAt(0) ?? 0, high.codePointAt(0) ?? 0] as const
    if (range[0] > range[1]) return undefined
    ranges.push(range)
    if (isRange) at += 2
  }
  const accepts = (character: string): boolean => {
    const code = character.codePointAt(0) ?? 0
    return ranges.some(([low, high]) => low <= code && code <= high) !== isNegated
  }
  return { end, steps: [{ _tag: "One", accepts }] }
}

/** Whether a pattern matches a path, such as `src/main.ts`. */
export const matches = (pattern: IgnorePattern, path: string): boolean => {
  switch (pattern._tag) {
    case "Exact":
      return path === pattern.text
    case "Prefix":
      return path.startsWith(pattern.text)
    case "Suffix":
      return path.endsWith(pattern.text) || (pattern.text.startsWith("/") && path === pattern.text.slice(1))
    case "Steps":
      return walk(pattern.steps, path)?.[pattern.steps.length] === 1
  }
}

/** Whether a pattern could match something below a directory, at any depth. */
export const reachesBelow = (pattern: IgnorePattern, directory: string): boolean => {
  const above = `${directory}/`
  switch (pattern._tag) {
    case "Exact":
      return pattern.text.startsWith(above)
    case "Prefix":
      return pattern.text.startsWith(above) || above.startsWith(pattern.text)
    case "Suffix":
      return true
    case "Steps": {
      const places = walk(pattern.steps, above)
      return places !== undefined && places.subarray(0, pattern.steps.length).includes(1)
    }
  }
}

/**
 * The places that are possible after a text, 1 for each, the end of the pattern being the last; `undefined` if none
 * is.
 */
const walk = (steps: ReadonlyArray<Step>, text: string): Uint8Array | undefined => {
  let places = new Uint8Array(steps.length + 1)
  let next = new Uint8Array(steps.length + 1)
  enter(steps, places, 0)
  for (const character of text) {
    let isAlive = false
    next.fill(0)
    for (let at = places.indexOf(1); at >= 0 && at < steps.length; at = places.indexOf(1, at + 1)) {
      for (const place of placesAfter(steps[at], at, character)) {
        enter(steps, next, place)
        isAlive = true
      }
    }
    if (!isAlive) return undefined
    const spent = places
    places = next
    next = spent
  }
  return places
}

const placesAfter = (step: Step | undefined, at: number, character: string): ReadonlyArray<number> => {
  if (step === undefined) return []
  switch (step._tag) {
    case "One":
      return step.accepts(character) ? [at + 1] : []
    case "Many":
      return step.accepts(character) ? [at] : []
    case "Inside":
      return character === "/" ? [at, at + 1] : character === "\n" ? [] : [at]
    case "Directories":
      return []
  }
}

/** Marks a place, and those that can be reached from it by taking nothing. */
const enter = (steps: ReadonlyArray<Step>, places: Uint8Array, from: number): void => {
  for (let at = from; places[at] === 0; at += 1) {
    places[at] = 1
    const tag = steps[at]?._tag
    if (tag === "Directories") {
      places[at + 1] = 1
      at += 1
    } else if (tag !== "Many") return
  }
}
