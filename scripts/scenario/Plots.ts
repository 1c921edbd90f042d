/**
 * What the scenario measured, as pictures beside the page's tables.
 */
import * as Plot from "../plot/Plot.ts"
import { median, type Scenario } from "./Report.ts"

/** The seconds that a build took in each session: cold, warm, and the least that a warm one can take. */
export const builds = ({ byHand, isolated, shared }: Scenario): string => {
  const last = shared.length
  const through = (seconds: number, from: number): Plot.Series["points"] => [[from, seconds], [last, seconds]]
  return Plot.print({
    title: "Seconds until a session's five services are built",
    x: { label: "session", ticks: shared.map(({ session }) => session) },
    y: { label: "seconds", ticks: [1, 2, 5, 10, 20, 50, 100], isLogarithmic: true },
    series: [
      {
        name: "one cache for all sessions, through the shim",
        points: shared.map((one) => [one.session, one.start.build])
      },
      {
        name: "a cache of its own for each session (measured in one)",
        points: through(isolated.start.build, 1),
        isDashed: true
      },
      {
        name: `by hand, without the shim: entries named in the Compose file (median of ${byHand.length})`,
        points: through(median(byHand.map(({ start }) => start.build)), 2),
        isDashed: true
      }
    ]
  })
}

/** The megabytes on disk after each session. */
export const disk = ({ fixedNames, isolated, shared }: Scenario): string => {
  const most = isolated.bytes * shared.length / 1e6
  const step = [20, 50, 100, 200, 500].find((one) => most / one <= 8) ?? 1000
  return Plot.print({
    title: "Megabytes on disk after each session",
    x: { label: "sessions so far", ticks: shared.map(({ session }) => session) },
    y: { label: "MB", ticks: Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => at * step) },
    series: [
      {
        name: "one cache for all sessions, through the shim",
        points: shared.map(({ bytes, session }) => [session, bytes / 1e6])
      },
      {
        name: "a cache of its own for each session (calculated from one)",
        points: shared.map(({ session }) => [session, session * isolated.bytes / 1e6]),
        isDashed: true
      },
      {
        name: "one directory under a fixed name, without the shim",
        points: fixedNames.map(({ bytes }, at) => [at + 1, bytes / 1e6])
      }
    ]
  })
}
