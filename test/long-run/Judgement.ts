/**
 * What a census shows that must not be, and all of them as a table.
 */
import type { Census } from "./Census.ts"
import type { Counts } from "./Tally.ts"

/**
 * A census with what was done until then: `at` in seconds since the start, `memory` the peak of a waiting shim in bytes,
 * `lately` how many builds were killed so short before that nobody can have taken their leases away.
 */
export interface Observation {
  readonly at: number
  readonly census: Census
  readonly counts: Counts
  readonly memory: number
  readonly lately: number
}

/** What may grow by chance between two looks, in parts of the first and at the least so many: a busy daemon's files, say. */
const allowance = (first: number, least: number): number => first + Math.max(first * 0.25, least)

/** The files of the cache that no build holds. */
const kept = ({ cache }: Census): number => cache.files - cache.heldFiles

/** The shim keeps this many answers of each of its two kinds. */
const mostAnswers = 2 * 128

/** Says in words what is wrong with an observation, compared with the one after the warm-up. */
export const faults = (first: Observation, now: Observation, limit: number): ReadonlyArray<string> => {
  const { census } = now
  const { cache } = census
  const most = (what: string, value: number, allowed: number): ReadonlyArray<string> =>
    value <= allowed ? [] : [`after ${now.at} s: ${what} ${value}, more than ${Math.round(allowed)}`]
  return [
    ...census.processes.map((process) => `after ${now.at} s: a process is left: ${process}`),
    ...census.temporary.map((file) => `after ${now.at} s: a file is left: ${file}`),
    ...most("answers", census.remembered, mostAnswers),
    ...most("leases", cache.leases, now.lately),
    ...most("bytes of the cache", cache.bytes, limit + cache.held),
    // a limit leaves room for so many entries, each of which has the same few files
    ...most("files of the cache", kept(census), allowance(kept(first.census), 100)),
    ...most("export directories", cache.exports, now.lately),
    ...most("mounts of sessions on the machine", census.machineMounts, 0),
    // that of the cache itself
    ...most("directories of no session", census.directories, 1),
    ...most("mounts of an engine", census.engineMounts, first.census.engineMounts + 2),
    ...most("open files of this process", census.ownFiles, first.census.ownFiles + 10),
    ...most("open files of an engine", census.engineFiles, allowance(first.census.engineFiles, 60)),
    ...most("bytes of a shim's memory", now.memory, allowance(first.memory, 10_000_000))
  ]
}

const columns: ReadonlyArray<readonly [string, (one: Observation) => string | number]> = [
  ["seconds", ({ at }) => at],
  ["commands", ({ counts }) => counts.commands],
  ["builds", ({ counts }) => counts.builds],
  ["killed", ({ counts }) => counts.kills],
  ["replaced", ({ counts }) => counts.replaced],
  ["engine faults", ({ counts }) => counts.engineFaults],
  ["left", ({ census }) => `${census.processes.length}+${census.temporary.length}`],
  ["answers", ({ census }) => census.remembered],
  ["others' tmp", ({ census }) => census.foreign],
  ["mounts", ({ census }) => `${census.machineMounts}/${census.engineMounts}`],
  ["open files", ({ census }) => `${census.ownFiles}/${census.engineFiles}`],
  ["cache files", ({ census }) => census.cache.files],
  ["of builds", ({ census }) => census.cache.heldFiles],
  ["entries", ({ census }) => census.cache.entries],
  ["MB", ({ census }) => (census.cache.bytes / 1e6).toFixed(1)],
  ["held", ({ census }) => (census.cache.held / 1e6).toFixed(1)],
  ["leases", ({ census, lately }) => `${census.cache.leases}+${census.cache.exports}/${lately}`],
  ["shim MB", ({ memory }) => (memory / 1e6).toFixed(1)]
]

/**
 * Prints observations, one a line: left are processes and files, mounts and open files those of sessions on the machine, or of
 * this process, and of an engine, leases (and export directories) those that are there and may be.
 */
export const print = (observations: ReadonlyArray<Observation>): string => {
  const rows = [
    columns.map(([name]) => name),
    ...observations.map((one) => columns.map(([, value]) => String(value(one))))
  ]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  ")).join("\n")
}
