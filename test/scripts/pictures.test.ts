/**
 * The pages of figures and their pictures are made from the data that the measuring scripts leave, and from nothing else.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as Performance from "../../scripts/bench/Page.ts"
import * as Plot from "../../scripts/plot/Plot.ts"
import * as Plots from "../../scripts/scenario/Plots.ts"
import * as Report from "../../scripts/scenario/Report.ts"
import { repository } from "../shell/program.ts"

const text = (name: string): string => fs.readFileSync(path.join(repository, "docs/operate", name), "utf8")
const measurements = JSON.parse(text("measurements.json")) as Report.Scenario
const performance = JSON.parse(text("performance.json")) as Performance.Figures

describe("what was measured", () => {
  it.each([
    ["measurements.md", Report.print(measurements)],
    ["builds.svg", Plots.builds(measurements)],
    ["disk.svg", Plots.disk(measurements)],
    ["performance.md", Performance.print(performance)],
    ["growth.svg", Performance.growth(performance)]
  ])("is what %s shows", (name, printed) => {
    assert.strictEqual(text(name), printed)
  })

  it("stands in the pictures point by point", () => {
    const circles = [...text("builds.svg").matchAll(/<circle /g)].length
    assert.strictEqual(circles, measurements.shared.length)
    const points = performance.growth.series.flatMap((one) =>
      one.points.map(({ more }) => [more["standalone"], more["Node"]])
    ).flat()
    assert.strictEqual([...text("growth.svg").matchAll(/<circle /g)].length, points.length)
  })
})

describe("Plot", () => {
  const axis = (ticks: ReadonlyArray<number>, isLogarithmic = false): Plot.Axis => ({
    label: "a < b",
    ticks,
    isLogarithmic
  })

  it("puts the ends of the ticks at the ends of the axes, and equal factors at equal steps", () => {
    const svg = Plot.print({
      title: "T",
      x: axis([1, 3]),
      y: axis([1, 10, 100], true),
      series: [{ name: "s", points: [[1, 1], [2, 10], [3, 100]] }]
    })
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])
    assert.deepStrictEqual(places, [[76, 344], [426, 214], [776, 84]])
    assert.include(svg, "a &lt; b")
  })
})
