/**
 * Draws figures as lines over two axes, as SVG text for the pages.
 */

/**
 * One axis: what it counts, where its ticks are, the first and last of them its ends, and whether equal steps multiply.
 *
 * @category models
 */
export interface Axis {
  readonly label: string
  readonly ticks: ReadonlyArray<number>
  readonly isLogarithmic?: boolean
}

/**
 * Points that belong together; a dashed line was calculated, or measured once and drawn through.
 *
 * @category models
 */
export interface Series {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
  readonly isDashed?: boolean
}

/**
 * What is drawn.
 *
 * @category models
 */
export interface Plot {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: ReadonlyArray<Series>
}

const width = 800
const top = 64
const rowHeight = 20
const area = { left: 76, right: width - 24, height: 260 } as const

/** Readable on this picture's own dark ground, which is the same on light and dark pages. */
const colours = ["#8fdc8f", "#ff8f85", "#8ab8ff", "#e8cf7c"] as const
const ground = "#1d2129"
const ink = "#e6e6e6"
const faint = "#454b57"

/**
 * Prints a plot as an SVG document.
 *
 * @category printing
 */
export const print = (plot: Plot): string => {
  const begin = top + plot.series.length * rowHeight
  const end = begin + area.height
  const height = end + 60
  const x = scale(plot.x, area.left, area.right)
  const y = scale(plot.y, end, begin)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${
      escape(plot.title)
    }">`,
    `  <rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    `  <g font-family="system-ui, sans-serif" font-size="13" fill="${ink}">`,
    `  <text x="16" y="30" font-size="15" font-weight="bold">${escape(plot.title)}</text>`,
    ...plot.series.map((one, at) => legend(one, at)),
    ...plot.y.ticks.flatMap((tick) => [
      line([[area.left, y(tick)], [area.right, y(tick)]], faint),
      label(area.left - 8, y(tick) + 4, number(tick), "end")
    ]),
    ...plot.x.ticks.map((tick) => label(x(tick), end + 20, number(tick), "middle")),
    label((area.left + area.right) / 2, end + 44, plot.x.label, "middle"),
    `  <text transform="translate(20 ${(begin + end) / 2}) rotate(-90)" text-anchor="middle">${
      escape(plot.y.label)
    }</text>`,
    ...plot.series.flatMap((one, at) => drawn(one, colourOf(at), x, y)),
    "  </g>",
    "</svg>",
    ""
  ].join("\n")
}

type Scale = (value: number) => number

const scale = ({ isLogarithmic = false, ticks }: Axis, from: number, to: number): Scale => {
  const measure = isLogarithmic ? Math.log : (value: number): number => value
  const [first, last] = [measure(ticks[0] ?? 0), measure(ticks.at(-1) ?? 1)]
  return (value) => Math.round((from + (measure(value) - first) / (last - first) * (to - from)) * 10) / 10
}

const colourOf = (at: number): string => colours[at % colours.length] ?? ink

const drawn = (series: Series, colour: string, x: Scale, y: Scale): ReadonlyArray<string> => {
  const points = series.points.map(([one, other]) => [x(one), y(other)] as const)
  return [
    line(points, colour, series.isDashed),
    ...(series.isDashed === true
      ? []
      : points.map(([cx, cy]) => `  <circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`))
  ]
}

const legend = (series: Series, at: number): string => {
  const y = top - 12 + at * rowHeight
  return [
    line([[16, y - 4], [44, y - 4]], colourOf(at), series.isDashed),
    label(52, y, series.name, "start")
  ].join("\n")
}

const line = (points: ReadonlyArray<readonly [number, number]>, colour: string, isDashed = false): string =>
  `  <polyline points="${
    points.map((point) => point.join(",")).join(" ")
  }" fill="none" stroke="${colour}" stroke-width="${colour === faint ? 1 : 2}"${
    isDashed ? " stroke-dasharray=\"6 5\"" : ""
  }/>`

const label = (x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string =>
  `  <text x="${x}" y="${y}" text-anchor="${anchor}">${escape(text)}</text>`

/** As the tables have them: `3,000`. */
const number = (value: number): string => value.toLocaleString("en-US")

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")
