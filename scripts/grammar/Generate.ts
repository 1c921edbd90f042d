/**
 * Help texts to the generated modules of `src/core/grammar`, as a pure function.
 */
import * as Grammar from "../../src/core/argv/grammar/Grammar.ts"
import * as HelpText from "../../src/core/argv/HelpText.ts"
import { type Hidden, hidden, nonInterspersed } from "./Hidden.ts"

/** The stored help of one program: its name and version, and the text of each command by the fixture's name. */
export interface Program {
  readonly version: string
  readonly texts: ReadonlyMap<string, string>
}

/** A command as all programs together have it. */
interface Command {
  readonly aliases: ReadonlySet<string>
  readonly encoded: string
}

/** Commands of docker that the shim treats, by the name the shim knows them by: the fixtures merged for each. */
const docker: Readonly<Record<string, ReadonlyArray<string>>> = {
  "": ["docker"],
  run: ["docker_run", "docker_container_run"],
  create: ["docker_create", "docker_container_create"],
  build: ["docker_build", "docker_image_build", "docker_builder_build", "docker_buildx_build"],
  "volume create": ["docker_volume_create"],
  "service create": ["docker_service_create"],
  "service update": ["docker_service_update"],
  "stack deploy": ["docker_stack_deploy"],
  "stack config": ["docker_stack_config"],
  start: ["docker_start", "docker_container_start"],
  "checkpoint create": ["docker_checkpoint_create"],
  "checkpoint ls": ["docker_checkpoint_ls"],
  "checkpoint rm": ["docker_checkpoint_rm"],
  "plugin set": ["docker_plugin_set"],
  "plugin install": ["docker_plugin_install"],
  // builder is another name of buildx where docker forwards to it (docker/cli v28.5.2 cmd/docker/builder.go)
  buildx: ["docker_buildx", "docker_builder"],
  stack: ["docker_stack"]
}

/** Compose's own pseudo-commands and groups of commands: handed on as they are. */
const composeSkipped: ReadonlySet<string> = new Set(["alpha", "bridge", "completion", "help"])

/**
 * What the help of one further program adds to the stored help: `flags` by the fixture's name, in the compact form of
 * `Grammar.decode`.
 */
export interface Newer {
  readonly version: string
  readonly flags: Readonly<Record<string, string>>
}

/** All that the grammar is made from. */
export interface Sources {
  readonly programs: ReadonlyArray<Program>
  readonly newer: ReadonlyArray<Newer>
}

/** The text of `docker.generated.ts`. */
export const generateDocker = (sources: Sources): string =>
  module(
    sources,
    "docker",
    Object.entries(docker).map((
      [name, fixtures]
    ): readonly [string, string] => [name, merge(sources, fixtures).encoded])
  )

/**
 * What the help of further programs adds to the stored help, for commands that the grammar has. Throws where they disagree
 * with it.
 */
export const newerOf = (programs: ReadonlyArray<Program>, further: ReadonlyArray<Program>): ReadonlyArray<Newer> => {
  const all = { programs: [...programs, ...further], newer: [] }
  generateDocker(all)
  generateCompose(all)
  const dockers = new Set(Object.values(docker).flat())
  const isTreated = (fixture: string): boolean => dockers.has(fixture) || isCompose(fixture)
  return further.map(({ texts, version }) => ({
    version,
    flags: Object.fromEntries(
      [...texts].filter(([fixture]) => isTreated(fixture)).sort(([a], [b]) => a < b ? -1 : 1).flatMap(
        ([fixture, text]) => {
          const helps = programs.map((program) => program.texts.get(fixture)).filter((one) => one !== undefined)
          const known = new Set(helps.flatMap((one) => HelpText.parse(one).flags.map((flag) => flag.name)))
          const added = HelpText.parse(text).flags.filter((flag) => !known.has(flag.name))
          return added.length === 0 && helps.length > 0 ? [] : [[fixture, encode(added)]]
        }
      )
    )
  }))
}

const encode = (flags: ReadonlyArray<Grammar.Flag>): string =>
  Grammar.encode(flags, { interspersed: true, aliases: new Map() })

/** Compose itself and its commands, not what is below those. */
const isCompose = (fixture: string): boolean =>
  /^docker_compose(?:_[a-z]+)?$/.test(fixture) && !composeSkipped.has(fixture.replace("docker_compose_", ""))

/** The text of `compose.generated.ts`. */
export const generateCompose = (sources: Sources): string => {
  const names = new Set([
    ...sources.programs.flatMap((program) => HelpText.parse(program.texts.get("docker_compose") ?? "").subcommands),
    ...sources.newer.flatMap(({ flags }) => Object.keys(flags)).filter(isCompose)
      .flatMap((fixture) => fixture === "docker_compose" ? [] : [fixture.replace("docker_compose_", "")])
  ])
  const commands = [...names].filter((name) => !composeSkipped.has(name)).sort().flatMap((name) => {
    const { aliases, encoded } = merge(sources, [`docker_compose_${name}`])
    return [[[name, ...[...aliases].filter((alias) => alias !== name)].join(" "), encoded] as const]
  })
  return module(sources, "compose", [["", merge(sources, ["docker_compose"]).encoded], ...commands])
}

const module = (
  { newer, programs }: Sources,
  name: string,
  commands: ReadonlyArray<readonly [string, string]>
): string => {
  const versions = [...newer, ...programs].map((program) => program.version).filter((version) =>
    version.startsWith("compose") === (name === "compose")
  )
  return [
    "// Made by `npm run grammar` from test/fixtures/help, Hidden.ts and newer.generated.ts.",
    `// From ${versions.join(", ")}.`,
    "",
    name === "docker"
      ? "/** The flags of docker's global level (empty name), groups and commands, in the form of `Grammar.decode`. */"
      : "/** The flags of Compose's global level (empty name) and commands, the name followed by other names of it. */",
    `export const ${name}: Readonly<Record<string, string>> = {`,
    commands.map(([key, encoded]) => `  ${JSON.stringify(key)}:\n    ${JSON.stringify(encoded)}`).join(",\n"),
    "}",
    ""
  ].join("\n")
}

/** One command from all texts that are given of it, the newest program's first, and what is hidden. */
const merge = ({ newer, programs }: Sources, fixtures: ReadonlyArray<string>): Command => {
  const entries = hidden.filter((entry) => entry.commands.some((command) => fixtures.includes(command)))
  const spellings = new Map(entries.flatMap(spellingsOf))
  const flags = new Map<string, Grammar.Flag>()
  const aliases = new Set<string>()
  for (const program of programs) {
    for (const fixture of fixtures) {
      const help = HelpText.parse(program.texts.get(fixture) ?? "")
      for (const alias of help.aliases) aliases.add(alias)
      for (const flag of help.flags) {
        add(flags, { ...flag, name: spellings.get(flag.name) ?? flag.name }, `${program.version} ${fixture}`)
      }
    }
  }
  for (const { flag, where } of newerFlags(newer, fixtures)) {
    add(flags, { ...flag, name: spellings.get(flag.name) ?? flag.name }, where)
  }
  const known = [...programs.map(({ texts }) => [...texts.keys()]), ...newer.map((one) => Object.keys(one.flags))]
  if (!known.some((names) => names.some((name) => fixtures.includes(name)))) {
    throw new Error(`no help text of ${fixtures.join(", ")}`)
  }
  for (const entry of entries) {
    for (const flag of hiddenFlags(entry)) add(flags, flag, entry.source)
  }
  refuseAmbiguous(flags.values(), fixtures)
  return {
    aliases,
    encoded: Grammar.encode([...flags.values()].sort((a, b) => a.name < b.name ? -1 : 1), {
      interspersed: !fixtures.some((fixture) => nonInterspersed.has(fixture)),
      aliases: spellings
    })
  }
}

/** Throws where one shorthand is two flags'. */
const refuseAmbiguous = (flags: Iterable<Grammar.Flag>, fixtures: ReadonlyArray<string>): void => {
  const shorthands = new Map<string, string>()
  for (const { name, shorthand } of flags) {
    const other = shorthands.get(shorthand)
    if (shorthand !== "" && other !== undefined) {
      throw new Error(`${fixtures.join(", ")}: -${shorthand} is --${other} and --${name}`)
    }
    shorthands.set(shorthand, name)
  }
}

/** The flags that newer programs add to the fixtures, each with where it is from. */
const newerFlags = (
  newer: ReadonlyArray<Newer>,
  fixtures: ReadonlyArray<string>
): ReadonlyArray<{ readonly flag: Grammar.Flag; readonly where: string }> =>
  newer.flatMap(({ flags, version }) =>
    fixtures.flatMap((fixture) =>
      flagsOf(flags[fixture] ?? "").map((flag) => ({ flag, where: `${version} ${fixture}` }))
    )
  )

const spellingsOf = (entry: Hidden): ReadonlyArray<readonly [string, string]> =>
  entry.flags.split(" ").flatMap((word) => {
    const [alias, name] = word.split(">")
    return alias === undefined || name === undefined ? [] : [[alias, name] as const]
  })

/** The flags of an entry, without the other spellings and the help that every grammar has. */
export const hiddenFlags = (entry: Hidden): ReadonlyArray<Grammar.Flag> =>
  flagsOf(entry.flags.split(" ").filter((word) => !word.includes(">")).join(" "))

/** Flags in the compact form, without the help that every grammar has. */
const flagsOf = (words: string): ReadonlyArray<Grammar.Flag> =>
  [...Grammar.decode(words).long.values()].filter((flag) => flag.name !== "help")

/** The text of `newer.generated.ts`. */
export const printNewer = (newer: ReadonlyArray<Newer>): string =>
  [
    "// Made by `npm run grammar -- --newer DIR` from help texts that are not stored here.",
    "import type { Newer } from \"./Generate.ts\"",
    "",
    "/** What each of these versions adds to the stored help, for commands that the grammar has. */",
    "export const newer: ReadonlyArray<Newer> = [",
    newer.map(({ flags, version }) =>
      [
        "  {",
        `    version: ${JSON.stringify(version)},`,
        "    flags: {",
        Object.entries(flags).map(([fixture, words]) => `      ${fixture}: ${JSON.stringify(words)}`).join(",\n"),
        "    }",
        "  }"
      ].join("\n")
    ).join(",\n"),
    "]",
    ""
  ].join("\n")

/** Adds a flag; programs that disagree on whether it takes a value, or on its shorthand, cannot share one grammar. */
const add = (flags: Map<string, Grammar.Flag>, flag: Grammar.Flag, where: string): void => {
  const known = flags.get(flag.name)
  if (known === undefined) {
    flags.set(flag.name, flag)
    return
  }
  const shorthands = new Set([known.shorthand, flag.shorthand].filter((shorthand) => shorthand !== ""))
  const kinds = new Set([known, flag].map((one) => Grammar.takesValue(one) ? "value" : one.arity))
  if (kinds.size > 1 || shorthands.size > 1) {
    throw new Error(`${where}: --${flag.name} is ${JSON.stringify(flag)}, elsewhere ${JSON.stringify(known)}`)
  }
  flags.set(flag.name, {
    name: flag.name,
    shorthand: [...shorthands][0] ?? "",
    arity: [known, flag].some((one) => one.arity === "list") ? "list" : known.arity
  })
}
