/**
 * What the scenario measured, as a page.
 */
import type { ByHand } from "./ByHand.ts"
import type { FixedNames } from "./FixedNames.ts"
import type { Nested } from "./Nested.ts"
import * as Project from "./Project.ts"
import type { Shown, Start } from "./Start.ts"

/** One session's start, and the build of the same again in it. */
export interface Measured {
  readonly session: number
  readonly start: Start
  readonly rebuild: Start
  readonly shown: Shown
  /** Of the cache directory, after it. */
  readonly bytes: number
}

/** All that was measured. */
export interface Scenario {
  readonly versions: string
  readonly machine: string
  readonly load: string
  /** When it was measured, such as `2026-11-26`. */
  readonly date: string
  readonly command: string
  /** Of the program. */
  readonly form: "node" | "standalone"
  readonly shared: ReadonlyArray<Measured>
  /** A session after the first that has a directory of its own. */
  readonly isolated: Measured
  /** Sessions that use the shared cache without the shim. */
  readonly byHand: ReadonlyArray<ByHand>
  readonly fixedNames: ReadonlyArray<FixedNames>
  readonly nested: Nested
}

/** A target of the project, and whether the figures meet it. */
export interface Target {
  readonly what: string
  readonly limit: string
  readonly measured: string
  readonly isMet: boolean
}

/** The middle one of some figures. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** The build phase of a session's first start, and how many times as long as the build right after it takes. */
const comparison = (sessions: ReadonlyArray<ByHand>): { build: number; ratio: number; text: string } => {
  const build = median(sessions.map(({ start }) => start.build))
  const rebuild = median(sessions.map((one) => one.rebuild.build))
  return { build, ratio: build / rebuild, text: `${seconds(build)} to ${seconds(rebuild)}` }
}

/** Compares the figures with what they should be: medians of the sessions after the first. */
export const targets = ({ shared }: Scenario): ReadonlyArray<Target> => {
  const [cold, ...warm] = shared
  const last = shared.at(-1)
  if (cold === undefined || last === undefined || warm.length === 0) return []
  const { build, ratio, text } = comparison(warm)
  const rows: ReadonlyArray<readonly [string, number, number, string]> = [
    [
      "warm build phase, compared with the cold one",
      build / cold.start.build,
      0.1,
      `${seconds(build)} of ${seconds(cold.start.build)}`
    ],
    [
      "warm build phase, compared with a build again in the same session",
      ratio,
      1.5,
      text
    ],
    [
      `disk after ${shared.length} sessions, compared with one`,
      last.bytes / cold.bytes,
      1.05,
      `${megabytes(last.bytes)} of ${megabytes(cold.bytes)}`
    ]
  ]
  return rows.map(([what, ratio, limit, from]) => ({
    what,
    limit: `at most ${limit}`,
    measured: `${ratio.toFixed(2)} (${from})`,
    isMet: ratio <= limit
  }))
}

/** Prints the page. */
export const print = (scenario: Scenario): string => {
  const [first] = scenario.shared
  const byHand = comparison(scenario.byHand)
  const stamps = first?.shown.stamps ?? []
  const same = (measured: Measured): number =>
    measured.shown.stamps.filter((stamp, at) => stamp !== "" && stamp === stamps[at]).length
  const row = (label: string, one: Measured): ReadonlyArray<string> => [
    label,
    seconds(one.start.build),
    seconds(one.start.all),
    `${one.start.cached} of ${one.start.steps}`,
    `${same(one)} of ${one.shown.stamps.length}`,
    seconds(one.rebuild.build),
    megabytes(one.bytes),
    `${one.shown.right} of ${one.shown.mounts}`
  ]
  return `# Measurements: sessions that share a cache

This page shows how much faster later sessions build, and how much disk the shared cache takes.

Measured on ${scenario.date} with \`${scenario.command}\`: ${scenario.versions}, ${scenario.machine}, load ${scenario.load} at the end.

${scenario.shared.length} sessions, one after the other, run \`docker compose up -d\` in \`/home/retro/work/${Project.directory}\`. Each has a Docker engine
of its own, which has the workspace at another path. The stack has five services (API, frontend with installed packages, two workers on one
base, database), with multi-stage builds and tens of megabytes of layers. Some steps wait as long as downloads would take,
${Project.longestWait} s in the longest chain.

## One shared cache, with the shim

This is the ${
    scenario.form === "node" ? "Node form of the shim" : "stand-alone executable"
  }; [What the shim costs](performance.md) compares the forms.

${
    table([
      [
        "session",
        "build phase",
        "whole command",
        "steps cached",
        "images of session 1",
        "build again",
        "cache",
        "mounts right"
      ],
      ...scenario.shared.map((one) => row(String(one.session), one)),
      row(`${scenario.isolated.session}, with a cache of its own`, scenario.isolated)
    ])
  }

![Seconds of each session's build: the first takes ${seconds(scenario.shared[0]?.start.build ?? 0)}, later ones ${
    seconds(comparison(scenario.shared.slice(1)).build)
  }](builds.svg)

- *Build phase*: until Compose creates the first network or container.
- *Images of session 1*: one step writes a random mark; these images have the mark of session 1.
- *Build again*: the build phase of \`docker compose up -d --build\` right after.
- *With a cache of its own*: the session gains nothing from others, and each such session needs these megabytes once more.

![Megabytes on disk after each session: one shared cache does not grow](disk.svg)

${
    table([
      ["target", "limit", "measured", ""],
      ...targets(scenario).map((
        { isMet, limit, measured, what }
      ) => [what, limit, measured, isMet ? "met" : "**missed**"])
    ])
  }

## By hand, without the shim

This is the fastest possible warm build: the Compose file names each service's entry as its \`cache_from\`, nothing is exported, and
there is no shim. In ${scenario.byHand.length} sessions ${
    hits(scenario.byHand)
  } steps were cached, and the build phase took ${byHand.ratio.toFixed(2)} times as long as a
build again (${byHand.text}). The difference is the engine's work: it reads and unpacks the layers of the images.

## One directory under a fixed name, without the shim

Older wrappers did this: all services export to one directory, and the last writer's \`index.json\` stays.

${
    table([
      ["session", "\`docker compose build\`", "steps cached", "on disk", "still named by the index"],
      ...scenario.fixedNames.map((one, at) => [
        String(at + 1),
        one.code === 0 ? seconds(one.build) : `failed (${String(one.code)})`,
        `${one.cached} of ${one.steps}`,
        megabytes(one.bytes),
        megabytes(one.named)
      ])
    ])
  }

No session can use what the index does not name, but it stays on disk.

## A session inside a container of a session

${
    scenario.nested._tag === "Built"
      ? `A privileged container of a session, with \`-v /buildkit-cache:/buildkit-cache\` and an engine inside, ran
\`docker compose build\` of the same project: ${scenario.nested.cached} of ${scenario.nested.steps} steps cached, ${
        seconds(scenario.nested.seconds)
      } including the start of the engine.`
      : `Could not be run here: ${scenario.nested.why}`
  }
`
}

const seconds = (value: number): string => `${value.toFixed(1)} s`

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const hits = (sessions: ReadonlyArray<ByHand>): string =>
  [...new Set(sessions.map(({ start }) => `${start.cached} of ${start.steps}`))].join(", ")

const table = ([head = [], ...rows]: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
