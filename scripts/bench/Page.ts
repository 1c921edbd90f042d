/**
 * What the shim costs, as `npm run bench` measured it: the page and its picture.
 */
import * as Plot from "../plot/Plot.ts"

/** When and on what something was measured. */
interface Surroundings {
  readonly rounds: number
  readonly machine: string
  readonly load: string
  /** Such as `2026-11-26`. */
  readonly date: string
}

/** In KiB: resident, and of that what is not the file's. */
interface Memory {
  readonly resident: number
  readonly own: number
}

/**
 * What `docs/operate/performance.json` holds. Times are medians in milliseconds; `ways` and memory are in the order of the page's
 * columns; the `more` of `growth` is of the processor.
 *
 * @category models
 */
export interface Figures extends Surroundings {
  readonly rows: ReadonlyArray<{
    readonly name: string
    readonly direct: number
    readonly ways: ReadonlyArray<{ readonly more: number; readonly ratio: number }>
  }>
  readonly nodeStart: number
  readonly modules: {
    readonly front: { readonly kilobytes: number }
    readonly services: { readonly kilobytes: number; readonly milliseconds: number }
    readonly cli: { readonly kilobytes: number; readonly milliseconds: number }
  }
  readonly memory: { readonly build: ReadonlyArray<Memory>; readonly up: ReadonlyArray<Memory> }
  /** Bytes. */
  readonly executable: number
  readonly growth: Surroundings & {
    readonly series: ReadonlyArray<{
      readonly of: string
      readonly command: string
      readonly points: ReadonlyArray<{ readonly size: number; readonly more: Readonly<Record<string, number>> }>
    }>
  }
}

const names: Readonly<Record<string, string>> = {
  standalone: "stand-alone executable",
  Node: "Node form",
  sh: "a wrapper in sh"
}

/**
 * Draws what the shim takes as a command grows.
 *
 * @category printing
 */
export const growth = ({ growth: { series } }: Figures): string => {
  const sizes = [...new Set(series.flatMap(({ points }) => points.map(({ size }) => size)))].sort((one, other) =>
    one - other
  )
  const lines = series.flatMap(({ command, of, points }) =>
    ["standalone", "Node"].map((way) => ({
      name: `${command}, by its ${of}: ${names[way] ?? way}`,
      points: points.map(({ more, size }) => [size, more[way] ?? 0] as const),
      isDashed: false
    }))
  )
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value))
  return Plot.print({
    title: "Processor time that the shim adds as the work grows, in milliseconds",
    x: {
      label: "mounts, or services",
      ticks: [sizes[0] ?? 1, 10, 30, 100, 300, 1000, sizes.at(-1) ?? 3000],
      isLogarithmic: true
    },
    y: {
      label: "ms of the processor",
      ticks: [1, 3, 10, 30, 100, 300, 1000, 3000].filter((_, at, all) =>
        (all[at + 1] ?? Infinity) > Math.min(...values) && (all[at - 1] ?? 0) < Math.max(...values)
      ),
      isLogarithmic: true
    },
    series: lines
  })
}

/**
 * Prints the page.
 *
 * @category printing
 */
export const print = (figures: Figures): string => {
  const [few, lots] = ["run, 3 mounts", "run, 300 mounts"].map((name) =>
    figures.rows.find((row) => row.name === name)?.ways.at(-2)?.more ?? Number.NaN
  )
  const perMount = ((lots ?? 0) - (few ?? 0)) / 297 * 1000
  const { cli, front, services } = figures.modules
  const { growth: grown } = figures
  return `# What the shim costs

This page shows how much time and memory the shim adds to a command.

Measured on ${figures.date} with \`npm run bench\`: ${figures.rounds} rounds on ${figures.machine}, load ${figures.load} at the end. The figures are
in [performance.json](performance.json). All are medians, in milliseconds.

- *direct*: instead of docker, the measurement starts a program that does nothing.
- *exec*: a static program that only executes docker. No program in front of docker can take less.
- *sh*: the smallest possible wrapper, \`exec docker "$@"\`.
- *stand-alone* and *Node*: the two forms of the shim. For these and the two above, the table has the time that they add to *direct* in
  the same round, and how many times as long the whole takes.

${
    table(
      ["docker …", "direct", "exec", "sh", "stand-alone", "Node"],
      figures.rows.map(({ direct, name, ways }) => [
        name,
        ms(direct),
        ...ways.map(({ more, ratio }) => `${more < 0 ? "" : "+"}${ms(more)} (${ratio.toFixed(1)}×)`)
      ])
    )
  }

On a busy machine all figures are larger, so compare columns of one run.

Node itself takes ${
    ms(figures.nodeStart)
  } ms to start and exit. "compose up" first runs \`compose config\`, which here is also the program
that does nothing. A real one takes 30 to 300 ms.

## As the work grows

The table has the milliseconds of processor time that each adds. Measured on ${grown.date} with \`npm run bench growth\`:
${grown.rounds} rounds, load ${grown.load} at the end. Each mount is a different directory.

![Processor time that the shim adds as mounts and services grow](growth.svg)

${
    table(
      ["", "sh", "stand-alone", "Node"],
      grown.series.flatMap(({ command, of, points }) =>
        points.map(({ more, size }) => [
          `${command}, ${size.toLocaleString("en-US")} ${of}`,
          ...["sh", "standalone", "Node"].map((way) => ms(more[way] ?? Number.NaN))
        ])
      )
    )
  }

## Parts

| loaded by Node, compiled ahead ([decision 23](../decisions/0023-compiled-parts.md)) | kB | ms |
| --- | --- | --- |
| \`ps\`, \`run\`: the fast path | ${front.kilobytes} | in the table above |
| \`build\`, \`compose up\`: what carries plans out | ${services.kilobytes} | ${ms(services.milliseconds)} |
| \`docker-shim\`'s own commands | ${cli.kilobytes} | ${ms(cli.milliseconds)} |

The stand-alone executable loads no parts: it starts from an image of its memory.

## Memory

The memory of the shim while the command runs, in MiB: resident, and in brackets the part that is not mapped from the executable's file.
For \`ps\`, \`run\` and \`compose ps\` the stand-alone executable replaces itself with docker, and takes no memory.

| | stand-alone | Node |
| --- | --- | --- |
| build | ${figures.memory.build.map(memory).join(" | ")} |
| compose up, 200 services | ${figures.memory.up.map(memory).join(" | ")} |

The stand-alone executable is ${(figures.executable / 1e6).toFixed(1)} MB. Most of its time goes
to the kernel, which maps the executable and its image of memory ([decision 10](../decisions/0010-quickjs-executable.md)). Planning
\`docker ps\` takes 0.7 million instructions. Each mount takes ${perMount.toFixed(0)} µs.
`
}

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1)

const memory = ({ own, resident }: Memory): string => `${mib(resident)} (${mib(own)})`

const mib = (kib: number): string => (kib / 1024).toFixed(1)

const table = (head: ReadonlyArray<string>, lines: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
