/**
 * The projects that Compose is tried with: each a directory of `projects/`, with a `case.json` beside its files that says
 * how it is called and what of the outcome a person has worked out by hand.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Generation } from "../real-docker/Suite.ts"

/** What `case.json` says; all but `shows` may be left out. */
interface Description {
  /** What the project is about, in words. */
  readonly shows: string
  /** Words between `compose` and the subcommand, such as `["-f", "a.yaml"]`. */
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** The working directory, relative to the project. */
  readonly cwd?: string
  /** Words after the subcommand. */
  readonly services?: ReadonlyArray<string>
  /** The file of the project that is given as standard input. */
  readonly stdin?: string
  /** Symbolic links to make, by the path in the project. */
  readonly links?: Readonly<Record<string, string>>
  /** How many services to make a `compose.yaml` of. */
  readonly generated?: number
  /** Compose refuses it. */
  readonly refused?: boolean
  /** The user has named the project. */
  readonly named?: boolean
  /** The only generation whose Compose knows what it uses. */
  readonly only?: Generation
  /** The services whose builds get a cache entry; all others get none. */
  readonly builds?: ReadonlyArray<string>
  /** Values worked out by hand, by place in the model, such as `services > web > volumes > /app > source`. */
  readonly expects?: Readonly<Record<string, unknown>>
}

/** A project of the corpus. */
export interface Case extends Description {
  /** The name of its directory. */
  readonly name: string
}

const PROJECTS = fileURLToPath(new URL("projects", import.meta.url))

/** All projects, by name. */
export const all: ReadonlyArray<Case> = readdirSync(PROJECTS).sort().map((name) => ({
  ...JSON.parse(readFileSync(join(PROJECTS, name, "case.json"), "utf8")) as Description,
  name
}))

/** The project of a name. */
export const find = (name: string): Case => {
  const found = all.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no project ${name} in the corpus`)
  return found
}

/** Whether a generation's Compose knows what the project uses. */
export const isFor = (generation: Generation) => ({ only }: Case): boolean => only === undefined || only === generation

/** Copies a project to a directory of that name below `parent`, made anew, and returns the directory. */
export const place = (one: Case, parent: string, name = one.name): string => {
  const directory = join(parent, name)
  rmSync(directory, { recursive: true, force: true })
  cpSync(join(PROJECTS, one.name), directory, { recursive: true })
  rmSync(join(directory, "case.json"))
  for (const [link, target] of Object.entries(one.links ?? {})) {
    mkdirSync(dirname(join(directory, link)), { recursive: true })
    symlinkSync(target, join(directory, link))
  }
  if (one.generated !== undefined) writeFileSync(join(directory, "compose.yaml"), generate(one.generated))
  return directory
}

/** What is given as standard input, if anything. */
export const stdinOf = (one: Case): string | undefined =>
  one.stdin === undefined ? undefined : readFileSync(join(PROJECTS, one.name, one.stdin), "utf8")

const generate = (count: number): string =>
  [
    "services:",
    ...Array.from({ length: count }, (_, at) =>
      `  service-${at}:\n` +
      "    image: bb\n" +
      `    environment: { NUMBER: "${at}" }\n` +
      `    volumes: ["./data/${at}:/data", "./shared:/shared:ro", "volume-${at % 10}:/volume"]`),
    "volumes:"
  ]
    .concat(Array.from({ length: 10 }, (_, at) => `  volume-${at}:`)).join("\n") + "\n"
