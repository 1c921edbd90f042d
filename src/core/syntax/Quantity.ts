/**
 * Sizes and ages as people write them in settings and flags.
 * @module
 */

const sizeUnits: ReadonlyMap<string, number> = new Map(Object.entries({
  "": 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
  t: 1e12,
  tb: 1e12,
  tib: 1024 ** 4
}))

const ageUnits: ReadonlyMap<string, number> = new Map(Object.entries({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }))

/**
 * Parses a size such as `20GB`, `512MiB` or `1073741824` into bytes; `undefined` if it is none.
 *
 * **Details**
 *
 * A number, optionally a fraction, and a unit of either case: `B`, `kB`, `MB`, `GB`, `TB` count by 1000, `KiB`, `MiB`,
 * `GiB`, `TiB` by 1024, as `docker system df` and `docker builder prune --keep-storage` print and read them
 * (docker/go-units 0.5, `size.go`).
 *
 * **Example** (Sizes and ages)
 *
 * ```ts
 * import { Quantity } from "docker-shim"
 *
 * Quantity.parseSize("512MiB") // 536_870_912
 * Quantity.parseAge("1h30m") // 5400
 * Quantity.printSize(1_500_000_000) // "1.5GB"
 * Quantity.printAge(300_000) // "3 days"
 * ```
 * @category parsing
 */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text)
  const unit = sizeUnits.get(match?.[2]?.toLowerCase() ?? "")
  return match === null || unit === undefined ? undefined : Math.floor(Number(match[1]) * unit)
}

/**
 * Parses an age such as `14d`, `36h` or `1h30m` into seconds; `undefined` if it is none.
 *
 * **Details**
 *
 * Whole numbers, each with a unit: `w`, `d`, `h`, `m`, `s`.
 * Example: `Quantity.parseAge("1h30m") // 5400`, `Quantity.parseAge("3y") // undefined`
 * @category parsing
 */
export const parseAge = (text: string): number | undefined => {
  if (!/^(?:\d+[wdhms])+$/.test(text)) return undefined
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g)) {
    seconds += Number(count) * (ageUnits.get(unit ?? "") ?? 0)
  }
  return seconds
}

/**
 * Prints bytes such as `1.5GB`, by 1000, with at most two decimals.
 * Example: `Quantity.printSize(1_500_000) // "1.5MB"`
 * @category printing
 */
export const printSize = (bytes: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"]
  const rounded = (power: number): number => Math.round((bytes / 1000 ** power) * 100) / 100
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  // 999999 bytes round to 1000kB, which is 1MB
  const shown = rounded(power) >= 1000 && power < units.length - 1 ? power + 1 : power
  return `${String(rounded(shown))}${units[shown] ?? "B"}`
}

/**
 * Prints a number of things, such as `1 entry` or `3 entries`.
 * Example: `Quantity.printCount(3, "entry", "entries") // "3 entries"`
 * @category printing
 */
export const printCount = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`

/**
 * Prints seconds as people say an age: `40 seconds`, `1 minute`, `5 hours`, `3 days`; in the largest unit that fits.
 * Example: `Quantity.printAge(100) // "1 minute"`
 * @category printing
 */
export const printAge = (seconds: number): string => {
  const [unit, length] = ageNames.find(([, least]) => seconds >= least) ?? ["second", 1]
  const count = Math.max(0, Math.floor(seconds / length))
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

const ageNames: ReadonlyArray<readonly [string, number]> = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60]
]
